"""The strip on Review: what ties, what is off, typing in, closing and reopening."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from ledgersync import clock, money
from ledgersync.domain.periods import Period, last_month
from ledgersync.domain.transactions import Status
from ledgersync.services import reviewing, ties
from ledgersync.ui.review_ties import strip_words
from ledgersync.ui.shell import Viewer
from tests.ui.pages import press
from tests.ui.review_steps import Place, edit, labels, open_review, place, words


def month_before_last() -> Period:
    """A month that has every statement and no pending row, on whatever day this runs."""
    return last_month(last_month(clock.today()).start)


@pytest.fixture
def savings(viewer: Viewer) -> Place:
    """An account of few rows, which the demo's people have all coded."""
    found = place(viewer, "Marigold", "3077")
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, found.client.id)
    return Place(viewer, found.client, next(a for a in accounts if a.type == "savings"))


def opened(app: AppTest, where: Place) -> AppTest:
    month = month_before_last()
    return open_review(app, where, start=month.start.isoformat(), end=month.end.isoformat())


def told(where: Place) -> ties.AccountTie:
    viewer = where.viewer
    return ties.account_tie(viewer.actor, viewer.workspace, where.account.id, month_before_last())


def strip(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("Opening ")).replace("\\", "")


def type_closing(app: AppTest, amount: str, button: str) -> AppTest:
    next(f for f in app.text_input if f.label == "Closing balance").set_value(amount)
    return press(app, button)


def test_the_strip_shows_the_whole_period_and_that_it_ties(app: AppTest, savings: Place) -> None:
    opened(app, savings)
    tie = told(savings).tie
    end = f"{tie.period.end:%m/%d/%Y}"
    assert money.dollars(tie.closing or 0) in strip(app)
    assert "difference **$0.00**" in strip(app)
    assert "**Ties**" in strip(app)
    assert f"Ties to the statement of {end}." in words(app)
    before = strip(app)
    app.text_input(key="review_search").set_value("nothing reads like this").run()
    assert strip(app) == before


def test_a_typed_balance_is_compared_corrected_and_deleted(app: AppTest, savings: Place) -> None:
    opened(app, savings)
    right = told(savings).tie.closing or 0
    type_closing(app, money.plain(right - 4217), "Save statement")
    assert "Off by $42.17: the statement has more money out." in words(app)
    assert "**Off**" in strip(app)
    type_closing(app, "12.345", "Save correction")
    assert "fractions of a cent" in words(app)
    type_closing(app, money.plain(right), "Save correction")
    assert "**Ties**" in strip(app)
    press(app, "Delete this statement")
    assert not [s for s in told(savings).statements if s.typed]


def test_closing_locks_decisions_and_reopening_says_why(app: AppTest, savings: Place) -> None:
    opened(app, savings)
    press(app, "Close period")
    assert f"by {savings.viewer.actor.name}" in words(app)
    edit(app, {0: {"gl": labels(app, "gl")[2]}})
    assert "is closed since" in words(app)
    press(app, "Reopen period")
    assert "This needs a reason" in words(app)
    next(f for f in app.text_input if f.label == "Reason for reopening").set_value("A late fee")
    press(app, "Reopen period")
    assert "A late fee" in words(app)
    edit(app, {0: {"gl": labels(app, "gl")[3]}})
    assert re.search(r"GL code .* for ", words(app))


def test_what_keeps_a_period_open_is_counted(app: AppTest, viewer: Viewer) -> None:
    half = place(viewer, "Marigold", "3077")
    open_review(app, half)
    still = sum(row.status is Status.TO_REVIEW for row in half.rows())
    assert f"{still} rows are still to review." in words(app)
    assert next(b for b in app.button if b.label == "Close period").disabled


def test_the_demo_shows_a_tie_a_slip_and_a_missing_statement(viewer: Viewer) -> None:
    north = place(viewer, "North Ridge", "6626")
    found = told(north)
    assert "No statement yet" in strip_words(found.tie)
    slip = place(viewer, "North Ridge", "6618")
    month = last_month(clock.today())
    where = (viewer.actor, viewer.workspace, slip.account.id, month)
    assert "Off by" in ties.account_tie(*where).tie.words()
    assert "may be swapped" in ties.tie_clues(*where)[0].words
