"""The frame of every page: reached cold, with its title, the gear and the demo's badge."""

import json

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ledgersync.config import PROJECT_ROOT
from ledgersync.services import reviewing
from ledgersync.ui import shell
from tests.ui.pages import opened

PAGES = ["overview", "review", "clients", "import", "exports", "settings", "help"]


def links(app: AppTest) -> dict[str, str]:
    return {link.label: link.page for link in (e.proto for e in app.get("page_link"))}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opened_cold_has_its_title_and_the_gear(app: AppTest, page: str) -> None:
    opened(app, page)
    assert app.title[0].value == page.capitalize()
    assert links(app)["Settings"] == "settings"
    assert "Demo firm" in app.markdown[0].value


@pytest.mark.parametrize("page", PAGES)
def test_a_page_begins_by_opening_itself(page: str) -> None:
    """Before that nothing may run: a deep link can reach the script without app.py."""
    lines = (PROJECT_ROOT / "pages" / f"{page}.py").read_text().splitlines()
    statements = [line for line in lines if line and not line.startswith(("from ", "import "))]
    first = next(line for line in statements if not line.startswith(('"""', "#")))
    assert first == f'viewer = open_page("{page.capitalize()}")'
    assert len(lines) < 80


def test_the_first_page_is_overview(app: AppTest) -> None:
    app.run()
    assert app.title[0].value == "Overview"


def test_a_firm_has_no_demo_badge(fresh_app: AppTest) -> None:
    opened(fresh_app, "settings")
    assert not [m.value for m in fresh_app.markdown if "Demo" in m.value]
    assert not [e.label for e in fresh_app.expander if "Demo" in e.label]


def test_settings_that_are_refused_are_told_without_a_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEDGERSYNC_MODE", "sideways")
    st.cache_resource.clear()
    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=30).run()
    assert not app.exception
    assert "LEDGERSYNC_MODE" in app.error[0].value.replace("\\", "")
    assert not app.title


def _break(*_: object) -> None:
    raise RuntimeError("password=hunter2-secret")


@pytest.mark.parametrize(
    ("broken", "name"), [(reviewing, "list_clients"), (shell, "local_actor")], ids=["page", "frame"]
)
def test_what_nobody_expected_is_one_sentence_and_a_trace_in_the_log(
    app: AppTest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    broken: object,
    name: str,
) -> None:
    monkeypatch.setattr(broken, name, _break)
    opened(app, "clients")
    [told] = app.error
    logged = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    [entry] = [line for line in logged if line["level"] == "error"]
    assert "Something went wrong that should not have (reference " in told.value.replace("\\", "")
    assert entry["event"].split()[-1] in told.value
    assert "RuntimeError" in entry["exception"]
    assert "in _break" in entry["exception"]
    assert "hunter2" not in f"{told.value}{entry}"
    caplog.clear()


def test_what_nobody_expected_in_a_callback_is_told_by_the_rerun(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def script() -> None:
        import streamlit as st  # noqa: PLC0415  runs as a script of its own

        from ledgersync.ui import feedback  # noqa: PLC0415

        def pressed() -> None:
            with feedback.kept():
                raise RuntimeError("password=hunter2-secret")

        st.button("Press", on_click=pressed)
        feedback.show_kept()

    app = AppTest.from_function(script).run()
    app.button[0].click().run()
    assert not app.exception
    assert "Something went wrong that should not have" in app.error[0].value
    assert "hunter2" not in app.error[0].value
    caplog.clear()


def test_the_icon_in_the_tab_is_drawn_here() -> None:
    """An icon by name would be fetched from a font server."""
    assert shell._FAVICON.startswith("<svg")
