"""Suggestions on Review: how they show, how each is accepted, and what they tell of themselves."""

from typing import Any
from urllib.parse import parse_qsl

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.periods import last_month
from ledgersync.domain.searches import literally, parse_search, searchable
from ledgersync.domain.suggestions import Suggestion
from ledgersync.domain.transactions import Method, Status, Transaction
from ledgersync.errors import DatabaseUnavailable
from ledgersync.services import loading, reviewing, suggesting
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients, suggestions
from ledgersync.ui.review_badges import BADGES, badges, percent
from ledgersync.ui.review_saving import acceptance
from ledgersync.ui.review_sheet import Show, counts, standing
from ledgersync.ui.review_why import past_search, why_words
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain
from tests.ui.review_steps import (
    Place,
    add_rows,
    edit,
    grid_ids,
    labels,
    open_review,
    place,
    tick,
    transaction,
    words,
)

METHODS = (Show.RULE, Show.AI, Show.SEMANTIC, Show.UNMATCHED)
SUGGESTED = transaction(
    vendor_id="v", gl_code="62", suggested=True, method=Method.RULE, confidence=0.959, why="rule 1"
)


@pytest.fixture
def half(viewer: Viewer) -> Place:
    """An account that is reviewed half-way."""
    return place(viewer, "Marigold", "3077")


def suggest(where: Place) -> None:
    suggesting.suggest(where.viewer.actor, where.viewer.workspace, [where.account.id])


def suggested(where: Place) -> list[Transaction]:
    return [row for row in where.rows() if row.suggested]


@pytest.mark.parametrize(
    ("row", "stands"),
    [
        (SUGGESTED, Show.RULE),
        (transaction(SUGGESTED, method=Method.AI), Show.AI),
        (transaction(SUGGESTED, method=Method.SEMANTIC), Show.SEMANTIC),
        (transaction(), Show.UNMATCHED),
        (transaction(method=Method.NONE, confidence=0.3, why="unsure"), Show.UNMATCHED),
        (transaction(vendor_id="v", method=Method.MANUAL), Show.TO_REVIEW),
        (transaction(SUGGESTED, suggested=False, status=Status.REVIEWED), Show.REVIEWED),
        (transaction(SUGGESTED, status=Status.PROBLEM), Show.PROBLEM),
    ],
)
def test_an_open_row_stands_by_its_method(row: Transaction, stands: Show) -> None:
    assert standing(row) is stands
    assert badges(row)[0] == BADGES[stands].words


def test_each_method_has_its_word_and_colour() -> None:
    methods = {
        show: (BADGES[show].word, BADGES[show].colour, BADGES[show].tint) for show in METHODS
    }
    assert methods == {
        Show.RULE: ("Rule", "green", "green"),
        Show.AI: ("AI", "yellow", "yellow"),
        Show.SEMANTIC: ("Semantic", "blue", "blue"),
        Show.UNMATCHED: ("Unmatched", "red", "red"),
    }


def test_suggested_codes_say_so_beside_any_other_status() -> None:
    assert badges(transaction(SUGGESTED, status=Status.PROBLEM)) == [
        "! Problem",
        "◆ Suggested: Rule",
    ]
    assert badges(transaction(SUGGESTED, pending=True)) == ["◆ Suggested: Rule", "… Pending"]


def test_what_is_suggested_never_looks_like_what_is_reviewed() -> None:
    reviewed = BADGES[Show.REVIEWED]
    others = [BADGES[show] for show in (Show.RULE, Show.AI, Show.SEMANTIC, Show.UNMATCHED)]
    assert all(reviewed.sign != one.sign and reviewed.colour != one.colour for one in others)


@pytest.mark.parametrize(
    ("confidence", "shown"), [(0.9, 90), (0.899, 89), (0.29, 29), (1.0, 100), (None, None)]
)
def test_confidence_is_rounded_down(confidence: float | None, shown: int | None) -> None:
    assert percent(transaction(SUGGESTED, confidence=confidence)) == shown


@pytest.mark.parametrize("status", [Status.REVIEWED, Status.EXPORTED])
def test_a_decided_row_shows_no_confidence(status: Status) -> None:
    """It keeps the one that it was suggested with, but a decision is no likelihood."""
    row = transaction(SUGGESTED, suggested=False, status=status, confidence=0.58)
    assert percent(row) is None
    assert "58" not in why_words(row)


