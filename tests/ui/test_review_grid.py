"""Editing in the grid: saved at once, on the right row, and never over a colleague's work."""

import json
from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.actors import Actor
from ledgersync.domain.decisions import Edit
from ledgersync.domain.transactions import Status
from ledgersync.errors import InvalidInput
from ledgersync.services import client_records, reviewing
from ledgersync.ui import review_grid
from ledgersync.ui.review_saving import Shown, edits_of
from ledgersync.ui.review_view import View
from ledgersync.ui.shell import Viewer
from tests.ui.review_steps import Place, edit, grid_ids, labels, open_review, place, words

DANA = Actor("demo-bookkeeper", "Dana Whitfield")


@pytest.fixture
def half(viewer: Viewer) -> Place:
    return place(viewer, "Marigold", "3077")


@pytest.fixture
def exported(viewer: Viewer) -> Place:
    return place(viewer, "Whitlock", "8120")


def by_dana(where: Place, row_id: str, gl_code: str) -> None:
    """A colleague codes a row in a session of her own."""
    change = [Edit(row_id, where.row(row_id).version, gl_code=gl_code)]
    saved = reviewing.save_edits(DANA, where.viewer.workspace, where.account.id, change)
    assert saved.saved == 1


def codes(where: Place) -> dict[str, tuple[str, str, Status]]:
    return {row.id: (row.vendor_id, row.gl_code, row.status) for row in where.rows()}


