"""Accepting suggestions from a confidence on, and taking changes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Method, Status, Transaction
from ledgersync.exports.findings import FindingKind
from ledgersync.money import dollars
from ledgersync.services import exporting, reviewing, suggesting, undoing
from ledgersync.services.exporting import ExportRequest
from ledgersync.ui.review_accept import choose_acceptance, groups
from ledgersync.ui.review_badges import percent
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.review_sheet import Sheet, Show
from ledgersync.ui.shell import Viewer
from tests.ui.review_steps import (
    Place,
    edit,
    grid_ids,
    labels,
    open_review,
    place,
    transaction,
    words,
)

ALL = (Show.RULE, Show.AI, Show.SEMANTIC)
SURE = transaction(
    vendor_id="v", gl_code="62", suggested=True, method=Method.AI, confidence=0.95, why="It is."
)
DANA = Actor("demo-bookkeeper", "Dana Whitfield")


@pytest.fixture
def half(viewer: Viewer) -> Place:
    """An account that is reviewed half-way, with suggestions for the rest."""
    found = place(viewer, "Marigold", "3077")
    suggesting.suggest(viewer.actor, viewer.workspace, [found.account.id])
    return found


def state(where: Place) -> dict[str, tuple[str, str, Status]]:
    return {row.id: (row.vendor_id, row.gl_code, row.status) for row in where.rows()}


def above(where: Place, least: int) -> list[Transaction]:
    return [
        row
        for row in where.rows()
        if row.suggested and row.gl_code and not row.pending and (percent(row) or 0) >= least
    ]


def open_dialog(app: AppTest, where: Place, least: int = 90, **params: str) -> AppTest:
    open_review(app, where, **params)
    app.button(key="review_accept_open").click().run()
    if least != 90:
        app.slider(key="review_accept_least").set_value(least).run()
    return app


def accept(app: AppTest, where: Place, least: int = 90, **params: str) -> AppTest:
    open_dialog(app, where, least, **params)
    app.button(key="review_accept").click().run()
    assert not app.exception
    return app


def test_only_open_rows_with_a_sure_gl_code_are_taken() -> None:
    rows = [
        SURE,
        transaction(SURE, id="unsure", confidence=0.899),
        transaction(SURE, id="no code", gl_code=""),
        transaction(SURE, id="pending", pending=True),
        transaction(SURE, id="rule", method=Method.RULE),
        transaction(id="nothing"),
        transaction(SURE, id="by hand", suggested=False, method=Method.MANUAL),
        transaction(SURE, id="done", suggested=False, status=Status.REVIEWED),
        transaction(SURE, id="problem", status=Status.PROBLEM),
        transaction(SURE, id="excluded", status=Status.EXCLUDED),
    ]
    chosen = choose_acceptance(rows, 90, [Show.AI])
    assert chosen.rows == (SURE,)
    assert dict(chosen.stay) == {
        "below 90%": 1,
        "without a GL code": 1,
        "pending at the bank": 1,
        "by another method": 1,
        "without a suggestion": 2,
    }


@given(st.lists(st.floats(0, 1), max_size=20), st.integers(50, 100))
def test_what_is_taken_is_never_less_sure_than_was_asked(
    confidences: list[float], least: int
) -> None:
    rows = [transaction(SURE, confidence=confidence) for confidence in confidences]
    chosen = choose_acceptance(rows, least, ALL)
    assert all((row.confidence or 0) >= least / 100 - 0.0005 for row in chosen.rows)
    assert len(chosen.rows) + sum(number for _, number in chosen.stay) == len(rows)


def test_the_preview_groups_by_vendor_and_code(half: Place) -> None:
    viewer = half.viewer
    vendors, chart = {"v": "Harbor (H1)"}, {"62": "62 - Rent"}
    period = Period(SURE.date, SURE.date)
    sheet = Sheet(viewer, Choice(half.client, half.account, period, None), (), vendors, chart)  # type: ignore[arg-type]
    other = transaction(SURE, vendor_id="", amount=-5, confidence=0.99)
    table = groups(sheet, [other, SURE, transaction(SURE, amount=250, confidence=0.912)])
    assert table.to_numpy().tolist() == [
        ["Harbor (H1)", "62 - Rent", 2, -10.0, 91],
        ["", "62 - Rent", 1, -0.05, 99],
    ]


def test_the_preview_says_how_many_how_much_and_what_stays(app: AppTest, half: Place) -> None:
    taken = above(half, 90)
    stay = sum(row.status is Status.TO_REVIEW for row in half.rows()) - len(taken)
    assert taken
    open_dialog(app, half)
    total = dollars(sum(row.amount for row in taken))
    assert f"{len(taken)} rows, {total} in total** would be accepted." in words(app)
    assert (f"{stay} stay" in words(app)) == bool(stay)
    assert app.button(key="review_accept").label == f"Accept {len(taken)} suggestions"
    [preview] = [table.value for table in app.dataframe if "Rows" in table.value]
    assert preview["Rows"].sum() == len(taken)


def test_looking_at_the_preview_changes_nothing(app: AppTest, half: Place) -> None:
    before = state(half)
    open_dialog(app, half, 60)
    assert state(half) == before


def test_accepting_takes_just_these_rows_as_they_were_shown(app: AppTest, half: Place) -> None:
    before, taken = state(half), {row.id for row in above(half, 96)}
    assert 0 < len(taken) < len(above(half, 50))
    accept(app, half, 96)
    for row_id, (vendor_id, gl_code, status) in state(half).items():
        expected = Status.REVIEWED if row_id in taken else before[row_id][2]
        assert (vendor_id, gl_code) == before[row_id][:2] or row_id not in taken
        assert status is expected
    assert f"Accepted {len(taken)} suggestions at 96% or more" in words(app)


def test_a_filter_or_a_method_narrows_what_it_should(app: AppTest, half: Place) -> None:
    """The filter is about what is shown, the methods about what is accepted."""
    rows = len(above(half, 90))
    open_dialog(app, half, show="reviewed")
    assert app.button(key="review_accept").label == f"Accept {rows} suggestions"
    app.pills(key="review_accept_methods").set_value([Show.SEMANTIC]).run()
    semantic = [row for row in above(half, 90) if row.method is Method.SEMANTIC]
    assert app.button(key="review_accept").disabled == (not semantic)


def test_accepting_is_one_batch_with_its_words(app: AppTest, half: Place) -> None:
    accept(app, half, 60)
    viewer = half.viewer
    newest = undoing.last_change(viewer.actor, viewer.workspace, half.account.id)
    assert newest is not None
    assert newest.kind is BatchKind.ACCEPT
    assert newest.words.startswith(f"Accepted {newest.rows} suggestions at 60% or more, ")


def test_undo_is_right_there_and_brings_everything_back(app: AppTest, half: Place) -> None:
    before = state(half)
    accept(app, half, 60, show="to_review")
    assert state(half) != before
    app.button(key="review_undo_accepted").click().run()
    assert state(half) == before
    assert "Undid: Accepted" in words(app)
    assert "review_undo_accepted" not in [button.key for button in app.button]


def test_what_was_changed_since_stays_and_is_said(app: AppTest, half: Place) -> None:
    taken = above(half, 60)
    accept(app, half, 60)
    viewer, row = half.viewer, half.row(taken[0].id)
    other = next(code for code in codes(half) if code != row.gl_code)
    change = [Edit(row.id, row.version, gl_code=other)]
    reviewing.save_edits(DANA, viewer.workspace, half.account.id, change)
    app.run()
    app.button(key="review_undo_accepted").click().run()
    assert half.row(row.id).gl_code == other
    assert half.row(taken[1].id).status is Status.TO_REVIEW
    assert "1 row was changed later by Dana Whitfield (GL code " in words(app)


def test_no_undo_is_offered_for_what_has_left_in_an_export(app: AppTest, half: Place) -> None:
    accept(app, half, 60)
    viewer, days = half.viewer, [row.date for row in half.rows()]
    request = ExportRequest(
        half.account.id,
        Period(min(days), max(days)),
        override_reason="the month must go",
        confirmed=frozenset(FindingKind),
    )
    exporting.export(viewer.actor, viewer.workspace, request)
    app.run()
    assert "review_undo_accepted" not in [button.key for button in app.button]
    assert app.button(key="review_undo_last").disabled


def test_nothing_to_undo_before_the_first_change(app: AppTest, half: Place) -> None:
    open_review(app, half)
    assert app.button(key="review_undo_last").disabled


def test_undo_walks_back_through_ones_own_changes(app: AppTest, half: Place) -> None:
    before = state(half)
    open_review(app, half, show="to_review")
    first, second = grid_ids(app)[:2]
    gl = labels(app, "gl")[4]
    edit(app, {0: {"gl": gl}})
    edit(app, {0: {"gl": gl}, 1: {"gl": gl}})
    assert "GL code " in app.button(key="review_undo_last").help.replace("\\", "")
    app.button(key="review_undo_last").click().run()
    assert state(half)[second] == before[second]
    assert state(half)[first] != before[first]
    app.button(key="review_undo_last").click().run()
    assert state(half) == before
    assert app.button(key="review_undo_last").disabled


def test_a_colleagues_change_is_not_ones_own_to_undo(app: AppTest, half: Place) -> None:
    viewer, row = half.viewer, half.rows()[0]
    other = next(code for code in codes(half) if code != row.gl_code)
    change = [Edit(row.id, row.version, gl_code=other)]
    reviewing.save_edits(DANA, viewer.workspace, half.account.id, change)
    open_review(app, half)
    assert app.button(key="review_undo_last").disabled


def codes(where: Place) -> list[str]:
    viewer = where.viewer
    listed = reviewing.coding(viewer.actor, viewer.workspace, where.client.id)
    return [account.code for account in listed.chart]
