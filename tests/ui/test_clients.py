"""Clients: finding one, and what the firm adds to it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from ledgersync.domain.clients import BankAccount, FeedStatus
from ledgersync.domain.transactions import SetAside
from ledgersync.errors import FeedUnreachable
from ledgersync.services import client_records, connecting, reviewing, syncing
from ledgersync.services.client_records import AccountRecord
from ledgersync.services.syncing import ClientReport
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients
from ledgersync.storage.loads import AccountLoad
from ledgersync.ui import client_accounts, client_list, client_sync
from ledgersync.ui.shell import Viewer
from tests.ui.pages import HOSTILE, opened, param, press, shown, words

ACCOUNT = BankAccount(
    id="a",
    client_id="c",
    source_id="s",
    name="Checking",
    institution="First Bank",
    type="credit_card",
    mask="4821",
    currency="USD",
    balance=-123_456,
    balance_date=date(2026, 10, 31),
    feed_status=FeedStatus.ACTIVE,
    feed_word="active",
    acs_description="",
    last_loaded_at=None,
    data_version=0,
    removed=False,
)
LOAD = AccountLoad(
    run_id="r",
    account_id="a",
    at=datetime(2026, 11, 1, tzinfo=UTC),
    start=date(2026, 10, 1),
    end=date(2026, 10, 31),
    state="done",
    new=1204,
    set_aside=1,
)


def client_id(viewer: Viewer, name: str) -> str:
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    return next(client.id for client in everyone if client.name.startswith(name))


@pytest.fixture
def marigold(app: AppTest, viewer: Viewer) -> str:
    """A client's id, with the page open on it."""
    found = client_id(viewer, "Marigold")
    opened(app, "clients", client=found)
    return found


def test_all_clients_are_listed_with_codes_accounts_and_feeds(app: AppTest) -> None:
    opened(app, "clients")
    rows = app.dataframe[0].value.set_index("Client")
    assert len(rows) == 12
    assert rows.loc["Greenfold Landscaping LLC", "Feeds"] == "1 needs attention"
    assert rows.loc["Juniper & Oak Pet Supply", "Feeds"] == "No accounts"
    assert rows.loc["Blue Heron Bistro LLC", "ACS client code"] == "BLUEHERON"
    assert rows.loc["Blue Heron Bistro LLC", "Bank accounts"] == 5


def test_searching_narrows_the_list_and_one_hit_is_opened(app: AppTest) -> None:
    opened(app, "clients")
    app.text_input(key="client_search").set_value("heron").run()
    assert list(app.dataframe[0].value["Client"]) == ["Blue Heron Bistro LLC"]
    assert "Blue Heron Bistro LLC" in [header.value for header in app.header]
    app.text_input(key="client_search").set_value("nobody like this").run()
    assert "No client has these words" in app.info[0].value


def test_a_search_takes_words_in_any_order_and_codes(viewer: Viewer) -> None:
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    assert [c.name for c in client_list.found(everyone, "BISTRO blue")] == ["Blue Heron Bistro LLC"]
    assert [c.acs_code for c in client_list.found(everyone, "tillman")] == ["TILLMAN"]


def test_the_link_holds_the_id_and_brings_the_client_back(app: AppTest, marigold: str) -> None:
    assert "Marigold Lane Boutique" in [header.value for header in app.header]
    assert param(app, "client") == marigold


def test_an_unknown_id_in_the_link_chooses_nobody(app: AppTest) -> None:
    opened(app, "clients", client="no-such-client")
    assert not app.header


def test_an_account_reads_in_words_and_figures() -> None:
    row = client_accounts.accounts_frame((AccountRecord(ACCOUNT, LOAD),)).to_dict("records")[0]
    assert row["Type"] == "Credit card"
    assert row["Balance"] == "-$1,234.56"
    assert row["On"] == date(2026, 10, 31)
    assert row["Feed"] == "Active"
    assert row["Result"] == "Complete, 1,204 new, 0 updated, 1 row set aside"


def test_a_load_says_how_it_ended() -> None:
    failed = replace(LOAD, state="failed", sentence="LedgerSync could not be reached.")
    assert client_accounts.load_words(AccountRecord(ACCOUNT, None)) == "Never loaded"
    words = client_accounts.load_words(AccountRecord(ACCOUNT, failed))
    assert words == "Failed: LedgerSync could not be reached."


@pytest.mark.parametrize(
    ("accounts", "said"),
    [
        ([], "No accounts"),
        ([ACCOUNT], "All active"),
        ([replace(ACCOUNT, feed_status=FeedStatus.BROKEN)] * 2, "2 need attention"),
        ([replace(ACCOUNT, feed_status=FeedStatus.NOT_GIVEN, feed_word="")], "Not given"),
        ([replace(ACCOUNT, removed=True)], "No accounts"),
    ],
)
def test_feeds_are_one_word_a_client(accounts: list[BankAccount], said: str) -> None:
    assert client_list.feed_words(accounts) == said


def test_the_code_is_saved_at_once_with_a_word(app: AppTest, viewer: Viewer, marigold: str) -> None:
    app.text_input(key=f"acs_code_{marigold}").set_value("MARI-2").run()
    assert "Saved at" in shown(app)
    record = client_records.client_record(viewer.actor, viewer.workspace, marigold)
    assert record.client.acs_code == "MARI-2"
    app.run()
    assert "Saved at" not in shown(app)


