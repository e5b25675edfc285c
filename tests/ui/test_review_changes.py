"""The list of changes, what it says of each, and colleagues who work on the same account."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.changes import Block, Blocked, Change
from ledgersync.domain.decisions import Edit
from ledgersync.domain.undoing import Outlook, Stay, Why
from ledgersync.services import changes, exporting, presence, reviewing, taking_back
from ledgersync.services.presence import Colleague
from ledgersync.storage import users
from ledgersync.ui import review_changes
from ledgersync.ui.change_words import prospects, undone_words
from ledgersync.ui.review_changes import entry_words, undo_change
from ledgersync.ui.review_presence import presence_words
from ledgersync.ui.shell import Viewer
from tests.ui.pages import HOSTILE
from tests.ui.review_steps import Place, edit, grid_ids, labels, open_review, place, words

DANA = Actor("dana", "Dana White")
CHANGE = Change("c", "Set GL code 6250 on 12 rows", "Maria", clock.now(), 12, Outlook())
LATER = [Stay(f"r{n}", Why.CHANGED, "Maria") for n in range(3)]
NINE = tuple(f"b{n}" for n in range(9))


def stays(why: Why, **more: object) -> Outlook:
    return Outlook((), (replace(Stay("r", why), **more),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outlook", "said"),
    [
        (Outlook(NINE), ""),
        (
            Outlook(NINE, tuple(LATER)),
            "9 of 12 rows go back. The rest stays: 3 rows were changed later by Maria.",
        ),
        (
            stays(Why.EXPORTED, export=14),
            "Can't be undone: 1 row is locked by export 14.",
        ),
        (
            stays(Why.CHANGED, who="Maria", words="Excluded 2 rows"),
            "Can't be undone: 1 row was changed later by Maria (Excluded 2 rows).",
        ),
        (
            stays(Why.OTHER_LEG),
            "Can't be undone: 1 row of a transfer whose other leg can't go back.",
        ),
    ],
)
def test_what_an_undo_would_do_is_said_before_it_is_pressed(outlook: Outlook, said: str) -> None:
    assert prospects(replace(CHANGE, outlook=outlook)) == said


def test_what_is_undone_says_by_whom() -> None:
    done = replace(CHANGE, undone_at=clock.now(), undone_by="Dana", outlook=stays(Why.TAKEN_BACK))
    assert prospects(done) == "Undone by Dana just now."


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (Block(Blocked.NEWER_LOAD, clock.now()), "undo the newer load of these days first ("),
        (Block(Blocked.CLOSED, who="Dana"), "Dana has closed the period, reopen it first"),
        (Block(Blocked.NOT_RECORDED), "was not recorded at that time"),
    ],
)
def test_why_a_load_stands_as_a_whole(block: Block, said: str) -> None:
    assert said in prospects(replace(CHANGE, load=True, block=block))


def test_what_stayed_is_said_after_an_undo() -> None:
    assert undone_words("Excluded 4 rows", Outlook(NINE)) == "Undid: Excluded 4 rows."
    nothing = undone_words("Excluded 1 row", stays(Why.EXPORTED, export=14))
    assert nothing == "Nothing could be taken back. 1 row is locked by export 14 and stayed."


def test_texts_of_others_are_harmless_in_the_list() -> None:
    said = entry_words(replace(CHANGE, what=HOSTILE, who=HOSTILE))
    assert "](https://" not in said
    assert ":red[" not in said


@pytest.fixture
def half(viewer: Viewer) -> Place:
    return place(viewer, "Marigold", "3077")


@pytest.fixture
def dana(viewer: Viewer) -> Actor:
    with viewer.workspace.database.writing() as tx:
        users.add_user(tx, users.User(DANA.user_id, DANA.name, Role.STAFF, disabled=False))
    return DANA


def test_changes_and_loads_are_listed_and_undone(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review_changes, "_AT_ONCE", 3)
    open_review(app, half, show="to_review")
    row_id, gl = grid_ids(app)[0], labels(app, "gl")[4]
    before = half.row(row_id)
    edit(app, {0: {"gl": gl}})
    app.button(key="review_changes").click().run()
    said = words(app)
    assert f"GL code {gl} for " in said
    assert "1 to 3 of 5 changes" in said
    app.pagination[0].set_value(2).run()
    older = words(app)
    assert f"GL code {gl} for " not in older
    assert "4 to 5 of 5 changes" in older
    assert "Loaded 80 new, 0 updated, 0 removed" in said + older
    assert "The rest stays: " in said + older
    viewer = half.viewer
    newest = changes.list_changes(viewer.actor, viewer.workspace, half.account.id)[0]
    undo_change(viewer, half.account.id, newest)
    assert half.row(row_id).gl_code == before.gl_code
    assert half.row(row_id).suggested == before.suggested


def test_staff_are_told_who_may_let_an_export_stand_again(app: AppTest, viewer: Viewer) -> None:
    exported = place(viewer, "Whitlock", "8120")
    actor, books = viewer.actor, viewer.workspace
    newest = next(
        batch
        for batch, _ in exporting.list_exports(actor, books)
        if batch.account_id == exported.account.id
    )
    taking_back.take_back(actor, books, newest.id, "Wrong month")
    [taken, *_] = changes.list_changes(actor, books, exported.account.id)
    only = "Only an administrator can undo this."
    open_review(app, exported)
    app.button(key="review_changes").click().run()
    assert app.button(key=f"review_undo_{taken.id}")
    assert only not in words(app)
    with books.database.writing() as tx:
        users.change_user(tx, actor.user_id, role=Role.STAFF)
    app.run()
    assert f"Took back export {newest.number}" in words(app)
    assert only in words(app)
    assert f"review_undo_{taken.id}" not in [button.key for button in app.button]


def test_several_rows_of_colleagues_are_kept_or_overruled_together(
    app: AppTest, half: Place, dana: Actor
) -> None:
    open_review(app, half, show="to_review")
    first, second = grid_ids(app)[:2]
    mine, theirs = labels(app, "gl")[4:6]
    code = theirs.split(" - ")[0]
    for row in (half.row(first), half.row(second)):
        asked = [Edit(row.id, row.version, gl_code=code)]
        reviewing.save_edits(dana, half.viewer.workspace, half.account.id, asked)
    edit(app, {0: {"gl": mine}, 1: {"gl": mine}})
    said = words(app)
    assert "2 rows were changed by colleagues meanwhile." in said
    assert said.count(f"Dana White set this row to {theirs}") == 2
    app.button(key=f"review_keep_theirs_{first}").click().run()
    app.button(key=f"review_use_mine_{second}").click().run()
    assert half.row(first).gl_code == code
    assert mine.startswith(half.row(second).gl_code)
    assert "Dana White set this row" not in words(app)


def test_a_colleague_on_the_same_account_is_named(app: AppTest, half: Place, dana: Actor) -> None:
    open_review(app, half)
    assert "working on this account" not in words(app)
    presence.note(dana, half.viewer.workspace, half.account.id)
    app.run()
    line = r"Dana White is working on this account, last seen (just now|\d+ s ago)\."
    assert re.search(line, words(app))
    seen = presence.colleagues(dana, half.viewer.workspace, half.account.id)
    assert [one.name for one in seen] == [half.viewer.actor.name]


def test_several_colleagues_are_named_with_their_ages() -> None:
    now = clock.now()
    found = [Colleague("Dana", now), Colleague("Robin", now - timedelta(seconds=70))]
    assert presence_words(found) == (
        "Dana (just now) and Robin (1 min ago) are working on this account."
    )
