"""Deciding by group, one at a time, and copying from the row above."""

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.services import candidates, reviewing, suggesting, undoing
from ledgersync.services.grouping import open_groups
from ledgersync.ui.shell import Viewer
from tests.ui.review_steps import Place, add_rows, edit, grid_ids, open_review, place, tick, words

DANA = Actor("demo-bookkeeper", "Dana Whitfield")
NEW = "QUARTZ KITE SHOP"


@pytest.fixture
def half(viewer: Viewer) -> Place:
    """An account that is reviewed half-way, with suggestions for the rest."""
    found = place(viewer, "Marigold", "3077")
    suggesting.suggest(viewer.actor, viewer.workspace, [found.account.id])
    return found


def still_open(where: Place) -> list[Transaction]:
    return [row for row in where.rows() if row.status is Status.TO_REVIEW]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def newest(where: Place) -> tuple[BatchKind, str]:
    viewer = where.viewer
    batch = undoing.last_change(viewer.actor, viewer.workspace, where.account.id)
    assert batch is not None
    return batch.kind, batch.words


def dana_codes(where: Place, row: Transaction, gl_code: str) -> None:
    change = Edit(row.id, row.version, gl_code=gl_code)
    saved = reviewing.save_edits(DANA, where.viewer.workspace, where.account.id, [change])
    assert saved.saved == 1


def test_one_code_decides_a_group_and_one_undo_takes_it_back(app: AppTest, half: Place) -> None:
    ids = add_rows(half, f"{NEW} 17", f"{NEW} 18", f"{NEW} 19")
    open_review(app, half)
    press(app, "review_groups_show")
    box = app.selectbox(key="review_groups_tick_one")
    at = next(n for n, option in enumerate(box.options) if NEW in option)
    box.set_value(box.options[at]).run()
    assert "1 group ticked: 3 rows" in words(app)
    gl = app.selectbox(key="review_groups_gl")
    gl.set_value(gl.options[5]).run()
    code = half.some_gl()
    assert {(half.row(id_).gl_code, half.row(id_).status) for id_ in ids} == {
        (code, Status.REVIEWED)
    }
    assert newest(half)[0] is BatchKind.BULK
    assert newest(half)[1].startswith(f"Coded 3 rows of {NEW}: {code} - ")
    press(app, "review_groups_undo")
    assert {half.row(id_).status for id_ in ids} == {Status.TO_REVIEW}
    assert not any(half.row(id_).gl_code for id_ in ids)


def test_groups_are_accepted_as_they_are_suggested(app: AppTest, half: Place) -> None:
    before = {row.id: row for row in half.rows()}
    groups = open_groups(still_open(half))
    suggested = [group for group in groups if group.acceptable]
    rows = sum(len(group.acceptable) for group in suggested)
    open_review(app, half)
    press(app, "review_groups_show")
    label = app.button(key="review_groups_accept").label
    assert label == f"Accept {len(suggested)} suggested groups ({rows} rows)"
    box = app.selectbox(key="review_groups_tick_one")
    box.set_value(box.options[groups.index(suggested[0])]).run()
    label = app.button(key="review_groups_accept").label
    assert label.startswith("Accept 1 ticked group (")
    press(app, "review_groups_accept")
    after = {row.id: row for row in half.rows()}
    taken = {row.id for row in suggested[0].acceptable}
    assert {id_ for id_, row in after.items() if row.status != before[id_].status} == taken
    assert all(after[id_].gl_code == before[id_].gl_code for id_ in taken)
    assert newest(half)[0] is BatchKind.ACCEPT
    assert {group.text for group in groups[1:]} <= set(app.data_editor[1].value["description"])


