"""Ties: sums that must hold for any rows, and what is said where they don't."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.clients import BankAccount, FeedStatus
from ledgersync.domain.periods import Period
from ledgersync.domain.spans import gaps, merged, missing, overlaps
from ledgersync.domain.statements import Statement, swapped_digits
from ledgersync.domain.tie_clues import TieRow, clues
from ledgersync.domain.ties import DaySum, Movements, Source, Tie, TieOut, first_day, tie_out
from ledgersync.domain.timelines import timeline

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
SPAN = Period(first_day(OCTOBER), date(2026, 11, 15))
CHECKING = BankAccount(
    id="a",
    client_id="c",
    source_id="A1",
    name="Checking",
    institution="Pine Bank",
    type="checking",
    mask="0001",
    currency="USD",
    balance=None,
    balance_date=None,
    feed_status=FeedStatus.ACTIVE,
    feed_word="active",
    acs_description="",
    last_loaded_at=None,
    data_version=0,
    removed=False,
)
CARD = replace(CHECKING, type="credit_card")
_numbers = count()

Amounts = Sequence[tuple[date, int]]


def paper(
    days: Period, closing: int | None, opening: int | None = None, *, typed: bool = False
) -> Statement:
    return Statement(
        f"s{next(_numbers)}", "a", days.start, days.end, opening, closing, typed, "Dana", 1
    )


def moved(rows: Amounts, loaded: Sequence[Period] = (SPAN,)) -> Movements:
    days: dict[date, DaySum] = {}
    for day, amount in rows:
        before = days.get(day, DaySum(0, 0))
        days[day] = DaySum(before.money_in + max(amount, 0), before.money_out + max(-amount, 0))
    return Movements(days, loaded, SPAN)


def october(
    rows: Amounts, *papers: Statement, account: BankAccount = CHECKING, **given: Sequence[Period]
) -> TieOut:
    return tie_out(account, OCTOBER, papers, moved(rows, **given))


amounts = st.integers(-(10**9), 10**9)
days_of_october = st.dates(OCTOBER.start, OCTOBER.end)
october_rows = st.lists(st.tuples(days_of_october, amounts), max_size=20)


@given(october_rows, amounts, amounts)
def test_the_strip_adds_up_whatever_the_rows_are(
    rows: list[tuple[date, int]], opening: int, off: int
) -> None:
    net = sum(amount for _, amount in rows)
    tie = october(rows, paper(SEPTEMBER, opening), paper(OCTOBER, opening + net + off))
    assert tie.opening.cents == opening
    assert tie.money_in - tie.money_out == net
    assert tie.closing == opening + net
    assert tie.difference == off
    assert tie.tie is (Tie.OFF if off else Tie.TIES)


@given(october_rows, st.lists(st.tuples(st.dates(SPAN.start, date(2026, 9, 30)), amounts)), amounts)
def test_rows_of_other_days_move_nothing_in_the_period(
    rows: list[tuple[date, int]], earlier: list[tuple[date, int]], opening: int
) -> None:
    papers = (paper(SEPTEMBER, opening), paper(OCTOBER, opening))
    assert october([*rows, *earlier], *papers).closing == october(rows, *papers).closing


@given(october_rows, amounts)
def test_a_card_that_writes_what_is_owed_ties_like_one_that_does_not(
    rows: list[tuple[date, int]], opening: int
) -> None:
    closing = opening + sum(amount for _, amount in rows)
    as_it_is = october(rows, paper(OCTOBER, closing, opening), account=CARD)
    opposite = october(rows, paper(OCTOBER, -closing, -opening), account=CARD)
    if closing != opening:
        assert (as_it_is.tie, opposite.tie) == (Tie.TIES, Tie.TIES)
        assert (as_it_is.sense.flipped, opposite.sense.flipped) == (False, True)
        assert as_it_is.closing == opposite.closing == closing


def test_which_sign_was_taken_is_said() -> None:
    rows = [(date(2026, 10, 5), -4217)]
    proved = october(rows, paper(OCTOBER, 5217, 1000), account=CARD)
    assert proved.sense.words().startswith("LedgerSync writes what is owed as a positive balance")
    guessed = october([], paper(OCTOBER, 5217), account=CARD)
    assert "no statement with all its rows has proved it yet" in guessed.sense.words()
    assert guessed.statement.closing == -5217  # type: ignore[union-attr]
    assert october(rows, paper(OCTOBER, 5217, 1000)).sense.words() == ""


def test_what_was_typed_in_is_never_turned_round() -> None:
    rows = [(date(2026, 10, 5), -4217)]
    september = paper(SEPTEMBER, 1000)
    typed = paper(OCTOBER, -5217, typed=True)
    tie = october(rows, paper(OCTOBER, 5217, 1000), september, typed, account=CARD)
    assert tie.tie is Tie.TIES
    assert tie.statement == typed


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (0, "Ties to the statement of 10/31/2026."),
        (-4217, "Off by $42.17: the statement has more money out."),
        (4217, "Off by $42.17: the statement has more money in."),
    ],
)
def test_the_difference_in_words(difference: int, words: str) -> None:
    tie = october([], paper(SEPTEMBER, 10_000), paper(OCTOBER, 10_000 + difference))
    assert tie.words() == words


def test_without_a_statement_of_the_last_day_there_is_no_tie() -> None:
    early = Period(OCTOBER.start, date(2026, 10, 30))
    for papers in ([], [paper(early, 100)], [paper(OCTOBER, None)]):
        tie = october([], paper(SEPTEMBER, 100), *papers)
        assert tie.tie is Tie.NO_STATEMENT
        assert tie.words() == "No statement for 10/31/2026 yet: type in its balance."


def test_an_opening_of_the_statement_itself_serves() -> None:
    tie = october([(date(2026, 10, 2), 50)], paper(OCTOBER, 150, 100))
    assert (tie.tie, tie.opening.source) == (Tie.TIES, Source.STATEMENT)


def test_an_earlier_statement_is_carried_forward_over_loaded_days_only() -> None:
    early = Period(date(2026, 9, 1), date(2026, 9, 20))
    rows = [(date(2026, 9, 25), 30), (date(2026, 10, 2), 50)]
    tie = october(rows, paper(early, 100), paper(OCTOBER, 180))
    assert (tie.tie, tie.opening.source, tie.opening.cents) == (Tie.TIES, Source.CARRIED, 130)
    alone = october(rows, paper(early, 100), paper(OCTOBER, 180), loaded=[OCTOBER])
    assert (alone.tie, alone.opening.cents) == (Tie.NO_OPENING, None)


def test_a_balance_that_is_counted_back_proves_nothing() -> None:
    account = replace(CHECKING, balance=500, balance_date=date(2026, 11, 10))
    rows = [(date(2026, 10, 2), 50), (date(2026, 11, 3), 20)]
    tie = october(rows, paper(OCTOBER, 480), account=account)
    assert (tie.opening.source, tie.opening.cents, tie.closing) == (Source.FEED, 430, 480)
    assert tie.tie is Tie.NO_OPENING
    assert "Type in the balance of 09/30/2026." in tie.words()


def test_contradictions_of_the_bank_are_said() -> None:
    tie = october([], paper(SEPTEMBER, 100), paper(OCTOBER, 100, 90))
    assert tie.notes == (
        "The statement of 09/30/2026 ends with $1.00, but the next one begins with $0.90.",
    )
    typed = october([], paper(SEPTEMBER, 100), paper(OCTOBER, 90), paper(OCTOBER, 100, typed=True))
    assert typed.notes == ("The typed-in balance of 10/31/2026 counts; LedgerSync has $0.90.",)
    assert typed.tie is Tie.TIES


def row(amount: int, day: int = 5, id_: str = "", **more: bool) -> TieRow:
    values = {"counts": True, "pending": False, "gone": False, **more}
    return TieRow(id_ or f"r{next(_numbers)}", date(2026, 10, day), "FACEBK ADS", amount, **values)


def found(
    tie: TieOut, rows: Sequence[TieRow], not_loaded: Sequence[Period] = ()
) -> Mapping[str, tuple[str, ...]]:
    return {clue.words: clue.ids for clue in clues(tie, rows, not_loaded)}


def off_by(cents: int) -> TieOut:
    return october([], paper(SEPTEMBER, 10_000), paper(OCTOBER, 10_000 + cents))


def test_clues_name_the_rows_that_would_explain_it() -> None:
    rows = [row(-4217, id_="x"), row(-100), row(300)]
    assert found(off_by(4217), rows) == {
        "Without 10/05/2026 FACEBK ADS, -$42.17 it would tie.": ("x",)
    }
    twins = [row(-4217, id_="x"), row(-4217, id_="y")]
    [(words, ids)] = found(off_by(4217), twins).items()
    assert "may be here twice" in words
    assert ids == ("x", "y")
    assert "half the difference" in next(iter(found(off_by(-8434), [row(4217)])))
    [(words, ids)] = found(off_by(600), [row(-200, id_="a"), row(-400, id_="b")]).items()
    assert set(ids) == {"a", "b"}
    assert next(iter(found(off_by(-500), [row(-500, counts=False, gone=True)]))).endswith(
        "does not count: LedgerSync no longer lists it."
    )
    days = Period(date(2026, 10, 29), date(2026, 10, 31))
    assert list(found(off_by(1), [], [days])) == [
        "10/29/2026 to 10/31/2026 is not loaded: load these days first."
    ]


def test_swapped_digits_of_a_typed_balance_are_noticed() -> None:
    tie = october([], paper(SEPTEMBER, 57_700), paper(OCTOBER, 75_700, typed=True))
    assert "Two digits of the typed-in $757.00 may be swapped" in next(iter(found(tie, [])))
    assert not swapped_digits(100, 100)
    assert not swapped_digits(1234, 4321)


spans = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)),
    st.dates(date(2026, 1, 1), date(2026, 3, 1)),
    st.integers(0, 40),
)


def each_day(parts: Sequence[Period]) -> list[date]:
    return [part.start + timedelta(days=n) for part in parts for n in range(part.days)]


@given(st.lists(spans, max_size=6), spans)
def test_spans_agree_with_counting_days(parts: list[Period], whole: Period) -> None:
    every = each_day(parts)
    assert each_day(merged(parts)) == sorted(set(every))
    assert each_day(missing(parts, whole)) == [d for d in each_day([whole]) if d not in every]
    assert each_day(overlaps(parts)) == sorted({d for d in every if every.count(d) > 1})
    between = each_day([Period(min(every), max(every))]) if every else []
    assert each_day(gaps(parts)) == [d for d in between if d not in every]


def test_the_timeline_says_gaps_and_overlaps() -> None:
    loaded = [Period(date(2026, 9, 1), date(2026, 10, 20))]
    papers = [
        paper(Period(date(2026, 9, 1), date(2026, 9, 29)), 1),
        paper(Period(date(2026, 10, 1), date(2026, 10, 15)), 1),
        paper(Period(date(2026, 10, 15), date(2026, 10, 31)), 1),
        paper(OCTOBER, 1, typed=True),
    ]
    shown = timeline(OCTOBER, loaded, papers[:3])
    assert shown.words() == (
        "Not loaded: 10/21/2026 to 10/31/2026 (11 days).",
        "On no statement: 09/30/2026.",
        "On two statements: 10/15/2026.",
    )
    assert timeline(OCTOBER, [OCTOBER], papers[3:]).words() == (
        "No gaps and no overlaps around these days.",
    )
    assert timeline(OCTOBER, [OCTOBER], []).words() == (
        "On no statement: 10/01/2026 to 10/31/2026 (31 days).",
    )
