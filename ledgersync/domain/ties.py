"""Ties: whether an account's rows lead from one bank balance to the next, to the cent.

opening + in - out = closing. That proves something only where the opening balance is a bank's own
figure of the day before: one that is worked back from a later balance fits whatever the rows are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ledgersync import money
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.periods import Period, covers
from ledgersync.domain.statements import DAY, Sense, Statement, read_with, sense_of

# How far back a statement may lie whose balance is carried forward to the period's first day.
REACH = timedelta(days=92)
# How far back statements may begin that tell which sign a debt's balances have.
RECENT = timedelta(days=35)


class Tie(StrEnum):
    """What the comparison with the bank says; the last two say that nothing is proved."""

    TIES = "ties"
    OFF = "off"
    NO_STATEMENT = "no_statement"
    NO_OPENING = "no_opening"

    @property
    def known(self) -> bool:
        return self in {Tie.TIES, Tie.OFF}


class Source(StrEnum):
    """Where an opening balance comes from."""

    STATEMENT = "statement"
    CARRIED = "carried"
    FEED = "feed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DaySum:
    """One day's money in and out of an account in cents, both positive."""

    money_in: int
    money_out: int


@dataclass(frozen=True, slots=True)
class Movements:
    """What moved on an account by day in a span, and the days that are loaded completely."""

    days: Mapping[date, DaySum]
    loaded: Sequence[Period]
    span: Period

    def within(self, period: Period) -> DaySum:
        every = (period.start + n * DAY for n in range(period.days))
        found = [self.days[day] for day in every if day in self.days]
        return DaySum(sum(m.money_in for m in found), sum(m.money_out for m in found))

    def net(self, start: date, end: date) -> int:
        """In less out from `start` to `end`, both included; 0 where the end lies before."""
        if end < start:
            return 0
        moved = self.within(Period(start, end))
        return moved.money_in - moved.money_out

    def has(self, start: date, end: date) -> bool:
        """Whether every one of these days is loaded and in the span; so where there are none."""
        if end < start:
            return True
        return start in self.span and end in self.span and covers(self.loaded, Period(start, end))


@dataclass(frozen=True, slots=True)
class Opening:
    """A balance at the end of the day before a period, and the day whose figure it rests on."""

    cents: int | None
    source: Source
    day: date | None = None

    def words(self) -> str:
        """Where the figure comes from, as a sentence."""
        day = f"{self.day:%m/%d/%Y}" if self.day else ""
        return {
            Source.STATEMENT: f"Opening: the statement's balance of {day}.",
            Source.CARRIED: f"Opening: the statement's balance of {day}, and the rows since.",
            Source.FEED: f"Opening: LedgerSync's balance of {day}, counted back by the rows since.",
            Source.UNKNOWN: "Opening: not known, there is no balance to start from.",
        }[self.source]


@dataclass(frozen=True, slots=True)
class TieOut:
    """An account's period compared with the bank; figures in cents, `money_out` positive.

    `difference` is what the statement's closing balance has more than the rows add up to.
    `statement` is the one that ends with the period, with its figures in this program's sign.
    """

    period: Period
    currency: str
    tie: Tie
    opening: Opening
    money_in: int
    money_out: int
    closing: int | None
    statement: Statement | None
    difference: int | None
    sense: Sense
    notes: tuple[str, ...]

    def words(self) -> str:
        """The outcome in one sentence, with what to do where nothing is proved."""
        end, eve = f"{self.period.end:%m/%d/%Y}", f"{self.period.start - DAY:%m/%d/%Y}"
        if self.tie is Tie.TIES:
            return f"Ties to the statement of {end}."
        if self.tie is Tie.OFF:
            off = money.dollars(abs(self.difference or 0), self.currency)
            direction = "in" if (self.difference or 0) > 0 else "out"
            return f"Off by {off}: the statement has more money {direction}."
        if self.tie is Tie.NO_STATEMENT:
            return f"No statement for {end} yet: type in its balance."
        known = "is only worked back" if self.opening.source is Source.FEED else "is not known"
        return f"Not proved: the opening balance {known}. Type in the balance of {eve}."


