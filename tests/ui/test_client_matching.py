"""Clients, matching: proposals are looked over, confirmed, undone, and made by hand."""

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.services import client_matching, reviewing
from ledgersync.ui.client_matching import proposals_frame
from ledgersync.ui.shell import Viewer
from tests.ui.list_uploads import upload
from tests.ui.pages import opened, param, press, shown

FILE = b"""Client Name,Client ID,Client Code,Status
The Blue Heron Bistro,1,BHB,Active
Greenfold Landscaping,2,GREEN,Active
Greenfold Landscaping Inc,3,GREEN2,Inactive
Nobody Alike,4,NOBODY,Active
"""


@pytest.fixture
def listed(app: AppTest) -> AppTest:
    upload(app, "clients", FILE)
    press(app, "Confirm Import")
    press(app, "Match them with LedgerSync's clients")
    assert param(app, "view") == "matching"
    return app


def code(viewer: Viewer, name: str) -> str:
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    return next(client.acs_code for client in everyone if client.name.startswith(name))


def test_without_the_list_it_leads_to_the_import(app: AppTest) -> None:
    opened(app, "clients", view="matching")
    assert "Import their list first" in shown(app)
    press(app, "Import lists")
    assert param(app, "view") == "lists"


def test_proposals_are_matched_on_confirmation_and_undone(listed: AppTest, viewer: Viewer) -> None:
    assert code(viewer, "Blue Heron") == "BLUEHERON"
    press(listed, "Confirm 1 match")
    assert "1 client matched." in shown(listed)
    assert code(viewer, "Blue Heron") == "BHB"
    press(listed, "Undo")
    assert "1 match taken back." in shown(listed)
    assert code(viewer, "Blue Heron") == "BLUEHERON"


def test_what_fits_several_is_listed_and_matched_by_hand(listed: AppTest, viewer: Viewer) -> None:
    frame = next(f.value for f in listed.dataframe if "Could be, in LedgerSync" in f.value)
    assert list(frame["In Accounting CS"]) == [
        "Greenfold Landscaping (GREEN)",
        "Greenfold Landscaping Inc (GREEN2)",
    ]
    found = client_matching.matching_list(viewer.actor, viewer.workspace)
    choice = found.matching.choices[0]
    listed.selectbox(key="match_acs").set_value(choice.acs.id).run()
    assert listed.selectbox(key="match_client").options[0].startswith("Greenfold")
    listed.selectbox(key="match_client").set_value(choice.clients[0].id).run()
    listed.button(key="match_by_hand").click().run()
    assert code(viewer, "Greenfold") == "GREEN"
    listed.selectbox(key="match_take_back").set_value(choice.acs.id).run()
    listed.button(key="match_take_back_button").click().run()
    assert code(viewer, "Greenfold") == ""


def test_the_frame_says_both_sides_and_why(listed: AppTest, viewer: Viewer) -> None:
    del listed
    proposals = client_matching.matching_list(viewer.actor, viewer.workspace).matching.proposals
    [row] = proposals_frame(proposals).to_dict("records")
    assert row == {
        "Match": True,
        "In Accounting CS": "The Blue Heron Bistro",
        "Client code": "BHB",
        "Status": "Active",
        "In LedgerSync": "Blue Heron Bistro LLC",
        "Code so far": "BLUEHERON",
        "Why": "Same name",
    }
