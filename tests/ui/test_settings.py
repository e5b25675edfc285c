"""Settings: connecting as people do it, against the demo's own LedgerSync."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.actors import Role
from ledgersync.domain.connections import Connection, ConnectionState
from ledgersync.errors import NotPermitted, StoredPasswordRefused
from ledgersync.services import (
    connecting,
    export_keeping,
    key_care,
    key_rotation,
    reviewing,
    syncing,
)
from ledgersync.services.key_report import key_report
from ledgersync.services.syncing import ClientReport
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit
from ledgersync.storage.tables import METADATA
from ledgersync.ui import connection as connection_section
from ledgersync.ui import connection_badge
from ledgersync.ui.shell import DEMO_PASSWORD, Viewer
from tests.attacks.canaries import sightings
from tests.ui.pages import badge, opened, press, shown

EMAIL = "demo@ledgersync.example"
WRONG = "hunter2-not-it"


def save(app: AppTest, email: str, password: str) -> AppTest:
    app.text_input(key="ledgersync_email").set_value(email)
    app.text_input(key="ledgersync_password").set_value(password)
    return press(app, "Save Integration")


def disconnected(app: AppTest) -> AppTest:
    return press(opened(app, "settings"), "Yes, disconnect")


def be_staff(demo: Workspace) -> None:
    with demo.database.writing() as tx:
        tx.execute(METADATA.tables["users"].update().values(role=Role.STAFF.value))


def key_file(demo: Workspace) -> Path:
    return demo.settings.config_folder / "ledgersync.key"


def test_the_section_has_its_heading_fields_and_button(app: AppTest) -> None:
    opened(app, "settings")
    assert app.header[0].value == "LedgerSync Integration"
    assert app.text_input(key="ledgersync_email").label == "LedgerSync Email"
    assert app.text_input(key="ledgersync_password").label == "LedgerSync Password"
    assert "Save Integration" in [button.label for button in app.button]


def test_a_stored_connection_shows_its_state_age_and_masked_email(app: AppTest) -> None:
    opened(app, "settings")
    assert badge(app).startswith(":green-badge[:material/check_circle: Connected · checked ")
    assert badge(app).endswith(" by Demo admin · 12 clients]")
    assert "Signed in as d***@ledgersync.example" in shown(app)
    assert EMAIL not in "".join(app.markdown[0].value + badge(app))


def test_a_right_log_in_ends_connected_with_a_first_sync(app: AppTest) -> None:
    save(disconnected(app), EMAIL, DEMO_PASSWORD)
    assert "check_circle: Connected" in badge(app)
    assert "12 clients and 36 bank accounts found" in app.success[0].value


@pytest.mark.parametrize("press_what", ["Save Integration", "Save new password"])
def test_the_check_ends_with_its_badge_before_the_first_sync_begins(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, press_what: str
) -> None:
    opened(app, "settings")
    seen: list[str] = []
    draw, sync = connection_badge.connection_badge, syncing.sync_clients

    def drawn(connection: Connection) -> None:
        seen.append(connection.state.value)
        draw(connection)

    def synced(*args: Any) -> ClientReport:
        seen.append("sync")
        return sync(*args)

    monkeypatch.setattr(connection_section, "connection_badge", drawn)
    monkeypatch.setattr(syncing, "sync_clients", synced)
    app.text_input(key="ledgersync_email").set_value(EMAIL)
    app.text_input(key="ledgersync_password").set_value(DEMO_PASSWORD)
    app.text_input(key="ledgersync_new_password").set_value(DEMO_PASSWORD)
    press(app, press_what)
    assert seen == ["connected", "connected", "sync", "connected"]


def test_a_wrong_password_leaves_the_working_connection(app: AppTest) -> None:
    save(opened(app, "settings"), EMAIL, WRONG)
    assert "check_circle: Connected" in badge(app)
    assert "did not accept this e-mail and password" in shown(app)
    assert "The earlier connection stays in use." in shown(app)


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        (EMAIL, WRONG, "did not accept this e-mail and password"),
        ("locked@ledgersync.example", DEMO_PASSWORD, "account is locked"),
        ("suspended@ledgersync.example", DEMO_PASSWORD, "subscription is inactive or suspended"),
        ("empty@ledgersync.example", DEMO_PASSWORD, "lists no clients yet"),
    ],
)
def test_each_failure_is_a_red_x_that_names_it(
    app: AppTest, email: str, password: str, said: str
) -> None:
    save(disconnected(app), email, password)
    assert badge(app).startswith(":red-badge[:material/cancel: Failed · checked ")
    assert said in shown(app)


def test_no_clients_offers_refresh_and_says_what_to_check(app: AppTest) -> None:
    save(disconnected(app), "empty@ledgersync.example", DEMO_PASSWORD)
    assert "30-60 seconds" in shown(app)
    assert "Do these clients have bank accounts connected" in shown(app)
    press(app, "Refresh")
    assert "lists no clients yet" in shown(app)


def test_an_unfilled_form_asks_for_what_is_missing(app: AppTest) -> None:
    save(opened(app, "settings"), "", "")
    assert "is not an e-mail address" in app.error[0].value.replace("\\", "")
    assert "check_circle: Connected" in badge(app)


@pytest.mark.parametrize("password", [WRONG, DEMO_PASSWORD + " "])
def test_nothing_secret_stays_in_the_session(app: AppTest, password: str) -> None:
    save(opened(app, "settings"), EMAIL, password)
    inner = app.session_state._state._state
    kept = [inner._new_session_state, inner._new_widget_state, inner._old_state]
    assert not app.text_input(key="ledgersync_password").value
    held = "\n".join(repr(item) for part in kept for item in part.items())
    assert sightings(held, {"e-mail": EMAIL, "password": password}) == []


def test_the_password_is_nowhere_in_the_data_folder(app: AppTest, demo: Workspace) -> None:
    save(opened(app, "settings"), EMAIL, DEMO_PASSWORD)
    files = [file for file in demo.settings.data_folder.rglob("*") if file.is_file()]
    assert files
    for file in files:
        assert DEMO_PASSWORD.encode() not in file.read_bytes()
        assert EMAIL.encode() not in file.read_bytes()


def test_disconnecting_keeps_clients_and_offers_nothing_for_no_log_in(
    app: AppTest, viewer: Viewer
) -> None:
    disconnected(app)
    assert badge(app) == ":gray-badge[:material/link_off: Not connected]"
    assert not {"Test again", "Refresh", "Yes, disconnect"} & {b.label for b in app.button}
    assert len(reviewing.list_clients(viewer.actor, viewer.workspace)) == 12


def test_test_again_logs_in_with_what_is_stored(app: AppTest, viewer: Viewer) -> None:
    opened(app, "settings")
    before = connecting.connection_state(viewer.actor, viewer.workspace).checked_at
    press(app, "Test again")
    after = connecting.connection_state(viewer.actor, viewer.workspace).checked_at
    assert before
    assert after
    assert after > before


def test_the_password_alone_can_be_updated(app: AppTest) -> None:
    opened(app, "settings")
    app.text_input(key="ledgersync_new_password").set_value(WRONG)
    press(app, "Save new password")
    assert "The earlier connection stays in use." in shown(app)
    app.text_input(key="ledgersync_new_password").set_value(DEMO_PASSWORD)
    press(app, "Save new password")
    assert "The earlier connection stays in use." not in shown(app)
    assert "check_circle: Connected" in badge(app)


def test_a_password_refused_later_needs_attention(app: AppTest, viewer: Viewer) -> None:
    refusal = StoredPasswordRefused("LedgerSync refused the stored password.", "Update it.")
    connecting.note_refusal(viewer.actor, viewer.workspace, refusal)
    opened(app, "settings")
    assert "Needs attention" in badge(app)
    assert "LedgerSync refused the stored password." in shown(app)
    labels = {button.label for button in app.button}
    assert "Test again" in labels
    assert "Refresh" not in labels
    save(app, EMAIL, WRONG)
    assert "The stored log-in is still the one that LedgerSync refused." in shown(app)


def test_a_missing_key_locks_and_its_recovery_kit_unlocks(
    app: AppTest, demo: Workspace, viewer: Viewer
) -> None:
    kit = key_care.recovery_kit(viewer.actor, demo)
    key_file(demo).unlink()
    opened(app, "settings")
    assert ":material/lock: Locked" in badge(app)
    assert "K1" in shown(app)
    app.text_area(key="recovery_kit_text").set_value(kit)
    press(app, "Restore this key")
    assert "Key K1 is back in place." in app.success[0].value
    assert "check_circle: Connected" in badge(app)


def test_a_mistyped_kit_names_its_row_and_changes_nothing(
    app: AppTest, demo: Workspace, viewer: Viewer
) -> None:
    rows = key_care.recovery_kit(viewer.actor, demo).split("    ")[1:6]
    rows[2] = rows[2].replace(rows[2][0], "0" if rows[2][0] != "0" else "1", 1)
    key_file(demo).unlink()
    opened(app, "settings")
    app.text_area(key="recovery_kit_text").set_value(" ".join(rows).split("\n\n")[0])
    press(app, "Restore this key")
    assert "Row 2" in app.error[0].value
    assert not key_file(demo).exists()


def test_the_kit_shows_once_after_a_confirmation_and_is_on_record(
    app: AppTest, demo: Workspace, viewer: Viewer
) -> None:
    opened(app, "settings")
    show = app.button(key="show_kit")
    assert show.disabled
    app.checkbox(key="kit_confirmed").check().run()
    app.button(key="show_kit").click().run()
    assert "recovery kit" in app.code[0].value
    with demo.database.reading() as tx:
        assert audit.latest(tx, 1)[0].action == "show recovery kit"
    app.run()
    assert not app.code
    key_rotation.rotate_keys(viewer.actor, demo)
    app.run()
    app.selectbox(key="kit_key").set_value("K1")
    app.button(key="show_kit").click().run()
    assert re.findall(r"\bK\d\b", app.code[0].value) == ["K1"]


def test_staff_see_no_keys(app: AppTest, demo: Workspace, viewer: Viewer) -> None:
    be_staff(demo)
    opened(app, "settings")
    assert "Encryption keys" not in [header.value for header in app.header]
    assert "LedgerSync Integration" in [header.value for header in app.header]
    assert not key_care.may_administer(viewer.actor, demo)


def test_the_state_is_there_for_the_next_visit(app: AppTest) -> None:
    save(disconnected(app), EMAIL, WRONG)
    later = AppTest.from_file("../../app.py", default_timeout=30)
    assert badge(opened(later, "settings")) == badge(app)


def test_an_old_check_shows_its_date(
    app: AppTest, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = connecting.connection_state(viewer.actor, viewer.workspace).checked_at
    assert checked
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    opened(app, "settings")
    assert f"checked {checked.astimezone():%m/%d/%Y %H:%M} by" in badge(app)


def test_every_state_has_a_word_an_icon_and_a_colour() -> None:
    assert set(connection_badge.LOOKS) == set(ConnectionState)
    looks = connection_badge.LOOKS.values()
    assert len({look.word for look in looks}) == len({look.icon for look in looks}) == len(looks)


def test_the_address_is_only_told(app: AppTest) -> None:
    opened(app, "settings")
    assert "the demo server inside this app" in shown(app)
    assert "LEDGERSYNC_API_PROFILE" in shown(app)


def test_keys_are_for_administrators_alone(demo: Workspace, viewer: Viewer) -> None:
    kit = SecretStr(key_care.recovery_kit(viewer.actor, demo))
    assert key_care.restore_key(viewer.actor, demo, kit) == "K1"
    be_staff(demo)
    for refused in (
        lambda: key_report(viewer.actor, demo),
        lambda: key_care.recovery_kit(viewer.actor, demo),
        lambda: key_care.restore_key(viewer.actor, demo, kit),
    ):
        with pytest.raises(NotPermitted):
            refused()


def test_an_admin_says_how_long_export_files_are_kept(app: AppTest, viewer: Viewer) -> None:
    opened(app, "settings")
    app.number_input(key="export_file_days_365").set_value(120).run()
    assert "Saved: 120 days." in shown(app)
    assert export_keeping.days_kept(viewer.actor, viewer.workspace) == 120
