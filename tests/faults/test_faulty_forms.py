"""Forms sent while the database is away: a sentence, nothing typed is lost, and press again."""

import json
from collections.abc import Callable, Iterator

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from ledgersync.config import PROJECT_ROOT
from ledgersync.domain.connections import ConnectionState
from ledgersync.services import coding_lists
from ledgersync.ui import shell
from tests.conftest import PostgresServer
from tests.faults.faulty_databases import StoppedPostgresql, impatient, locked
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import EMAIL, PASSWORD
from tests.ui.list_uploads import VENDORS, upload
from tests.ui.pages import opened, press, shown

AWAY = "The database does not answer."
BUSY = "is busy with another change"

Shows = Callable[[Office], AppTest]


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shows]:
    """The app of an office, as whoever runs these tests sees it."""
    hasty = []

    def show(office: Office) -> AppTest:
        st.cache_data.clear()
        workspace = impatient(office.workspace)
        hasty.append(workspace)
        monkeypatch.setattr(shell, "workspace", lambda: workspace)
        return AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=30)

    yield show
    for workspace in hasty:
        workspace.database.close()


def _names(office: Office) -> list[str]:
    client = office.account().client_id
    lists = coding_lists.coding_list(office.admin, office.workspace, client)
    return [vendor.name for vendor in (*lists.vendors, *lists.firm_vendors)]


def _field(app: AppTest, label: str) -> TextInput:
    return next(field for field in app.text_input if field.label == label)


def _type(app: AppTest, label: str, text: str) -> None:
    _field(app, label).set_value(text)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_form_stays_typed_while_postgresql_restarts(
    loaded: Office, shows: Shows, postgres: PostgresServer
) -> None:
    app = opened(shows(loaded), "clients", client=loaded.account().client_id)
    _type(app, "Vendor name", "Owl Signs")
    _type(app, "Vendor code", "OWL")
    with StoppedPostgresql(postgres, "immediate"):
        press(app, "Add vendor")
        assert AWAY in shown(app)
    press(app, "Try again")
    for label, text in (("Vendor name", "Owl Signs"), ("Vendor code", "OWL")):
        field = _field(app, label)
        assert field.value == text
        # The browser forgot the field with the page, and has to be told again.
        assert field.proto.set_value
        assert field.proto.value == text
    press(app, "Add vendor")
    assert "Added Owl Signs." in shown(app)
    assert "Owl Signs" in _names(loaded)
    assert not _field(app, "Vendor name").value


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_an_import_goes_on_with_its_file_after_a_restart(
    loaded: Office, shows: Shows, postgres: PostgresServer
) -> None:
    app = upload(shows(loaded), "vendors", VENDORS)
    with StoppedPostgresql(postgres, "immediate"):
        press(app, "Confirm Import")
        assert AWAY in shown(app)
    press(app, "Try again")
    assert "list.csv is still chosen." in shown(app)
    press(app, "Confirm Import")
    assert "Imported list.csv" in shown(app)
    assert "still chosen" not in shown(app)
    assert "Night Owl Signs" in _names(loaded)


def test_what_a_lock_kept_from_the_lists_is_saved_at_a_press(loaded: Office, shows: Shows) -> None:
    client = loaded.account().client_id
    app = opened(shows(loaded), "clients", client=client)
    with locked(loaded.workspace):
        _type(app, "ACS client code", "PINE-9")
        app.run()
        assert BUSY in shown(app)
        _rename_first_vendor(app, "Harbor Roasters")
        assert "**Not saved yet:** Harbor Roasters" in shown(app)
        press(app, "Add vendor")
        assert "Harbor Coffee" in _names(loaded)
    for again in (f"vendors_{client}_save_again", f"acs_code_{client}_again"):
        app.button(key=again).click().run()
    assert "Not saved yet" not in shown(app)
    assert [one.acs_code for one in loaded.clients()] == ["PINE-9"]
    assert _names(loaded) == ["Harbor Roasters"]


def _rename_first_vendor(app: AppTest, name: str) -> None:
    states = app._tree.get_widget_states()
    sent = {"edited_rows": {0: {"name": name}}, "added_rows": [], "deleted_rows": []}
    editor = next(one for one in app.data_editor if (one.key or "").startswith("vendors_"))
    states.widgets.append(WidgetState(id=editor.proto.id, string_value=json.dumps(sent)))
    app._run(states)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_log_in_that_was_not_stored_keeps_its_email_only(office: Office, shows: Shows) -> None:
    app = opened(shows(office), "settings")
    with locked(office.workspace):
        app.text_input(key="ledgersync_email").set_value(EMAIL)
        app.text_input(key="ledgersync_password").set_value(PASSWORD)
        press(app, "Save Integration")
        assert BUSY in shown(app)
    assert _field(app, "LedgerSync Email").value == EMAIL
    assert not app.text_input(key="ledgersync_password").value
    app.text_input(key="ledgersync_password").set_value(PASSWORD)
    press(app, "Save Integration")
    assert office.state().state is ConnectionState.CONNECTED


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_page_that_is_lost_keeps_no_password(
    office: Office, shows: Shows, postgres: PostgresServer
) -> None:
    app = opened(shows(office), "settings")
    app.text_input(key="ledgersync_email").set_value(EMAIL)
    app.text_input(key="ledgersync_password").set_value(PASSWORD)
    with StoppedPostgresql(postgres, "immediate"):
        press(app, "Save Integration")
        assert AWAY in shown(app)
        assert PASSWORD not in repr(app.session_state)
    press(app, "Try again")
    assert _field(app, "LedgerSync Email").proto.value == EMAIL
    assert not app.text_input(key="ledgersync_password").value