def tie_out(
    account: BankAccount, period: Period, statements: Sequence[Statement], movements: Movements
) -> TieOut:
    """Compare a period with the bank's statements.

    Args:
        statements: the account's; those that can't matter are left out of account here.
        movements: by day, from `first_day` on to the period's end or LedgerSync's balance.
    """
    near = [s for s in statements if _matters(s, period)]
    recent = [s for s in near if s.start >= period.start - RECENT]
    sense = sense_of(account.type, recent, lambda days: _moved(movements, days))
    known = read_with(sense, near)
    opening = _opening(account, period, known, movements, sense)
    moved = movements.within(period)
    closing = None if opening.cents is None else opening.cents + moved.money_in - moved.money_out
    statement = _ending(known, period.end)
    difference = None
    if statement and statement.closing is not None and closing is not None:
        difference = statement.closing - closing
    return TieOut(
        period=period,
        currency=account.currency,
        tie=_judged(statement, opening, difference),
        opening=opening,
        money_in=moved.money_in,
        money_out=moved.money_out,
        closing=closing,
        statement=statement,
        difference=difference,
        sense=sense,
        notes=_notes(account, period, known),
    )


def first_day(period: Period) -> date:
    """The first day whose movements can matter to a period's tie."""
    return period.start - REACH


def _matters(statement: Statement, period: Period) -> bool:
    eve = period.start - DAY
    return first_day(period) - DAY <= statement.end <= period.end or statement.start == eve + DAY


def _moved(movements: Movements, days: Period) -> int | None:
    """The sum of a statement's rows, where all its days are at hand."""
    if not movements.has(days.start, days.end):
        return None
    return movements.net(days.start, days.end)


def _ending(statements: Sequence[Statement], end: date) -> Statement | None:
    """The statement of that last day; what a person typed in goes before LedgerSync's."""
    found = [s for s in statements if s.end == end and s.closing is not None]
    return found[-1] if found else None


def _opening(
    account: BankAccount,
    period: Period,
    statements: Sequence[Statement],
    movements: Movements,
    sense: Sense,
) -> Opening:
    eve = period.start - DAY
    balances = {s.start - DAY: s.opening for s in statements if s.opening is not None}
    balances |= {s.end: s.closing for s in statements if s.closing is not None}
    before = [day for day in balances if eve - REACH <= day <= eve]
    if before:
        day = max(before)
        if movements.has(day + DAY, eve):
            source = Source.STATEMENT if day == eve else Source.CARRIED
            return Opening(balances[day] + movements.net(day + DAY, eve), source, day)
    return _from_feed(account, eve, movements, sense)


def _from_feed(account: BankAccount, eve: date, movements: Movements, sense: Sense) -> Opening:
    """LedgerSync's own balance, counted back to the eve of the period over loaded days."""
    day = account.balance_date
    if account.balance is None or day is None or day < eve or not movements.has(eve + DAY, day):
        return Opening(None, Source.UNKNOWN)
    balance = -account.balance if sense.flipped else account.balance
    return Opening(balance - movements.net(eve + DAY, day), Source.FEED, day)


def _judged(statement: Statement | None, opening: Opening, difference: int | None) -> Tie:
    if statement is None:
        return Tie.NO_STATEMENT
    if difference is None or opening.source is Source.FEED:
        return Tie.NO_OPENING
    return Tie.OFF if difference else Tie.TIES


def _notes(account: BankAccount, period: Period, known: Sequence[Statement]) -> tuple[str, ...]:
    """Where the bank's own figures contradict each other."""
    eve = period.start - DAY
    before = _ending(known, eve)
    here = _ending(known, period.end)
    notes = [_two_figures(account, known, day) for day in (eve, period.end)]
    if before and here and here.start == period.start and here.opening is not None:
        notes.append(_jump(account, before, here))
    return tuple(note for note in notes if note)


def _two_figures(account: BankAccount, known: Sequence[Statement], day: date) -> str:
    """Where a person typed in another balance than LedgerSync has."""
    figures = {s.typed: s.closing for s in known if s.end == day and s.closing is not None}
    if set(figures.values()) == {figures.get(True)} or True not in figures:
        return ""
    theirs = money.dollars(figures.get(False) or 0, account.currency)
    return f"The typed-in balance of {day:%m/%d/%Y} counts; LedgerSync has {theirs}."


def _jump(account: BankAccount, before: Statement, here: Statement) -> str:
    if before.closing == here.opening:
        return ""
    ended = money.dollars(before.closing or 0, account.currency)
    begins = money.dollars(here.opening or 0, account.currency)
    return (
        f"The statement of {before.end:%m/%d/%Y} ends with {ended}, "
        f"but the next one begins with {begins}."
    )