def test_a_description_is_saved_at_once(app: AppTest, viewer: Viewer, marigold: str) -> None:
    record = client_records.client_record(viewer.actor, viewer.workspace, marigold)
    account = record.accounts[0].account
    app.text_input(key=f"acs_description_{account.id}").set_value("Operating 3077").run()
    assert "Saved at" in shown(app)
    after = client_records.client_record(viewer.actor, viewer.workspace, marigold)
    assert after.accounts[0].account.acs_description == "Operating 3077"


def test_a_code_that_is_too_long_is_refused_in_place(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    app.text_input(key=f"acs_code_{marigold}").set_value("X" * 41).run()
    assert "longer than 40 characters" in app.error[0].value
    record = client_records.client_record(viewer.actor, viewer.workspace, marigold)
    assert record.client.acs_code == "MARIGOLD"


def test_a_vendor_is_added_and_a_taken_code_refused(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    for said in ("Added Night Owl Signs.", "Vendor code OWL belongs to Night Owl Signs."):
        field(app, "Vendor name").set_value("Night Owl Signs")
        field(app, "Vendor code").set_value("OWL")
        press(app, "Add vendor")
        assert said in shown(app)
    record = client_records.client_record(viewer.actor, viewer.workspace, marigold)
    assert [vendor.name for vendor in record.vendors if vendor.code == "OWL"] == ["Night Owl Signs"]


def test_what_was_done_by_hand_is_undone_below_its_list(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    before = client_records.client_record(viewer.actor, viewer.workspace, marigold)
    field(app, "Vendor name").set_value("Night Owl Signs")
    press(app, "Add vendor")
    app.session_state[f"firm_list_changes_vendors_{marigold}"] = True
    app.run()
    assert "Added Night Owl Signs" in shown(app)
    assert re.search(rf"{viewer.actor.name}, (just now|\d+ s ago), 1 added", shown(app))
    press(app, "Undo")
    assert (
        client_records.client_record(viewer.actor, viewer.workspace, marigold).vendors
        == before.vendors
    )
    [toast] = app.toast
    assert toast.value.replace("\\", "") == "Undid: Added Night Owl Signs. 1 vendor removed."
    assert f"Undone by {viewer.actor.name} " in shown(app)


def test_a_gl_account_is_added_as_text(app: AppTest, viewer: Viewer, marigold: str) -> None:
    labels = [tab.label for tab in app.tabs]
    accounts = len(client_records.client_record(viewer.actor, viewer.workspace, marigold).chart)
    field(app, "GL code").set_value("0100-00")
    field(app, "Account name").set_value("Petty cash")
    press(app, "Add GL account")
    assert "Added 0100-00 - Petty cash." in shown(app)
    assert labels == [tab.label for tab in app.tabs]  # another label would open the first tab
    assert f"{accounts + 1} GL accounts" in [caption.value for caption in app.caption]
    record = client_records.client_record(viewer.actor, viewer.workspace, marigold)
    assert "0100-00" in [gl.code for gl in record.chart]


def test_refreshing_says_what_was_found(app: AppTest) -> None:
    press(opened(app, "clients"), "Refresh from LedgerSync")
    assert "12 clients and 36 bank accounts found, none of them new." in app.success[0].value


def test_a_refresh_that_fails_says_why_and_keeps_the_list(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise FeedUnreachable("LedgerSync could not be reached.", "Try again.")

    monkeypatch.setattr(syncing, "sync_clients", fail)
    press(opened(app, "clients"), "Refresh from LedgerSync")
    assert "LedgerSync could not be reached." in app.error[0].value.replace("\\", "")
    assert len(app.dataframe[0].value) == 12


def test_a_report_tells_what_is_new_and_what_was_left_out() -> None:
    report = ClientReport(2, 3, 2, 1, (SetAside("the name is missing", "{}"),), ("Ann: no.",))
    assert client_sync.report_words(report) == (
        "2 clients and 3 bank accounts found, 2 new clients and 1 new bank account."
    )
    assert client_sync.problem_words(report) == [
        "Ann: no.",
        "A row was set aside: the name is missing",
    ]


def test_names_with_markup_stay_text(app: AppTest, demo: Workspace, viewer: Viewer) -> None:
    found = client_id(viewer, "Marigold")
    with demo.database.writing() as tx:
        clients.change_client(tx, found, name=HOSTILE)
        for account in clients.list_accounts(tx, found):
            clients.change_account(tx, account.id, name=HOSTILE)
    opened(app, "clients", client=found)
    assert HOSTILE in shown(app)
    assert not [text for text in words(app) if "](https:" in text or "<b>" in text]


def test_without_clients_the_page_says_what_to_check(fresh_app: AppTest) -> None:
    opened(fresh_app, "clients")
    assert "No clients yet." in fresh_app.info[0].value
    assert "30-60 seconds" in shown(fresh_app)
    press(fresh_app, "Refresh from LedgerSync")
    assert "LedgerSync is not connected." in fresh_app.error[0].value.replace("\\", "")


def test_everything_stays_after_disconnecting(app: AppTest, viewer: Viewer) -> None:
    connecting.disconnect(viewer.actor, viewer.workspace)
    assert len(opened(app, "clients").dataframe[0].value) == 12


def field(app: AppTest, label: str) -> TextInput:
    return next(element for element in app.text_input if element.label == label)
