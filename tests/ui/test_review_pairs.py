"""The list of possible transfers and duplicates on Review: a click decides, another takes back."""

import re
from collections import Counter

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.judgement import judge
from ledgersync.domain.pairs import PairKind, of_files
from ledgersync.domain.periods import last_month
from ledgersync.domain.transactions import Status
from ledgersync.services import pairing, reviewing, statement_files
from ledgersync.services.pairing import Proposals
from ledgersync.storage import users
from ledgersync.ui.review_pairs import OPEN, heading
from ledgersync.ui.shell import Viewer
from tests.services.statement_samples import Given, ofx
from tests.ui.review_steps import Place, edit, grid_ids, labels, open_review, place, words


@pytest.fixture
def robin(viewer: Viewer) -> Actor:
    """A colleague."""
    who = Actor("robin", "Robin Reyes")
    with viewer.workspace.database.writing() as tx:
        users.add_user(tx, users.User(who.user_id, who.name, Role.STAFF, disabled=False))
    return who


def found(where: Place) -> Proposals:
    viewer, period = where.viewer, last_month(clock.today())
    return pairing.proposals(viewer.actor, viewer.workspace, where.account.id, period)


def opened(app: AppTest, viewer: Viewer) -> Place:
    """A client of the demo that nobody has worked on in the month, with transfers."""
    where = place(viewer, "Harbor", "6402")
    app.session_state[OPEN] = True
    open_review(app, where)
    return where


def test_a_transfer_is_confirmed_in_the_list(app: AppTest, viewer: Viewer) -> None:
    where = opened(app, viewer)
    before = found(where)
    pair = before.transfers[0]
    assert heading(before) in [one.label for one in app.expander]
    app.button(key=f"review_pair_yes_{pair.out.id}").click().run()
    assert "Confirmed 1 transfer." in words(app)
    assert pair.ids not in [one.ids for one in found(where).transfers]


def test_a_colleague_who_decided_a_leg_is_named_and_can_be_overruled(
    app: AppTest, viewer: Viewer, robin: Actor
) -> None:
    where = opened(app, viewer)
    pair = found(where).transfers[0]
    leg = next(row for row in where.rows() if row.id in pair.ids)
    theirs = Edit(leg.id, leg.version, gl_code=where.some_gl())
    reviewing.save_edits(robin, viewer.workspace, where.account.id, [theirs])
    app.button(key=f"review_pair_yes_{pair.out.id}").click().run()
    [told] = errors(app)
    assert f"Robin Reyes set this row to {where.some_gl()} - " in told
    assert re.search(r"(just now|s ago)\. Nothing was saved\.", told)
    app.button(key=f"review_pair_yes_{pair.out.id}").click().run()
    assert "Confirmed 1 transfer." in words(app)


def test_with_an_old_list_nothing_is_excluded_beside_a_colleagues_decision(
    app: AppTest, viewer: Viewer, robin: Actor
) -> None:
    where = opened(app, viewer)
    pair, other = found(where).duplicates[:2]
    first = where.row(pair.first.id)
    out = Edit(first.id, first.version, standing=Standing.EXCLUDED)
    reviewing.save_edits(robin, viewer.workspace, where.account.id, [out])
    pairing.keep_apart(robin, viewer.workspace, PairKind.DUPLICATE, other.ids)
    before = {row.id: row.status for row in where.rows()}
    for one in (pair, other):
        app.button(key=f"review_pair_out_{one.first.id}_{one.second.id}").click()
    app.run()
    answered, decided = sorted(errors(app), key=lambda told: "excluded this row" in told)
    assert f"{pair.first.description}: Robin Reyes excluded this row " in decided
    assert re.search(r"(just now|s ago)\. Nothing was saved\.", decided)
    assert "Robin Reyes said meanwhile that the row of " in answered
    assert {row.id: row.status for row in where.rows()} == before


