"""What a person does and reads on the pages besides Review, for their tests."""

from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.services.company import claims

HOSTILE = "**B** [x](https://evil.example) ![i](https://evil.example/i.png) <b>$x$ :red[y]"
_WORDED = ("markdown", "caption", "header", "subheader", "title", "success", "error", "warning")


def opened(app: AppTest, page: str, **params: str) -> AppTest:
    """The app on a page, without an exception."""
    for name, value in params.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press the button of that label."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def param(app: AppTest, name: str) -> str:
    """A value of the page's URL."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def words(app: AppTest) -> Iterator[str]:
    """Every text on the page that is read as Markdown."""
    for kind in (*_WORDED, "info"):
        yield from (element.value for element in getattr(app, kind))
    for kind in ("page_link", "tab", "expander"):
        yield from (element.proto.label for element in app.get(kind) if hasattr(element, "proto"))
    yield from (field.label for field in app.text_input)


def badge(app: AppTest) -> str:
    """The connection's badge, as it is written."""
    return next(
        text
        for text in (m.value for m in app.markdown)
        if "-badge[" in text and "Demo" not in text.split("·", 1)[0]
    )


def shown(app: AppTest) -> str:
    """All texts of the page as people see them, without the backslashes of escaping."""
    return "\n".join(words(app)).replace("\\", "").replace("\u2060", "")


def signed_in(email: str, **others: Any) -> dict[str, Any]:
    """What Streamlit knows of a visitor who has signed in with their company's account."""
    return {"is_logged_in": True, **claims(email, **others)}