def test_the_grid_of_groups_codes_all_rows_of_the_edited_one(app: AppTest, half: Place) -> None:
    ids = add_rows(half, f"{NEW} 17", f"{NEW} 18")
    others = {row.id: row for row in still_open(half) if row.id not in ids}
    open_review(app, half)
    press(app, "review_groups_show")
    label = app.selectbox(key="review_groups_gl").options[5]
    table = app.data_editor[1].value
    at = list(table["description"]).index(NEW)
    edit_groups(app, {at: {"gl": label}})
    assert {half.row(id_).gl_code for id_ in ids} == {half.some_gl()}
    assert app.data_editor[1].value["status"][at] == ["✓ Reviewed"], "it stays in its place"
    assert {id_: half.row(id_).status for id_ in others} == dict.fromkeys(others, Status.TO_REVIEW)
    box = app.selectbox(key="review_groups_tick_one")
    box.set_value(next(one for one in box.options if NEW in one)).run()
    gl = app.selectbox(key="review_groups_gl")
    gl.set_value(gl.options[0]).run()
    assert {(half.row(id_).gl_code, half.row(id_).status) for id_ in ids} == {
        ("", Status.TO_REVIEW)
    }
    assert newest(half)[1] == f"Coded 2 rows of {NEW}: no GL code"


def edit_groups(app: AppTest, cells: dict[int, dict[str, object]]) -> AppTest:
    return edit(app, cells, grid=1)


def test_a_group_never_overwrites_a_colleague(app: AppTest, half: Place) -> None:
    first, second = add_rows(half, f"{NEW} 17", f"{NEW} 18")
    open_review(app, half)
    press(app, "review_groups_show")
    box = app.selectbox(key="review_groups_tick_one")
    box.set_value(next(one for one in box.options if NEW in one)).run()
    theirs = reviewing.coding(half.viewer.actor, half.viewer.workspace, half.client.id).chart[7]
    dana_codes(half, half.row(first), theirs.code)
    gl = app.selectbox(key="review_groups_gl")
    gl.set_value(gl.options[5]).run()
    assert half.row(first).gl_code == theirs.code
    assert half.row(second).gl_code == half.some_gl()
    assert "1 row was changed by Dana Whitfield meanwhile and stayed." in words(app)


def at_a_time(app: AppTest, where: Place, **params: str) -> AppTest:
    open_review(app, where, **params)
    return press(app, "review_drawer_show")


def test_accepting_goes_on_to_the_next_row_to_review(app: AppTest, half: Place) -> None:
    first, second, *_ = still_open(half)
    at_a_time(app, half)
    shown = len(grid_ids(app))
    left = len(still_open(half))
    assert f"{left} left to review" in words(app)
    assert first.description in said(app)
    press(app, "review_drawer_accept")
    assert half.row(first.id).status is Status.REVIEWED
    assert half.row(first.id).gl_code == first.gl_code
    assert second.description in said(app)
    assert f"of {shown}** in the list, **{left - 1} left to review" in words(app)


def test_the_drawer_excludes_undoes_and_steps(app: AppTest, half: Place) -> None:
    first, second, *_ = still_open(half)
    at_a_time(app, half, show="to_review")
    press(app, "review_drawer_exclude")
    assert half.row(first.id).status is Status.EXCLUDED
    press(app, "review_drawer_undo")
    assert half.row(first.id).status is Status.TO_REVIEW
    assert second.description in said(app)
    press(app, "review_drawer_previous")
    assert first.description in said(app)
    assert app.button(key="review_drawer_previous").disabled
    press(app, "review_drawer_next")
    press(app, "review_drawer_skip")
    assert still_open(half)[2].description in said(app)


def test_a_code_typed_in_the_drawer_is_saved_and_stays_in_view(app: AppTest, half: Place) -> None:
    [row_id] = add_rows(half, f"{NEW} 17")
    at_a_time(app, half, search="quartz")
    assert app.button(key="review_drawer_accept").disabled, "there is no code to accept"
    box = app.selectbox(key=f"review_drawer_gl_{row_id}_0")
    box.set_value(box.options[5]).run()
    assert (half.row(row_id).gl_code, half.row(row_id).status) == (
        half.some_gl(),
        Status.REVIEWED,
    )
    assert NEW in said(app)
    assert "GL code saved." in words(app)
    box = app.selectbox(key=f"review_drawer_gl_{row_id}_1")
    assert box.value == half.some_gl()
    assert not box.proto.HasField("default"), "the browser lets only such a box be emptied"
    box.set_value(None).run()
    assert (half.row(row_id).gl_code, half.row(row_id).status) == ("", Status.TO_REVIEW)
    assert "GL code emptied." in words(app)


