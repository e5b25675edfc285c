"""Merging: nothing doubled, nothing dropped, and every decision kept, whatever the feed does."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.merging import (
    SETTLING_DAYS,
    MergePlan,
    StoredTransaction,
    keyed,
    plan_merge,
)
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import FeedTransaction

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


def fed(source_id: str = "a", day: int = 5, amount: int = -1250, **changes: Any) -> FeedTransaction:
    row = FeedTransaction(
        source_id=source_id,
        date=date(2026, 10, day),
        description="HARBOR COFFEE 0042",
        amount=amount,
        payee="",
        check_number="",
        memo="",
        pending=False,
        raw="",
    )
    return row._replace(**changes)


class Books:
    """Stored rows of one account, changed by plans alone."""

    def __init__(self) -> None:
        self.rows: dict[str, StoredTransaction] = {}
        self._ids = count(1)

    def load(self, *rows: FeedTransaction, window: Period | None = OCTOBER) -> MergePlan:
        fetched = keyed(rows)
        near = [
            row
            for row in self.rows.values()
            if window is None or row.date in window or row.source_key in fetched
        ]
        plan = plan_merge(near, fetched, window)
        for key, new in plan.new:
            row_id = f"r{next(self._ids)}"
            self.rows[row_id] = _stored(row_id, key, new)
        for change in plan.changed:
            old = change.stored
            made = _stored(old.id, change.source_key, change.fetched)
            self.rows[old.id] = replace(made, decided=old.decided, source_note=change.note)
        for gone in plan.removed:
            self.rows[gone.id] = replace(self.rows[gone.id], removed=True)
        return plan

    def decide(self, row_id: str = "r1") -> None:
        self.rows[row_id] = replace(self.rows[row_id], decided=True, source_note="")

    @property
    def live(self) -> list[StoredTransaction]:
        return [row for row in self.rows.values() if not row.removed]

    @property
    def only(self) -> StoredTransaction:
        [row] = self.rows.values()
        return row


def _stored(row_id: str, key: str, row: FeedTransaction) -> StoredTransaction:
    return StoredTransaction(
        id=row_id,
        source_key=key,
        date=row.date,
        description=row.description,
        amount=row.amount,
        payee=row.payee,
        check_number=row.check_number,
        memo=row.memo,
        pending=row.pending,
        raw=row.raw,
        source_note="",
        removed=False,
        decided=False,
    )


@pytest.fixture
def books() -> Books:
    return Books()


def is_empty(plan: MergePlan) -> bool:
    return not (plan.new or plan.changed or plan.removed)


@pytest.mark.parametrize("ids", [("a", "b"), ("", "")])
def test_two_equal_purchases_both_live_and_a_second_load_adds_nothing(
    books: Books, ids: tuple[str, str]
) -> None:
    rows = [fed(source_id) for source_id in ids]
    assert len(books.load(*rows).new) == 2
    again = books.load(*rows)
    assert is_empty(again)
    assert again.unchanged == 2
    assert len(books.live) == 2


def test_without_ids_one_of_two_equal_purchases_can_go(books: Books) -> None:
    books.load(fed(""), fed(""))
    books.load(fed(""))
    assert len(books.live) == 1
    books.load(fed(""), fed(""))
    assert len(books.live) == len(books.rows) == 2


def test_without_ids_spacing_and_case_make_no_new_row(books: Books) -> None:
    books.load(fed("", description="HARBOR  Coffee 0042"))
    plan = books.load(fed("", description="Harbor Coffee 0042 "))
    assert not plan.new
    assert len(books.rows) == 1


def test_without_ids_a_corrected_description_is_the_same_row(books: Books) -> None:
    books.load(fed(""))
    books.decide()
    books.load(fed("", description="HARBOR COFFEE, PORTLAND ME"))
    assert books.only.decided
    assert "the description was 'HARBOR COFFEE 0042'" in books.only.source_note


def test_a_pending_row_posts_under_a_new_id_and_keeps_its_decision(books: Books) -> None:
    books.load(fed("p1", pending=True, description="PENDING HARBOR"))
    books.decide()
    plan = books.load(fed("a", day=7))
    assert not plan.new
    assert not plan.removed
    assert books.only.source_key == "id:a"
    assert books.only.decided
    assert not books.only.pending
    assert "the date was 10/05/2026" in books.only.source_note


def test_a_pending_row_that_only_changes_its_state_stays_as_reviewed(books: Books) -> None:
    books.load(fed("p1", pending=True))
    books.decide()
    books.load(fed("p1"))
    assert books.only.source_note == ""
    assert not books.only.pending


def test_the_likeliest_of_two_pending_rows_posts(books: Books) -> None:
    books.load(
        fed("p1", pending=True, description="SHELL OIL 5521"),
        fed("p2", pending=True, description="HARBOR COFF"),
    )
    books.load(fed("p1", pending=True, description="SHELL OIL 5521"), fed("a"))
    assert {row.source_key: row.id for row in books.live} == {"id:p1": "r1", "id:a": "r2"}


@pytest.mark.parametrize(("days", "rows"), [(SETTLING_DAYS, 1), (SETTLING_DAYS + 1, 2)])
def test_a_pending_row_waits_for_its_posting_so_long(books: Books, days: int, rows: int) -> None:
    books.load(fed("p1", pending=True))
    books.load(fed("a", day=5 + days))
    assert len(books.rows) == rows
    assert len(books.live) == 1


def test_a_pending_row_outside_the_days_read_is_nobodys_double(books: Books) -> None:
    """A new purchase of the same amount must not swallow one that simply was not asked for."""
    books.load(fed("p1", day=28, pending=True))
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    near = list(books.rows.values())
    plan = plan_merge(near, keyed([fed("b", date=date(2026, 11, 2))]), november)
    assert [key for key, _ in plan.new] == ["id:b"]
    assert not plan.changed


def test_another_amount_is_another_purchase(books: Books) -> None:
    books.load(fed("p1", pending=True, amount=-5000))
    books.load(fed("a", amount=-6000))
    assert [row.amount for row in books.live] == [-6000]
    assert books.rows["r1"].removed


def test_a_vanished_row_is_marked_and_comes_back_unmarked(books: Books) -> None:
    books.load(fed("a"), fed("b", amount=-99))
    books.decide()
    [gone] = books.load(fed("b", amount=-99)).removed
    assert gone.id == "r1"
    assert books.rows["r1"].decided
    assert is_empty(books.load(fed("b", amount=-99)))
    books.load(fed("a"), fed("b", amount=-99))
    assert not books.rows["r1"].removed
    assert books.rows["r1"].source_note == ""
    assert len(books.rows) == 2


def test_rows_outside_the_days_read_do_not_vanish(books: Books) -> None:
    books.load(fed("a", day=3), fed("b", day=20))
    plan = plan_merge(list(books.rows.values()), {}, Period(date(2026, 10, 10), date(2026, 10, 31)))
    assert [row.id for row in plan.removed] == ["r2"]


def test_an_incomplete_read_removes_nothing_but_brings_what_it_has(books: Books) -> None:
    books.load(fed("a"), fed("b", amount=-99))
    plan = books.load(fed("c", amount=-7), fed("b", amount=-98), window=None)
    assert not plan.removed
    assert len(plan.new) == 1
    assert len(plan.changed) == 1
    assert len(books.live) == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount": -1300}, "the amount was -$12.50"),
        ({"date": date(2026, 10, 6)}, "the date was 10/05/2026"),
        ({"check_number": "1041"}, "the check number was empty"),
        ({"description": "OTHER"}, "the description was 'HARBOR COFFEE 0042'"),
    ],
)
def test_a_reviewed_row_that_changes_keeps_its_decision_and_says_what_changed(
    books: Books, change: dict[str, Any], words: str
) -> None:
    books.load(fed("a"))
    books.decide()
    books.load(fed("a")._replace(**change))
    assert books.only.decided
    assert books.only.source_note == f"Changed at LedgerSync after review: {words}."
    books.load(fed("a")._replace(**change, memo="other memo"))
    assert words in books.only.source_note


@pytest.mark.parametrize("change", [{"memo": "m"}, {"payee": "p"}, {"raw": "{}"}])
def test_what_no_reviewer_judges_changes_without_a_note(
    books: Books, change: dict[str, Any]
) -> None:
    books.load(fed("a"))
    books.decide()
    assert len(books.load(fed("a")._replace(**change)).changed) == 1
    assert books.only.source_note == ""


def test_a_row_nobody_reviewed_changes_without_a_note(books: Books) -> None:
    books.load(fed("a"))
    books.load(fed("a", amount=-1))
    assert (books.only.amount, books.only.source_note) == (-1, "")


@pytest.mark.parametrize(("before", "now"), [("a", "z"), ("", "z"), ("a", "")])
def test_new_ids_for_the_same_purchases_keep_the_decisions(
    books: Books, before: str, now: str
) -> None:
    """As after a reconnection at LedgerSync, or a corrected id field in the feed profile."""
    books.load(fed(before))
    books.decide()
    plan = books.load(fed(now))
    assert not plan.new
    assert books.only.decided
    assert books.only.source_note == ""
    assert is_empty(books.load(fed(now)))


def test_a_new_id_proves_nothing_where_the_read_was_incomplete(books: Books) -> None:
    books.load(fed("a"))
    assert len(books.load(fed("b"), window=None).new) == 1


def test_a_date_that_moves_out_of_the_days_read_and_is_found_there(books: Books) -> None:
    books.load(fed("a", day=31))
    books.decide()
    moved = fed("a", date=date(2026, 11, 1))
    assert len(books.load().removed) == 1
    books.load(moved, window=Period(date(2026, 11, 1), date(2026, 11, 30)))
    assert not books.only.removed
    assert books.only.decided
    assert "the date was 10/31/2026" in books.only.source_note


@pytest.mark.parametrize(
    "day", [date(2028, 2, 29), date(2026, 3, 8), date(2026, 11, 1), date(2026, 12, 31)]
)
def test_odd_days_are_days_like_others(books: Books, day: date) -> None:
    window = Period(day, day)
    books.load(fed("", date=day), fed("", date=day), fed("x", date=day), window=window)
    assert is_empty(
        books.load(fed("", date=day), fed("", date=day), fed("x", date=day), window=window)
    )
    assert {row.date for row in books.live} == {day}


feeds = st.lists(
    st.builds(
        fed,
        source_id=st.sampled_from(["", "", "a", "b", "c", "d"]),
        day=st.integers(1, 12),
        amount=st.sampled_from([-500, -1250, 700]),
        description=st.sampled_from(["HARBOR COFFEE", "SHELL OIL", "harbor  coffee"]),
        pending=st.booleans(),
    ),
    max_size=7,
    unique_by=lambda row: row.source_id or object(),
)
windows = st.sampled_from(
    [
        OCTOBER,
        None,
        Period(date(2026, 10, 1), date(2026, 10, 6)),
        Period(date(2026, 10, 7), date(2026, 10, 31)),
    ]
)


def _inside(rows: list[FeedTransaction], window: Period | None) -> list[FeedTransaction]:
    return [row for row in rows if window is None or row.date in window]


@given(st.lists(st.tuples(feeds, windows), max_size=6), feeds)
def test_after_any_history_a_complete_read_shows_the_feed_and_no_decision_is_lost(
    history: list[tuple[list[FeedTransaction], Period | None]], last: list[FeedTransaction]
) -> None:
    books = Books()
    decided: set[str] = set()
    for rows, window in history:
        books.load(*_inside(rows, window), window=window)
        for row_id in list(books.rows)[::2]:
            books.decide(row_id)
            decided.add(row_id)
    books.load(*last)
    assert sorted((r.date, r.amount, r.description) for r in books.live) == sorted(
        (r.date, r.amount, r.description) for r in last
    )
    assert {row.id for row in books.rows.values() if row.decided} == decided
    assert is_empty(books.load(*last))


@given(feeds, st.permutations(range(7)))
def test_the_order_of_the_feed_changes_nothing(
    rows: list[FeedTransaction], order: list[int]
) -> None:
    books = Books()
    books.load(*rows)
    shuffled = [rows[place] for place in order if place < len(rows)]
    plan = books.load(*shuffled)
    assert not plan.new
    assert not plan.removed


@given(feeds)
def test_a_row_that_stays_under_its_id_is_never_paired_with_another(
    rows: list[FeedTransaction],
) -> None:
    books = Books()
    steady = fed("steady", day=6)
    books.load(steady, *rows)
    [kept] = [row.id for row in books.live if row.source_key == "id:steady"]
    books.decide(kept)
    books.load(steady)
    books.load(steady, *[row._replace(date=row.date + timedelta(days=1)) for row in rows])
    assert books.rows[kept].source_key == "id:steady"
    assert books.rows[kept].source_note == ""
