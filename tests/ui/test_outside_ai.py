"""Outside AI on Settings: said plainly, off until turned on, its key never shown again."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.services import outside_advice
from ledgersync.services.outside_advice import OutsideAi
from ledgersync.services.workspace import Workspace
from ledgersync.ui.shell import Viewer
from tests.bankfeed.feed_server import FeedServer, plain
from tests.outside_ai.model_server import answering, well
from tests.ui.pages import opened, press, shown
from tests.ui.test_settings import be_staff

KEY = "sk-hidden-8c31f0"
HEADING = "Outside AI (optional)"
LABELS = ("Address", "Model", "Key")


@pytest.fixture
def model() -> Iterator[FeedServer]:
    with FeedServer(answering(well)) as server:
        yield server


def state(app: AppTest) -> str:
    """The section's badge; the one of the backups stands below it."""
    badges = [text for text in (m.value for m in app.markdown) if "-badge[" in text]
    return [text for text in badges if "backup" not in text.lower()][-1]


def fields(app: AppTest) -> list[str | None]:
    return [field.value for field in app.text_input if field.label in LABELS]


def save(app: AppTest, url: str, model: str = "m-1", key: str = KEY, *, on: bool = True) -> AppTest:
    for label, text in zip(LABELS, (url, model, key), strict=True):
        next(field for field in app.text_input if field.label == label).set_value(text)
    switch = app.toggle[0]
    switch.set_value(on)
    return press(app, "Save outside model")


def stored(viewer: Viewer) -> OutsideAi:
    found = outside_advice.outside_ai(viewer.actor, viewer.workspace)
    assert found
    return found


def test_it_is_off_and_says_what_would_leave_and_what_stays(app: AppTest, viewer: Viewer) -> None:
    opened(app, "settings")
    assert HEADING in [header.value for header in app.header]
    assert "Off · not set up" in state(app)
    assert app.toggle[0].value is False
    notice = app.info[0].value
    for words in (
        "What leaves this machine",
        "names of the vendors",
        "What stays",
        "exact amounts",
    ):
        assert words in notice
    assert "only a model that runs on this computer can be asked" in shown(app)
    assert "Test outside model" not in [button.label for button in app.button]
    assert outside_advice.outside_ai(viewer.actor, viewer.workspace) is None


def test_a_set_up_is_kept_and_its_key_not_shown_again(
    app: AppTest, viewer: Viewer, model: FeedServer
) -> None:
    save(opened(app, "settings"), f"{model.url}/v1")
    assert "green-badge[:material/cloud_done: On · m\\-1" in state(app)
    assert "Saved." in shown(app)
    assert fields(app) == [f"{model.url}/v1", "m-1", ""]
    assert app.toggle[0].value is True
    assert "tokens" in shown(app)
    assert stored(viewer).has_key
    inner = app.session_state._state._state
    kept = [inner._new_session_state, inner._new_widget_state, inner._old_state]
    assert not [value for part in kept for value in part.values() if KEY in repr(value)]
    assert not model.calls


def test_a_second_save_keeps_key_and_switch(
    app: AppTest, viewer: Viewer, model: FeedServer
) -> None:
    save(opened(app, "settings"), f"{model.url}/v1")
    next(field for field in app.text_input if field.label == "Model").set_value("m-2")
    press(app, "Save outside model")
    assert (stored(viewer).model, stored(viewer).enabled, stored(viewer).has_key) == (
        "m-2",
        True,
        True,
    )


def test_a_refused_save_says_why_and_keeps_what_was_typed_but_the_key(
    app: AppTest, viewer: Viewer
) -> None:
    save(opened(app, "settings"), "http://models.example", "m-9")
    assert "must start with https://" in shown(app)
    assert fields(app) == ["http://models.example", "m-9", ""]
    assert app.toggle[0].value is True
    assert outside_advice.outside_ai(viewer.actor, viewer.workspace) is None
    assert "must start with https://" not in shown(app.run())


def test_a_test_says_how_it_went(app: AppTest, model: FeedServer) -> None:
    save(opened(app, "settings"), f"{model.url}/v1", on=False)
    assert "Off · m\\-1 is set up" in state(app)
    press(app, "Test outside model")
    assert "The model answered as asked" in shown(app)
    assert len(model.calls) == 1
    model.script = lambda _: plain({}, 401)
    press(app, "Test outside model")
    assert "did not accept the key (401)" in shown(app)
    assert "Enter the key again." in shown(app)


def test_trouble_stays_to_be_seen_at_the_next_visit(app: AppTest, model: FeedServer) -> None:
    model.script = lambda _: plain({}, 503)
    save(opened(app, "settings"), f"{model.url}/v1")
    press(app, "Test outside model")
    app.run()
    assert "orange-badge[:material/error: On · needs attention" in state(app)
    assert "could not answer (error 503)" in app.warning[-1].value.replace("\\", "")


def test_a_lost_encryption_key_is_told(app: AppTest, demo: Workspace, model: FeedServer) -> None:
    save(opened(app, "settings"), f"{model.url}/v1")
    (demo.settings.config_folder / "ledgersync.key").unlink()
    app.run()
    assert "orange-badge[:material/lock: Locked" in state(app)
    assert "can't be opened" in shown(app)


def test_removed_leaves_an_empty_form(app: AppTest, viewer: Viewer, model: FeedServer) -> None:
    save(opened(app, "settings"), f"{model.url}/v1")
    press(app, "Yes, remove it")
    assert "Off · not set up" in state(app)
    assert fields(app) == ["", "", ""]
    assert app.toggle[0].value is False
    assert outside_advice.outside_ai(viewer.actor, viewer.workspace) is None


def test_staff_see_nothing_of_it(app: AppTest, demo: Workspace) -> None:
    be_staff(demo)
    opened(app, "settings")
    assert HEADING not in [header.value for header in app.header]
    assert not app.toggle
