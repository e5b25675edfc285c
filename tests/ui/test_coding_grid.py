"""Vendors and charts in tables: an edit lands on its own row, whatever is shown around it."""

import json
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.services import client_records, coding_lists, reviewing
from ledgersync.services.coding_lists import CodingList
from ledgersync.ui.client_codes import chart_table, vendors_table
from ledgersync.ui.coding_grid import edited, table_frame
from ledgersync.ui.shell import Viewer
from tests.ui.pages import opened, press, shown


@pytest.fixture
def marigold(app: AppTest, viewer: Viewer) -> str:
    """A client's id, with the page open on it."""
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    found = next(client.id for client in everyone if client.name.startswith("Marigold"))
    opened(app, "clients", client=found)
    return found


def lists(viewer: Viewer, client_id: str) -> CodingList:
    return coding_lists.coding_list(viewer.actor, viewer.workspace, client_id)


def grid(app: AppTest, name: str) -> Any:
    """The grid of that name, as the page drew it last."""
    [found] = [editor for editor in app.data_editor if (editor.key or "").startswith(f"{name}_")]
    return found


def edit(app: AppTest, name: str, edits: dict[int, dict[str, object]]) -> AppTest:
    """Type into cells of a grid, as the browser sends it: with every edit still pending."""
    states = app._tree.get_widget_states()
    sent = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    editor = grid(app, name).proto.id
    states.widgets.append(WidgetState(id=editor, string_value=json.dumps(sent)))
    app._run(states)
    assert not app.exception
    return app


def test_a_name_and_a_default_are_saved_on_their_row(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    before = lists(viewer, marigold)
    third, gl = before.vendors[2], before.default_gls[0]
    edit(app, f"vendors_{marigold}", {2: {"name": "Zebra Supply", "default_gl": gl.label}})
    after = {vendor.id: vendor for vendor in lists(viewer, marigold).vendors}
    assert after[third.id] == Vendor(third.id, marigold, third.code, "Zebra Supply", gl.code)
    assert [after[v.id] == v for v in before.vendors].count(False) == 1


def test_a_renamed_vendor_keeps_its_place_and_later_edits_hit_their_rows(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    first, _, third = lists(viewer, marigold).vendors[:3]
    name = f"vendors_{marigold}"
    key = grid(app, name).key
    edit(app, name, {0: {"name": "Zzz last"}})
    assert grid(app, name).key == key
    edit(app, name, {0: {"name": "Zzz last"}, 2: {"code": "THIRD"}})
    after = {vendor.id: vendor for vendor in lists(viewer, marigold).vendors}
    assert after[first.id].name == "Zzz last"
    assert after[third.id] == Vendor(third.id, marigold, "THIRD", third.name, third.default_gl)


def test_a_refused_edit_is_told_and_the_grid_begins_anew(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    before = lists(viewer, marigold)
    name, taken = f"vendors_{marigold}", before.vendors[1].code
    key = grid(app, name).key
    edit(app, name, {0: {"code": taken}})
    assert f"Vendor code {taken} belongs to {before.vendors[1].name}." in shown(app)
    assert lists(viewer, marigold) == before
    assert grid(app, name).key != key


def test_another_persons_change_is_not_overwritten_by_a_pending_edit(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    name, first = f"vendors_{marigold}", lists(viewer, marigold).vendors[0]
    edit(app, name, {0: {"name": "Mine"}})
    mine = next(v for v in lists(viewer, marigold).vendors if v.id == first.id)
    theirs = Vendor(mine.id, mine.client_id, mine.code, "Theirs", mine.default_gl)
    coding_lists.change_vendor(viewer.actor, viewer.workspace, mine, theirs)
    edit(app, name, {0: {"name": "Mine"}})
    app.run()
    after = {vendor.id: vendor.name for vendor in lists(viewer, marigold).vendors}
    assert after[first.id] == "Theirs"


def test_a_search_shows_other_rows_in_another_grid(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    name, wanted = f"vendors_{marigold}", lists(viewer, marigold).vendors[5]
    key = grid(app, name).key
    app.text_input(key=f"search_vendors_{marigold}").set_value(wanted.code).run()
    assert grid(app, name).key != key
    edit(app, name, {0: {"name": "Found it"}})
    after = {vendor.id: vendor.name for vendor in lists(viewer, marigold).vendors}
    assert after[wanted.id] == "Found it"


def test_an_account_of_the_firm_is_added_edited_and_deleted(app: AppTest, viewer: Viewer) -> None:
    client_records.add_gl_account(viewer.actor, viewer.workspace, "", "0100", "Cash")
    opened(app, "clients", view="firm")
    edit(app, "chart_firm", {0: {"name": "Cash at bank", "type": "Asset"}})
    [account] = lists(viewer, "").chart
    assert (account.code, account.name, account.type) == ("0100", "Cash at bank", "Asset")
    app.selectbox(key="delete_account_").set_value(account.id).run()
    app.button(key="delete_account__button").click().run()
    assert "Deleted 0100 - Cash at bank." in shown(app)
    assert lists(viewer, "").chart == ()


def test_deleting_what_is_used_says_where(app: AppTest, viewer: Viewer, marigold: str) -> None:
    used = lists(viewer, marigold).vendors[0]
    app.selectbox(key=f"delete_vendor_{marigold}").set_value(used.id).run()
    app.button(key=f"delete_vendor_{marigold}_button").click().run()
    assert f"{used.name} can't be deleted:" in shown(app)
    assert "coded transaction" in shown(app)
    assert used in lists(viewer, marigold).vendors


def test_what_the_firm_has_is_shown_beside_a_clients_own(
    app: AppTest, viewer: Viewer, marigold: str
) -> None:
    client_records.add_vendor(viewer.actor, viewer.workspace, "", "Firm Courier", "COURIER")
    opened(app, "clients", client=marigold)
    assert "1 vendor of the whole firm, used here too" in shown(app)


def test_without_lists_the_firm_is_told_how_to_begin(app: AppTest) -> None:
    opened(app, "clients", view="firm")
    assert "The firm as a whole has no vendors yet." in shown(app)
    press(app, "Import from Accounting CS")
    assert app.segmented_control(key="firm_list_kind").value == "vendors"


def test_cells_mean_codes_and_cleared_ones_nothing(viewer: Viewer) -> None:
    gl = GlAccount("g", "c", "6100", "Meals", "")
    vendor = Vendor("v", "c", "H1", "Harbor", "6100")
    gone = Vendor("w", "c", "", "Shell", "6999")
    both = (vendor, gone)
    table = vendors_table(viewer, CodingList("c", both, (gl,), (), (), (gl,)), both)
    frame = table_frame(table)
    assert list(frame["default_gl"]) == ["6100 - Meals", "6999"]
    assert edited(table, {0: {"default_gl": None}}) == [
        (vendor, Vendor("v", "c", "H1", "Harbor", ""))
    ]
    assert edited(table, {0: {"default_gl": "6100 - Meals"}, 7: {"name": "nobody"}}) == []
    chart = chart_table(viewer, CodingList("c", (), (gl,), (), (), ()), (gl,))
    assert edited(chart, {0: {"code": "0100"}})[0][1].code == "0100"
