"""Clients, the import of lists: nothing before Confirm Import, and exactly that after it."""

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.rules import Rule
from ledgersync.services import (
    client_records,
    coding_lists,
    firm_lists,
    reviewing,
    rule_writing,
)
from ledgersync.services.coding_lists import CodingList
from ledgersync.services.firm_lists import ListKind
from ledgersync.ui.firm_list_preview import preview_frame
from ledgersync.ui.shell import Viewer
from tests.ui.list_uploads import VENDORS, upload
from tests.ui.pages import HOSTILE, opened, param, press, shown, words


@pytest.fixture
def marigold(viewer: Viewer) -> str:
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    return next(client.id for client in everyone if client.name.startswith("Marigold"))


def lists(viewer: Viewer, client_id: str = "") -> CodingList:
    return coding_lists.coding_list(viewer.actor, viewer.workspace, client_id)


def codes(viewer: Viewer, client_id: str = "") -> set[str]:
    return {vendor.code for vendor in lists(viewer, client_id).vendors}


def test_a_file_is_previewed_confirmed_and_gone_from_the_form(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    before = codes(viewer, marigold)
    upload(app, "vendors", VENDORS, marigold)
    assert "1 line will go in. 1 rejected line will stay out." in shown(app).replace("**", "")
    assert "Columns left out: Phone." in shown(app)
    frame = app.dataframe[0].value
    assert list(frame["Result"]) == [["+ New"], ["✕ Rejected"]]
    assert frame["What changes, or why not"].iloc[1] == "Vendor Code is empty; fill it in."
    assert codes(viewer, marigold) == before
    press(app, "Confirm Import")
    assert "Imported list.csv: 1 new, 0 changed, 0 unchanged, 1 rejected." in shown(app)
    assert codes(viewer, marigold) == before | {"OWL"}
    assert not app.file_uploader[0].value
    upload(app, "vendors", VENDORS, marigold)
    assert "Nothing in this file is new or changed." in shown(app)
    assert app.button(key="firm_list_confirm").disabled


def test_an_import_is_undone_at_once_or_from_the_list_and_what_is_needed_stays(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    before = codes(viewer, marigold)
    upload(app, "vendors", VENDORS, marigold, name=f"{HOSTILE}.csv")
    press(app, "Confirm Import")
    assert [toast.value.replace("\\", "")[:12] for toast in app.toast] == ["Imported **B"]
    press(app, "Undo this import")
    assert codes(viewer, marigold) == before
    assert f"Undone by {viewer.actor.name} " in shown(app)
    assert "Undo" not in [button.label for button in app.button]
    more = VENDORS + b"FOX,Fox Freight,\n"
    upload(app, "vendors", more, marigold, name="two.csv")
    press(app, "Confirm Import")
    assert f"Vendors of Marigold Lane Boutique, {viewer.actor.name}, " in shown(app)
    assert ", 2 added]" in shown(app)
    owl = next(v for v in lists(viewer, marigold).vendors if v.code == "OWL")
    rule = Rule("", 0, ("NIGHT OWL",), client_id=marigold, vendor_id=owl.id)
    rule_writing.save_rule(viewer.actor, viewer.workspace, rule)
    opened(app, "clients", view="lists")
    stays = "Night Owl Signs is in use: rules."
    assert f"1 vendor goes back. The rest stays: {stays}" in shown(app)
    press(app, "Undo")
    assert codes(viewer, marigold) == before | {"OWL"}
    [toast] = app.toast
    assert toast.value.replace("\\", "").endswith(f"1 vendor stays: {stays}")
    assert f"What stays: {stays}" in shown(app)
    assert not [text for text in words(app) if "](https:" in text or "<b>" in text]


def test_the_filter_leaves_the_lines_that_need_a_look(app: AppTest, marigold: str) -> None:
    upload(app, "vendors", VENDORS, marigold)
    app.pills(key="firm_list_show").set_value("rejected").run()
    assert list(app.dataframe[0].value["Line"]) == [3]


def test_a_changed_list_is_previewed_anew_before_anything_is_written(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    upload(app, "vendors", VENDORS, marigold)
    client_records.add_vendor(viewer.actor, viewer.workspace, marigold, "Owl", "OWL")
    press(app, "Confirm Import")
    assert "Nothing was imported: the lists changed since you looked." in shown(app)
    assert app.dataframe[0].value["Result"].iloc[0] == ["± Changed"]
    press(app, "Confirm Import")
    assert [v.name for v in lists(viewer, marigold).vendors if v.code == "OWL"] == [
        "Night Owl Signs"
    ]


def test_another_owner_or_kind_is_another_preview(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    upload(app, "vendors", VENDORS, marigold)
    app.selectbox(key="firm_list_owner").set_value("").run()
    press(app, "Confirm Import")
    assert codes(viewer) == {"OWL"}
    assert "OWL" not in codes(viewer, marigold)
    upload(app, "chart", VENDORS)
    assert "This file is a list of vendors, not a chart of accounts." in shown(app)
    assert not [button for button in app.button if button.label == "Confirm Import"]


def test_a_file_that_can_not_be_read_is_told_in_place(app: AppTest) -> None:
    upload(app, "clients", b"%PDF-1.7", name="clients.xlsx")
    assert "The file is a PDF, not a table." in shown(app)


def test_texts_of_a_file_stay_texts(app: AppTest) -> None:
    file = f'Client Code,Client Name,"{HOSTILE}"\nA,"{HOSTILE}",1\n'.encode()
    upload(app, "clients", file, name=f"{HOSTILE}.csv")
    assert HOSTILE[:40] in shown(app)
    press(app, "Confirm Import")
    assert HOSTILE in shown(app)
    assert not [text for text in words(app) if "](https:" in text or "<b>" in text]


def test_a_clients_list_leads_to_its_import(app: AppTest, marigold: str) -> None:
    opened(app, "clients", client=marigold)
    app.button(key=f"import_chart_{marigold}").click().run()
    assert param(app, "view") == "lists"
    assert app.segmented_control(key="firm_list_kind").value == "chart"
    assert app.selectbox(key="firm_list_owner").value == marigold


def test_the_frame_shows_the_columns_that_the_file_has(viewer: Viewer) -> None:
    data = b"Client Name,Code,E-mail\nPine,P,p@pine.example\n"
    preview = firm_lists.preview_list(
        viewer.actor, viewer.workspace, ListKind.CLIENTS, "", "x.csv", data
    )
    frame = preview_frame(preview, list(preview.lines))
    assert list(frame.columns)[2:] == [
        "Client Code",
        "Client Name",
        "E-mail",
        "What changes, or why not",
    ]
    assert frame["E-mail"].iloc[0] == "p@pine.example"
