"""Help: every failure has its topic, and the message to support gives nothing away."""

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.connections import Failure
from ledgersync.errors import StoredPasswordRefused
from ledgersync.services import connecting, reviewing, support
from ledgersync.services.workspace import Workspace
from ledgersync.ui.client_sections import _WORDS
from ledgersync.ui.help_topics import CONNECTING, MATCHING, WORKING
from ledgersync.ui.rules import _TABS
from ledgersync.ui.rules_trial import _OUTCOMES
from ledgersync.ui.shell import DEMO_LOG_INS, DEMO_PASSWORD, Viewer
from tests.ui.pages import opened, param, shown

TOPIC_OF = {
    Failure.WRONG_CREDENTIALS: "did not accept the e-mail and password",
    Failure.ACCOUNT_LOCKED: "account is locked",
    Failure.SUSPENDED: "inactive or suspended",
    Failure.NO_CLIENTS: "signed in, but no clients",
    Failure.UNREACHABLE: "could not be reached",
    Failure.NOT_UNDERSTOOD: "was not understood",
    Failure.KEY_MISSING: "Locked",
    Failure.STORED_PASSWORD_REFUSED: "Needs attention",
}


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_has_its_topic(failure: Failure) -> None:
    assert [topic for topic in CONNECTING if TOPIC_OF[failure] in topic]


def test_all_topics_are_on_the_page(app: AppTest) -> None:
    opened(app, "help")
    assert [e.label for e in app.expander] == [*CONNECTING, *WORKING, *MATCHING]
    for advice in (*CONNECTING.values(), *WORKING.values(), *MATCHING.values()):
        assert advice in [element.value for element in app.markdown]
    assert "What happens after connecting" in [header.value for header in app.header]
    assert "The clients fill the Client list on Review" in shown(app)


@pytest.mark.parametrize(
    ("symptom", "place"),
    [("vendor list", "Import lists"), ("has no match", "Match clients"), ("wrong or", "Learned")],
)
def test_advice_on_lists_and_suggestions_leads_to_a_place(symptom: str, place: str) -> None:
    [advice] = [text for topic, text in MATCHING.items() if symptom in topic]
    assert place in [*_WORDS.values(), *_TABS]
    assert f" > {place}**" in advice


@pytest.mark.parametrize("outcome", ["By hand, stays", "Earlier rule decides", "Client lacks"])
def test_a_rule_that_does_nothing_is_explained_in_the_words_of_its_test(outcome: str) -> None:
    assert any(outcome in words for words in _OUTCOMES.values())
    assert outcome in MATCHING["A rule does nothing"]


def test_the_import_is_described_with_what_is_not_documented(app: AppTest) -> None:
    said = shown(opened(app, "help"))
    assert "File > Import > Spreadsheet" in said
    assert "Not documented by Thomson Reuters, so our choice" in said
    for unknown in (
        "Total Amount is positive",
        "puts such rows together",
        "how long a text may be",
    ):
        assert unknown in said


def test_each_layout_has_a_page_that_a_link_can_name(app: AppTest) -> None:
    said = shown(opened(app, "help", layout="ofx"))
    assert "OFX bank file into a program that takes bank files" in said
    app.selectbox(key="import_guide_layout").set_value("acs-csv-journal").run()
    assert "Leave **Name (Vendor)** without a field" in shown(app)
    mapping = app.table[0].value
    assert mapping.loc["Source Code", "Field in Accounting CS"] == "Transaction Type"
    assert mapping.loc["Name (Vendor)", "Field in Accounting CS"] == "not mapped"
    assert param(app, "layout") == "acs-csv-journal"


def test_the_message_names_version_mode_state_and_counts(app: AppTest) -> None:
    message = opened(app, "help").code[0].value
    for fact in (
        "Version: 0.1.0",
        "Mode: demo",
        "Database: SQLite",
        "Connection: connected, no failure",
        "LedgerSync address: 127.0.0.1 (the demo server inside this app)",
        "clients 12, bank accounts 36",
    ):
        assert fact in message


def test_the_message_names_the_failure(demo: Workspace, viewer: Viewer) -> None:
    connecting.note_refusal(viewer.actor, demo, StoredPasswordRefused("Refused.", "Update it."))
    said = support.support_message(viewer.actor, demo)
    assert "Connection: needs_attention, stored_password_refused" in said


def test_the_message_holds_no_secret_no_address_and_no_name(
    demo: Workspace, viewer: Viewer
) -> None:
    said = support.support_message(viewer.actor, demo)
    for client in reviewing.list_clients(viewer.actor, demo):
        assert client.name not in said
    assert DEMO_PASSWORD not in said
    assert not [email for email in DEMO_LOG_INS if email in said]
    assert "@" not in said
    assert str(demo.settings.data_folder) not in said


def test_a_fresh_firm_can_ask_for_help(fresh_app: AppTest) -> None:
    message = opened(fresh_app, "help").code[0].value
    assert "Connection: not_connected, no failure" in message
    assert "from the profile that comes with the app" in message