def test_codes_that_are_hardly_likely_are_not_a_key_away(app: AppTest, half: Place) -> None:
    likely, rows = {True: 0, False: 0}, still_open(half)
    at_a_time(app, half, show="to_review")
    for row in rows:
        assert row.description in said(app)
        others = candidates.other_codes(
            half.viewer.actor, half.viewer.workspace, half.account.id, row.id
        )
        offered = [b.label for b in app.button if b.key and "drawer_candidate" in b.key]
        wanted = [one.gl_code for one in others if one.confidence >= 0.01]
        assert [label.split(" ")[0] for label in offered] == wanted
        likely[True] += len(wanted)
        likely[False] += len(others) - len(wanted)
        if all(likely.values()):
            return
        press(app, "review_drawer_next")
    pytest.fail("the demo has no row that shows it")


def test_the_drawer_keeps_what_a_colleague_decided(app: AppTest, half: Place) -> None:
    first = still_open(half)[0]
    at_a_time(app, half)
    theirs = reviewing.coding(half.viewer.actor, half.viewer.workspace, half.client.id).chart[7]
    dana_codes(half, first, theirs.code)
    press(app, "review_drawer_exclude")
    assert half.row(first.id).gl_code == theirs.code
    assert half.row(first.id).status is Status.REVIEWED
    assert "changed by Dana Whitfield meanwhile" in words(app)
    assert first.description in said(app), "one stays at the row"


def said(app: AppTest) -> str:
    """The headings of the drawer, without Markdown's escapes."""
    return "\n".join(one.value for one in app.header).replace("\\", "")


def test_ticked_rows_take_the_codes_of_the_row_above(app: AppTest, half: Place) -> None:
    ids = add_rows(half, f"{NEW} 17", f"{NEW} 18", f"{NEW} 19")
    code = half.some_gl()
    viewer = half.viewer
    reviewing.save_edits(
        viewer.actor, viewer.workspace, half.account.id, [Edit(ids[0], 0, gl_code=code)]
    )
    open_review(app, half, search="quartz")
    listed = grid_ids(app)
    top = listed.index(ids[0])
    below = [at for at in range(len(listed)) if at > top]
    assert app.button(key="review_copy_above").disabled
    ticked = tick(app, below)
    press(app, "review_copy_above")
    assert {half.row(id_).gl_code for id_ in ticked} == {code}
    rows = f"{len(ticked)} row{'s' if len(ticked) > 1 else ''}"
    assert newest(half)[1] == f"Copied codes from the row above to {rows}"
    press(app, "review_undo_last")
    assert {half.row(id_).status for id_ in ticked} == {Status.TO_REVIEW}


def test_accepting_ticked_rows_leaves_those_without_a_code(app: AppTest, half: Place) -> None:
    [bare] = add_rows(half, f"{NEW} 17")
    open_review(app, half, show="to_review")
    coded = next(row for row in still_open(half) if row.suggested and row.gl_code)
    tick(app, [grid_ids(app).index(bare), grid_ids(app).index(coded.id)])
    press(app, "review_accept_ticked")
    assert half.row(coded.id).status is Status.REVIEWED
    assert half.row(bare).status is Status.TO_REVIEW


def test_when_all_is_reviewed_the_next_account_is_a_click_away(app: AppTest, half: Place) -> None:
    viewer = half.viewer
    rows = [(row.id, row.version) for row in still_open(half)]
    reviewing.set_standing(viewer.actor, viewer.workspace, half.account.id, rows, Standing.EXCLUDED)
    open_review(app, half)
    assert "Nothing is left to review here." in words(app)
    assert "All reviewed: [go to Export](#export)" in words(app)
    press(app, "review_next_account_1")
    assert app.selectbox(key="review_client").value == half.client.id
    assert app.selectbox(key=f"review_account_{half.client.id}").value != half.account.id
    assert "Nothing is left to review here." not in words(app)
    assert "to Export]" not in words(app)
