"""Acting on ticked rows with ordinary buttons."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.transactions import Status
from ledgersync.money import dollars
from ledgersync.storage.tables import TRANSACTIONS
from ledgersync.ui.review_codes import NO_GL, NO_VENDOR
from ledgersync.ui.review_popovers import MORE
from ledgersync.ui.shell import Viewer
from tests.ui.review_steps import Place, grid_ids, labels, open_review, place, tick, words

ACTIONS = ("review_reviewed", "review_exclude", "review_return")


@pytest.fixture
def half(viewer: Viewer) -> Place:
    return place(viewer, "Marigold", "3077")


def test_ticked_rows_are_counted_and_summed(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    assert "No rows ticked" in words(app)
    assert all(app.button(key=key).disabled for key in ACTIONS)
    first, second = tick(app, [0, 2])
    total = half.row(first).amount + half.row(second).amount
    assert f"2 rows, {dollars(total)} in total ticked" in words(app)
    assert not any(app.button(key=key).disabled for key in ACTIONS)


def test_one_row_is_counted_in_the_singular(app: AppTest, half: Place) -> None:
    open_review(app, half)
    tick(app, [1])
    assert "1 row, " in words(app)


@pytest.mark.parametrize(
    ("key", "status"),
    [("review_reviewed", Status.REVIEWED), ("review_exclude", Status.EXCLUDED)],
)
def test_standing_is_set_on_the_ticked_rows_alone(
    app: AppTest, half: Place, key: str, status: Status
) -> None:
    open_review(app, half, show="to_review")
    before = {row.id: row.status for row in half.rows()}
    ticked = tick(app, [0, 3])
    app.button(key=key).click().run()
    changed = {row.id for row in half.rows() if row.status is not before[row.id]}
    assert changed == set(ticked)
    assert {half.row(row_id).status for row_id in ticked} == {status}
    said = {"review_reviewed": "Marked 2 rows reviewed.", "review_exclude": "Excluded 2 rows."}
    assert said[key] in words(app)
    assert "No rows ticked" in words(app)
    assert not set(ticked) & set(grid_ids(app)), "under To review they are done with"


def test_rows_return_to_review(app: AppTest, half: Place) -> None:
    open_review(app, half, show="reviewed")
    [row_id] = tick(app, [0])
    app.button(key="review_return").click().run()
    assert half.row(row_id).status is Status.TO_REVIEW


def test_codes_are_set_on_all_ticked_rows_which_stay_ticked(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    ticked = tick(app, [0, 1, 4])
    gl, vendor = labels(app, "gl")[4], labels(app, "vendor")[2]
    before = [half.row(id_) for id_ in ticked]
    app.button(key="review_codes_open").click().run()
    assert app.button(key="review_set_codes").disabled, "nothing is chosen yet"
    set_codes(app, vendor=vendor, gl=gl)
    assert "3 rows, " in words(app)
    for row_id in ticked:
        row = half.row(row_id)
        assert gl.startswith(row.gl_code)
        assert vendor.startswith(row.vendor_name)
    app.button(key="review_undo_last").click().run()
    assert [half.row(id_).gl_code for id_ in ticked] == [row.gl_code for row in before], "one click"
    assert tick(app, [0, 1, 4]) == ticked
    app.button(key="review_codes_open").click().run()
    set_codes(app, vendor=NO_VENDOR, gl=NO_GL)
    assert {(half.row(id_).gl_code, half.row(id_).vendor_id) for id_ in ticked} == {("", "")}


def set_codes(app: AppTest, **chosen: str) -> None:
    """Choose in the dialog, and set it on the ticked rows, which closes it."""
    for column, label in chosen.items():
        app.selectbox(key=f"review_bulk_{column}").set_value(label).run()
    app.button(key="review_set_codes").click().run()
    assert "review_set_codes" not in [button.key for button in app.button]


def test_all_shown_rows_can_be_ticked_and_unticked(app: AppTest, half: Place) -> None:
    open_review(app, half, show="reviewed")
    shown = len(grid_ids(app))
    app.button(key="review_tick_all").click().run()
    assert f"{shown} rows, " in words(app)
    assert app.data_editor[0].value["tick"].all()
    app.button(key="review_untick").click().run()
    assert "No rows ticked" in words(app)
    assert not app.data_editor[0].value["tick"].any()


def test_a_row_can_be_ticked_without_the_grid(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    row_id = grid_ids(app)[5]
    box = app.selectbox(key="review_tick_one")
    box.set_value(box.options[5]).run()
    assert app.data_editor[0].value.loc[row_id, "tick"]
    assert app.selectbox(key="review_tick_one").value is None


def test_ticks_end_with_the_rows_they_were_seen_in(app: AppTest, half: Place) -> None:
    open_review(app, half, show="to_review")
    tick(app, [0, 1])
    app.pills(key="review_show").set_value("reviewed").run()
    assert "No rows ticked" in words(app)


def test_an_exported_row_that_changed_is_confirmed_or_unlocked(
    app: AppTest, viewer: Viewer
) -> None:
    exported = place(viewer, "Whitlock", "8120")
    row_id = exported.rows()[0].id
    with viewer.workspace.database.writing() as tx:
        changed = TRANSACTIONS.update().where(TRANSACTIONS.c.id == row_id)
        more = TRANSACTIONS.c.amount - 100
        tx.execute(changed.values(source_note="The amount was -$1.00.", amount=more))
    open_review(app, exported)
    tick(app, [0])
    assert all(app.button(key=action).disabled for action in ("review_exclude", "review_return"))
    assert "! Problem · ↗ Locked · The amount was -$1.00 · Coded by " in words(app)
    assert "To stand by it as it left, mark it reviewed." in words(app)
    assert app.button(key="review_unlock").label == "Unlock 1 row"
    app.button(key="review_reviewed").click().run()
    stands = exported.row(row_id)
    assert (stands.status, stands.changed_since_export) == (Status.EXPORTED, True)


def test_exported_rows_are_unlocked_only_on_purpose(app: AppTest, viewer: Viewer) -> None:
    exported = place(viewer, "Whitlock", "8120")
    open_review(app, exported)
    [row_id] = tick(app, [0])
    for action in (*ACTIONS, "review_copy_above", "review_split_open"):
        assert app.button(key=action).disabled
        assert app.button(key=action).help == (
            "The ticked row is exported and locked. To change it, choose More, Unlock."
        )
    said = words(app)
    assert re.search(r"Exported .* by Dana Whitfield in export 3, 1 row\.", said)
    assert re.search(
        r"Exported \(locked\).*Exported .* by Dana Whitfield in export 3 - locked", said
    )
    assert "marked as changed since export" in said
    app.text_input(key="review_unlock_reason").set_value("wrong vendor")
    app.session_state[MORE] = True
    app.button(key="review_unlock").click().run()
    assert not app.session_state[MORE]
    assert not app.button(key="review_exclude").disabled
    assert exported.row(row_id).status is not Status.EXPORTED
    assert "Unlocked 1 row." in words(app)