def test_a_row_without_codes_shows_no_confidence() -> None:
    assert percent(transaction(confidence=0.4)) is None


def test_the_methods_make_up_what_is_to_review() -> None:
    rows = [SUGGESTED, transaction(), transaction(vendor_id="v"), transaction(SUGGESTED)]
    rows.append(transaction(SUGGESTED, suggested=False, status=Status.REVIEWED))
    numbers = counts(rows)
    assert (numbers[Show.ALL], numbers[Show.TO_REVIEW], numbers[Show.REVIEWED]) == (5, 4, 1)
    assert (numbers[Show.RULE], numbers[Show.UNMATCHED], numbers[Show.AI]) == (2, 1, 0)


def test_accepting_sends_the_codes_that_were_seen() -> None:
    row = transaction(SUGGESTED, vendor_id="", version=3)
    assert acceptance(row) == Edit(row.id, 3, "", "62", Standing.REVIEWED, ())


def test_accepting_a_row_that_showed_nothing_accepts_nothing_unseen() -> None:
    assert acceptance(transaction()) == Edit("t", 0, "", "", Standing.REVIEWED, ())


def test_accepting_what_a_person_coded_leaves_the_codes_alone() -> None:
    row = transaction(vendor_id="v", method=Method.MANUAL, version=1)
    assert acceptance(row) == Edit("t", 1, standing=Standing.REVIEWED)


def test_an_account_is_matched_when_it_is_opened(app: AppTest, viewer: Viewer) -> None:
    fresh = place(viewer, "Cobalt", "1288")
    month = last_month(clock.today())
    loading.load_transactions(viewer.actor, viewer.workspace, [fresh.account.id], month)
    assert fresh.rows()
    assert not suggested(fresh)
    open_review(app, fresh, show="to_review")
    rows = {row.id: row for row in fresh.rows()}
    table = app.data_editor[0].value
    assert suggested(fresh)
    for row_id in grid_ids(app):
        row = rows[row_id]
        assert list(table.loc[row_id, "status"]) == badges(row)
        shown = table.loc[row_id, "gl"]  # none where only the vendor is known
        assert not row.suggested or shown is pd.NA or shown.startswith(row.gl_code)
        assert (shown is pd.NA) == (row.gl_code == "")
        assert not row.suggested or table.loc[row_id, "confidence"] == percent(row)
        assert str(table.loc[row_id, "why"]).lower() == row.why.lower()