def test_what_a_statement_file_repeats_is_excluded_with_one_click(
    app: AppTest, viewer: Viewer
) -> None:
    where = place(viewer, "Harbor", "6402")
    brought = repeated(where, 3)
    opened(app, viewer)
    button = app.button(key="review_duplicates_of_files")
    assert button.label == "Exclude the 3 of a statement file that LedgerSync has too"
    before = {row.id: row.status for row in where.rows()}
    button.click().run()
    assert "Excluded 3 rows of a statement file." in words(app)
    excluded = dict.fromkeys(brought, Status.EXCLUDED)
    assert {row.id: row.status for row in where.rows()} == before | excluded
    assert "review_duplicates_of_files" not in [one.key for one in app.button]
    app.button(key="review_undo_last").click().run()
    assert {row.id: row.status for row in where.rows()} == before


def test_of_what_a_file_repeats_nothing_is_excluded_where_one_was_decided(
    app: AppTest, viewer: Viewer, robin: Actor
) -> None:
    where = place(viewer, "Harbor", "6402")
    repeated(where, 2)
    opened(app, viewer)
    pair = of_files(found(where).duplicates)[0]
    out = Edit(pair.first.id, pair.first.version, standing=Standing.EXCLUDED)
    reviewing.save_edits(robin, viewer.workspace, where.account.id, [out])
    before = {row.id: row.status for row in where.rows()}
    app.button(key="review_duplicates_of_files").click().run()
    [told] = errors(app)
    assert "Robin Reyes excluded this row " in told
    assert "Nothing was saved of the 2." in told
    assert {row.id: row.status for row in where.rows()} == before


def repeated(where: Place, number: int) -> list[str]:
    """Take in a statement file with so many of the rows to review; returns the ids of its own."""
    listed = where.rows()
    amounts = Counter(row.amount for row in listed)
    some = [r for r in listed if r.status is Status.TO_REVIEW and amounts[r.amount] == 1][:number]
    given: list[Given] = [
        (f"F{at}", f"{r.date:%Y%m%d}", f"{r.amount / 100:.2f}", r.description)
        for at, r in enumerate(some)
    ]
    days = (f"{min(r.date for r in some):%Y%m%d}", f"{max(r.date for r in some):%Y%m%d}")
    data = ofx(*given, number=f"55{where.account.mask}", start=days[0], end=days[1])
    viewer, before = where.viewer, {row.id for row in listed}
    shown = statement_files.preview_file(
        viewer.actor, viewer.workspace, where.account.id, "october.qfx", data
    )
    statement_files.confirm_file(viewer.actor, viewer.workspace, shown)
    return [row.id for row in where.rows() if row.id not in before]


def errors(app: AppTest) -> list[str]:
    return [error.value.replace("\\", "") for error in app.error]


def test_not_a_transfer_can_be_asked_again(app: AppTest, viewer: Viewer) -> None:
    where = opened(app, viewer)
    pair = found(where).transfers[0]
    app.button(key=f"review_pair_no_{pair.out.id}").click().run()
    assert re.search(r"1 pair decided: not one thing", words(app))
    app.button(key="review_pair_again").click().run()
    assert pair.ids in [one.ids for one in found(where).transfers]


def test_after_an_edit_the_page_knows_what_a_fresh_look_would_find(
    app: AppTest, viewer: Viewer
) -> None:
    where = opened(app, viewer)
    pair = found(where).transfers[0]
    paired = next(at for at, id_ in enumerate(grid_ids(app)) if id_ in pair.ids)
    alone = next(
        at
        for at, id_ in enumerate(grid_ids(app))
        if not any(id_ in one.ids for one in found(where).transfers)
        and where.row(id_).status is Status.TO_REVIEW
    )
    code = labels(app, "gl")[0]
    pending: dict[int, dict[str, object]] = {}
    for at in (alone, paired):
        pending[at] = {"gl": code}
        edit(app, pending)
        fresh, known = found(where), app.session_state["review_proposals_picture"].found
        assert (known.transfers, known.duplicates) == (fresh.transfers, fresh.duplicates)
        judged = app.session_state["review_judgement_picture"]
        assert judged.findings == judge(where.rows(), judged.history, pairing.by_row(fresh))
    app.button(key=f"review_pair_yes_{pair.out.id}").click().run()
    assert "Confirmed 1 transfer." in words(app)
