"""The list of possible transfers and duplicates on Review: a click decides, another takes back."""

import re

from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.decisions import Edit
from ledgersync.domain.judgement import judge
from ledgersync.domain.periods import last_month
from ledgersync.domain.transactions import Status
from ledgersync.services import pairing, reviewing
from ledgersync.services.pairing import Proposals
from ledgersync.storage import users
from ledgersync.ui.review_pairs import OPEN, heading
from ledgersync.ui.shell import Viewer
from tests.ui.review_steps import Place, edit, grid_ids, open_review, place, words


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
    app: AppTest, viewer: Viewer
) -> None:
    where = opened(app, viewer)
    pair = found(where).transfers[0]
    leg = next(row for row in where.rows() if row.id in pair.ids)
    theirs = Edit(leg.id, leg.version, gl_code=where.some_gl())
    robin = Actor("robin", "Robin Reyes")
    with viewer.workspace.database.writing() as tx:
        users.add_user(tx, users.User(robin.user_id, robin.name, Role.STAFF, disabled=False))
    reviewing.save_edits(robin, viewer.workspace, where.account.id, [theirs])
    app.button(key=f"review_pair_yes_{pair.out.id}").click().run()
    [told] = [error.value.replace("\\", "") for error in app.error]
    assert f"Robin Reyes set this row to {where.some_gl()} - " in told
    assert re.search(r"(just now|s ago)\. Nothing was saved for", told)
    app.button(key=f"review_pair_yes_{pair.out.id}").click().run()
    assert "Confirmed 1 transfer." in words(app)


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
    code = app.selectbox(key="review_bulk_gl").options[1]
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