def test_opening_again_asks_the_matcher_no_more(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def note(*given: object) -> suggesting.SuggestReport:
        asked.append(given)
        return suggesting.SuggestReport(0, {})

    monkeypatch.setattr(suggesting, "suggest", note)
    open_review(app, half)
    app.run()
    app.pills(key="review_show").set_value("reviewed").run()
    assert len(asked) == 1


@pytest.mark.parametrize("changed", [0, 3])
def test_what_the_matcher_has_to_say_on_opening_is_told(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch, changed: int
) -> None:
    said = "The outside model did not answer; 3 descriptions stay without its advice."
    report = suggesting.SuggestReport(3, {}, (said,), changed)
    monkeypatch.setattr(suggesting, "suggest", lambda *_: report)
    open_review(app, half)
    [toast] = app.toast
    assert (plain(said), ":material/info:") == (toast.value, toast.icon)


def test_rows_with_kept_suggestions_stand_before_their_client_is_learned(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggest(half)
    half.viewer.workspace.knowledge.drop(half.client.id)
    shown: list[str] = []
    really = suggesting.suggest

    def look(actor: Actor, workspace: Workspace, ids: list[str]) -> suggesting.SuggestReport:
        shown.extend(st.session_state["review_view"].ids)
        return really(actor, workspace, ids)

    monkeypatch.setattr(suggesting, "suggest", look)
    open_review(app, half)
    assert shown == grid_ids(app)
    assert half.viewer.workspace.knowledge.find(half.client.id) is not None


def test_a_client_is_learned_behind_its_page_once_no_other_is(app: AppTest, half: Place) -> None:
    """Many who come at once, each to another client, would all wait for all that is learned."""
    suggest(half)
    knowledge = half.viewer.workspace.knowledge
    knowledge.drop(half.client.id)
    with knowledge.unhurried_turn():  # of another client
        open_review(app, half)
        assert len(grid_ids(app)) == len(half.rows())
        assert knowledge.find(half.client.id) is None
    app.run()
    assert knowledge.find(half.client.id) is not None


def test_a_matcher_that_fails_is_told_and_the_rows_are_there(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DatabaseUnavailable("The database is locked.", "Try again in a minute.")

    monkeypatch.setattr(suggesting, "suggest", fail)
    open_review(app, half)
    assert "The database is locked." in words(app)
    assert len(grid_ids(app)) == len(half.rows())


def test_a_filter_shows_the_rows_of_one_method(app: AppTest, half: Place) -> None:
    suggest(half)
    open_review(app, half, show="ai")
    learned = {row.id for row in suggested(half) if row.method is Method.AI}
    assert learned
    assert set(grid_ids(app)) == learned
    assert f":yellow[✦] AI ({len(learned):,})" in app.pills(key="review_show").options
    assert app.query_params["show"] == "ai"


def test_a_row_that_is_reviewed_leaves_its_method(app: AppTest, half: Place) -> None:
    suggest(half)
    before = counts(half.rows())
    open_review(app, half, show="ai")
    edit(app, {0: {"tick": True}})
    app.button(key="review_reviewed").click().run()
    after = counts(half.rows())
    assert (after[Show.AI], after[Show.REVIEWED]) == (
        before[Show.AI] - 1,
        before[Show.REVIEWED] + 1,
    )


def test_choosing_the_suggested_code_accepts_it(app: AppTest, half: Place) -> None:
    suggest(half)
    open_review(app, half, show="ai")
    row = half.row(grid_ids(app)[0])
    edit(app, {0: {"gl": app.data_editor[0].value.loc[row.id, "gl"]}})
    now = half.row(row.id)
    assert (now.vendor_id, now.gl_code, now.method) == (row.vendor_id, row.gl_code, Method.AI)
    assert now.status is Status.REVIEWED
    assert "✓ Reviewed" in app.data_editor[0].value.loc[row.id, "status"]


def test_emptying_a_suggestion_ends_it_for_that_row(app: AppTest, half: Place) -> None:
    suggest(half)
    open_review(app, half, show="ai")
    row_id = grid_ids(app)[0]
    edit(app, {0: {"vendor": None, "gl": None}})
    suggest(half)
    now = half.row(row_id)
    assert (now.vendor_id, now.gl_code, now.suggested) == ("", "", False)
    assert list(app.data_editor[0].value.loc[row_id, "status"]) == ["? Unmatched"]


def test_marking_reviewed_accepts_and_says_which_have_no_gl_code(app: AppTest, half: Place) -> None:
    suggest(half)
    open_review(app, half, show="ai")
    first, second = (half.row(row_id) for row_id in grid_ids(app)[:2])
    edit(app, {0: {"vendor": None, "gl": None}})
    edit(app, {0: {"vendor": None, "gl": None, "tick": True}, 1: {"tick": True}})
    app.button(key="review_reviewed").click().run()
    assert half.row(first.id).gl_code == ""
    accepted = half.row(second.id)
    assert (accepted.vendor_id, accepted.gl_code) == (second.vendor_id, second.gl_code)
    assert accepted.status is Status.REVIEWED
    assert "1 row of these has no GL code" in words(app)


def test_what_a_decision_teaches_shows_on_similar_rows_at_once(app: AppTest, half: Place) -> None:
    ids = add_rows(half, *[f"QUARTZ KITE SHOP 00{n}7" for n in range(4)])
    open_review(app, half, search="quartz kite")
    gl = labels(app, "gl")[4]
    shown = grid_ids(app)
    said, pending = [], {}
    for position in range(3):
        pending[position] = {"gl": gl}
        edit(app, pending)
        said.append(words(app))
    assert set(shown) == set(ids)
    assert app.data_editor[0].value.loc[shown[3], "gl"] == gl
    assert half.row(shown[3]).suggested
    assert any("similar row" in one and "a new suggestion." in one for one in said)


def test_a_save_is_taken_in_without_reading_the_account_again(
    app: AppTest, half: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_rows(half, *[f"QUARTZ KITE SHOP 00{n}7" for n in range(4)])
    open_review(app, half, search="quartz kite")
    read: list[object] = []
    sheet = reviewing.review_sheet

    def counted(*given: Any) -> reviewing.Sheet:
        read.append(given)
        return sheet(*given)

    monkeypatch.setattr(reviewing, "review_sheet", counted)
    gl = labels(app, "gl")[4]
    edit(app, {0: {"gl": gl}})
    edit(app, {0: {"gl": gl}, 1: {"gl": gl}})
    assert not read


def test_a_ticked_row_is_explained_in_full(app: AppTest, half: Place) -> None:
    suggest(half)
    open_review(app, half, show="ai")
    assert "Tick a row to read here" in words(app)
    row = half.row(grid_ids(app)[0])
    edit(app, {0: {"tick": True}})
    assert f"✦ Suggested: AI · {percent(row)}% · {row.why[:1].upper()}{row.why[1:]}" in words(app)


def test_past_rows_that_read_alike_are_a_click_away(app: AppTest, half: Place) -> None:
    suggest(half)
    open_review(app, half, show="ai")
    row = half.row(grid_ids(app)[0])
    edit(app, {0: {"tick": True}})
    app.button(key=f"review_past_{row.id}").click().run()
    assert app.pills(key="review_show").value == "all"
    assert app.text_input(key="review_search").value == past_search(row.description)
    assert app.date_input(key="review_end").value == row.date
    assert row.id in grid_ids(app)
    assert len(grid_ids(app)) > 1


def test_past_rows_that_are_not_the_accounts_are_among_what_was_learned(
    app: AppTest, half: Place
) -> None:
    ids = add_rows(half, "QUARTZ KITE SHOP 0017", "ZEBRA INN 4", "OPAL DESK 9")
    suggest(half)
    gl, last = half.some_gl(), "last on 10/05/2026"
    reasons = (
        f"coded {gl} in 2 of 3 past rows of this client, {last}",
        f"coded {gl} in 2 of 3 past rows of this account, whatever they say, {last}",
        "Proposed by the outside model that an administrator has set up",
    )
    with half.viewer.workspace.database.writing() as tx:
        said = {
            row_id: Suggestion("", gl, Method.AI, 0.9, why)
            for row_id, why in zip(ids, reasons, strict=True)
        }
        suggestions.save_suggestions(tx, said, clock.now())
        clients.touch_account(tx, half.account.id)
    open_review(app, half)
    tick(app, [grid_ids(app).index(row_id) for row_id in ids])
    [link] = [one for one in app.get("page_link") if one.proto.label == "Show past rows"]
    assert link.proto.page == "rules"
    asked = dict(parse_qsl(link.proto.query_string))
    text = "QUARTZ KITE SHOP"
    assert asked.pop("learned_client") == half.client.id
    assert asked == {"learned_text": text, "learned_search": text}
    [button] = [one for one in app.button if one.label == "Show past rows"]
    button.click().run()
    assert app.text_input(key="review_search").value == literally(gl)


def test_a_row_that_a_rule_codes_leads_to_the_rule(app: AppTest, half: Place) -> None:
    rule = half.write_rule("QUARTZ KITE", gl_code=half.some_gl())
    add_rows(half, "QUARTZ KITE SHOP 0017")
    suggest(half)
    open_review(app, half, search="quartz kite")
    assert list(app.data_editor[0].value["status"].iloc[0]) == ["◆ Suggested: Rule"]
    edit(app, {0: {"tick": True}})
    [link] = [one for one in app.get("page_link") if "Open rule" in one.proto.label]
    assert link.proto.label == f"Open rule {rule.number}"
    assert f"rule={rule.number}" in link.proto.query_string


@pytest.mark.parametrize(
    "description",
    ["LOWE'S #1234 PORTLAND OR", "SQ *BLUE BOTTLE 123", "CAFÉ MÜNCHEN 12", "12/34", "***"],
)
def test_the_search_for_past_rows_finds_the_row_itself(description: str) -> None:
    assert parse_search(past_search(description)).finds(searchable(description), 0)


def test_a_row_without_a_reason_says_so() -> None:
    assert why_words(transaction()) == (
        "? Unmatched · No rule, past row or vendor name fits: choose a GL code"
    )