def test_a_gl_code_is_saved_at_once(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    row_id = grid_ids(app)[3]
    label = labels(app, "gl")[4]
    edit(app, {3: {"gl": label}})
    row = half.row(row_id)
    assert label.startswith(row.gl_code)
    assert row.status is Status.REVIEWED
    assert "GL code " in words(app)
    assert app.data_editor[0].value.loc[row_id, "gl"] == label


def test_the_confidence_says_whose_it_is_where_only_a_vendor_is_suggested(
    app: AppTest, half: Place
) -> None:
    open_review(app, half, show="to_review")
    columns = json.loads(app.data_editor[0].proto.columns)
    assert columns["confidence"]["help"].endswith(
        "It is the GL code's; where only a vendor is suggested and GL code is empty, the vendor's."
    )


def test_a_vendor_is_saved_by_its_label(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    row_id = grid_ids(app)[0]
    label = labels(app, "vendor")[2]
    edit(app, {0: {"vendor": label}})
    row = half.row(row_id)
    assert label == f"{row.vendor_name} ({row.vendor_code})"


def test_emptying_a_cell_clears_the_code(app: AppTest, half: Place) -> None:
    open_review(app, half, show="reviewed")
    row_id = grid_ids(app)[0]
    edit(app, {0: {"gl": None}})
    assert half.row(row_id).gl_code == ""


def test_an_edit_stays_on_its_row_when_the_filter_changes(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    edited = grid_ids(app)[2]
    before = codes(half)
    edit(app, {2: {"gl": labels(app, "gl")[4]}})
    app.pills(key="review_show").set_value("reviewed").run()
    other = grid_ids(app)[2]
    assert other != edited
    edit(app, {})
    app.pills(key="review_show").set_value("all").run()
    edit(app, {})
    changed = {row_id for row_id, now in codes(half).items() if now != before[row_id]}
    assert changed == {edited}


def test_each_set_of_rows_has_a_grid_of_its_own(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    first = app.data_editor[0].proto.id
    app.pills(key="review_show").set_value("reviewed").run()
    assert app.data_editor[0].proto.id != first


def test_saving_keeps_the_very_grid_so_that_nothing_jumps(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    first, ids = app.data_editor[0].proto.id, grid_ids(app)
    edit(app, {1: {"gl": labels(app, "gl")[4]}})
    edit(app, {})
    assert app.data_editor[0].proto.id == first
    assert grid_ids(app) == ids


def test_the_first_code_of_an_account_keeps_the_very_grid(app: AppTest, viewer: Viewer) -> None:
    uncoded = place(viewer, "Greenfold", "5190")
    assert not any(row.gl_code and not row.suggested for row in uncoded.rows())
    open_review(app, uncoded)
    first = app.data_editor[0].proto.id
    edit(app, {1: {"gl": labels(app, "gl")[4]}})
    assert app.data_editor[0].proto.id == first


def test_coded_rows_stay_in_place_until_the_list_is_updated(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    row_id = grid_ids(app)[0]
    edit(app, {0: {"gl": labels(app, "gl")[4]}})
    assert "1 row no longer matches this filter and stays" in words(app)
    edit(app, {})
    app.button(key="review_update").click().run()
    assert row_id not in grid_ids(app)
    assert "no longer match" not in words(app)


def test_a_pending_edit_is_not_sent_twice(app: AppTest, half: Place) -> None:
    """The grid sends its pending edits again with each new one; a colleague may be in between."""
    open_review(app, half, show="to_review")
    first, second = grid_ids(app)[:2]
    mine, theirs = labels(app, "gl")[4], labels(app, "gl")[5]
    edit(app, {0: {"gl": mine}})
    by_dana(half, first, theirs.split(" - ")[0])
    edit(app, {0: {"gl": mine}, 1: {"gl": mine}})
    assert theirs.startswith(half.row(first).gl_code)
    assert mine.startswith(half.row(second).gl_code)
    assert "Dana Whitfield set this" not in words(app), "the first edit was over and done with"


def test_two_edits_of_one_row_are_both_ones_own(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    row_id = grid_ids(app)[0]
    one, other = labels(app, "gl")[4:6]
    edit(app, {0: {"gl": one}})
    edit(app, {0: {"gl": other}})
    assert other.startswith(half.row(row_id).gl_code)
    assert "Keep theirs" not in [button.label for button in app.button]


def test_a_second_edit_may_come_before_the_grid_is_drawn_again(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that a new edit interrupts never reaches the grid: its versions are the old ones."""
    open_review(app, half, show="to_review")
    row_id, versions = grid_ids(app)[0], tuple(half.row(one).version for one in grid_ids(app))
    monkeypatch.setattr(review_grid, "Shown", partial(_shown_with, versions))
    one, other = labels(app, "gl")[4:6]
    edit(app, {0: {"gl": one}})
    edit(app, {0: {"gl": other}})
    assert other.startswith(half.row(row_id).gl_code)
    assert "set this row to" not in words(app)


def _shown_with(old: tuple[int, ...], **given: Any) -> Shown:
    return Shown(**{**given, "versions": old})


def test_other_rows_are_another_grid_and_so_are_the_same_afresh() -> None:
    one = View(None, ("a", "b"))
    assert one.key == View(None, ("a", "b"), ticked={"a"}).key
    others = [View(None, ("b", "a")), View(None, ("a",)), View(None, ("a", "b"), fresh_grids=1)]
    assert len({one.key, *(other.key for other in others)}) == 4


def test_a_colleagues_change_shows_with_ones_own_save(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    _, second = grid_ids(app)[:2]
    mine, theirs = labels(app, "gl")[4], labels(app, "gl")[5]
    by_dana(half, second, theirs.split(" - ")[0])
    edit(app, {0: {"gl": mine}})
    table = app.data_editor[0].value
    assert table["gl"].iloc[:2].tolist() == [mine, theirs]


def test_an_exported_row_is_locked(app: AppTest, exported: Place) -> None:
    open_review(app, exported)
    grid, row_id = app.data_editor[0].proto.id, grid_ids(app)[0]
    before = exported.row(row_id)
    other = next(label for label in labels(app, "gl") if not label.startswith(before.gl_code))
    edit(app, {0: {"gl": other}})
    assert exported.row(row_id) == before
    said = " ".join(toast.value for toast in app.toast).replace("\\", "")
    assert "To change it, tick it, then choose More, Unlock." in said
    assert f"by {before.exported_by} in export {before.export_number}." in said
    assert not app.error, "a box above the grid would move it"
    assert app.data_editor[0].proto.id != grid, "the grid would go on showing the refused value"
    assert app.data_editor[0].value.loc[row_id, "gl"].startswith(before.gl_code)


def test_a_label_from_nowhere_is_refused(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    before = codes(half)
    edit(app, {0: {"gl": "6666 - Made up"}})
    assert "'6666 - Made up' is not in the list" in words(app)
    assert codes(half) == before


@pytest.mark.parametrize("position", [-1, 10_000])
def test_a_position_from_nowhere_is_nobodys_row(app: AppTest, half: Place, position: int) -> None:
    open_review(app, half)
    before = codes(half)
    edit(app, {position: {"gl": labels(app, "gl")[4], "tick": True}})
    assert codes(half) == before


def test_a_colleague_who_was_faster_is_named_and_stays(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    row_id = grid_ids(app)[0]
    mine, theirs = labels(app, "gl")[4], labels(app, "gl")[5]
    by_dana(half, row_id, theirs.split(" - ")[0])
    edit(app, {0: {"gl": mine}})
    said = words(app)
    assert f"Dana Whitfield set this row to {theirs}" in said
    assert f"You wanted {mine}." in said
    app.button(key=f"review_keep_theirs_{row_id}").click().run()
    assert theirs.startswith(half.row(row_id).gl_code)
    assert "Dana Whitfield set this" not in words(app)


def test_ones_own_value_can_go_over_a_colleagues(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    row_id = grid_ids(app)[0]
    mine, theirs = labels(app, "gl")[4], labels(app, "gl")[5]
    by_dana(half, row_id, theirs.split(" - ")[0])
    edit(app, {0: {"gl": mine}})
    app.button(key=f"review_use_mine_{row_id}").click().run()
    assert mine.startswith(half.row(row_id).gl_code)
    assert "Dana Whitfield set this" not in words(app)


def test_a_new_vendor_and_gl_account_are_in_the_lists_at_once(app: AppTest, half: Place) -> None:
    open_review(app, half)
    app.text_input(key="review_vendor_name").set_value("Blue Kiln Pottery")
    app.text_input(key="review_vendor_code").set_value("BLUEKILN")
    app.button(key="review_add_vendor").click().run()
    assert "Blue Kiln Pottery (BLUEKILN)" in labels(app, "vendor")
    app.text_input(key="review_gl_code").set_value("6999")
    app.text_input(key="review_gl_name").set_value("Kiln repairs")
    app.button(key="review_add_gl").click().run()
    assert "6999 - Kiln repairs" in labels(app, "gl")
    assert app.text_input(key="review_gl_code").value == ""


def test_a_vendor_code_that_is_taken_is_refused_and_nothing_typed_is_lost(
    app: AppTest, half: Place
) -> None:
    viewer = half.viewer
    client_records.add_vendor(viewer.actor, viewer.workspace, half.client.id, "First", "TAKEN")
    open_review(app, half)
    app.text_input(key="review_vendor_name").set_value("Second")
    app.text_input(key="review_vendor_code").set_value("taken")
    app.button(key="review_add_vendor").click().run()
    assert "belongs to First" in words(app)
    assert app.text_input(key="review_vendor_name").value == "Second"


def test_bank_text_with_markup_is_shown_as_text(app: AppTest, half: Place) -> None:
    viewer = half.viewer
    hostile = "![x](https://beacon.example/a.png) :red[now] $x$"
    client_records.add_vendor(viewer.actor, viewer.workspace, half.client.id, hostile, "HOSTILE")
    open_review(app, half, show="to_review")
    by_dana(half, grid_ids(app)[0], labels(app, "gl")[5].split(" - ")[0])
    edit(app, {0: {"vendor": next(label for label in labels(app, "vendor") if "beacon" in label)}})
    said = [m.value for m in app.markdown if "You wanted" in str(m.value)]
    assert said
    assert "](https://" not in said[0]
    assert ":red[" not in said[0]


SHOWN = Shown("key", "account", ("a", "b"), (0, 7), {"Uber (U)": "v1"}, {"62 - Rent": "62"})


def test_positions_become_the_ids_and_versions_that_were_shown() -> None:
    edits = edits_of(SHOWN, {1: {"gl": "62 - Rent"}, 0: {"vendor": "Uber (U)", "tick": True}})
    assert edits == [Edit("b", 7, gl_code="62"), Edit("a", 0, vendor_id="v1")]


def test_a_tick_alone_is_no_edit() -> None:
    assert edits_of(SHOWN, {0: {"tick": True}}) == []


def test_a_label_that_was_not_shown_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not in the list"):
        edits_of(SHOWN, {0: {"vendor": "Lyft"}})
