"""Ties: everything that Review says of an account's period beside the bank's statements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.closings import Closing
from ledgersync.domain.periods import Period, covers
from ledgersync.domain.spans import missing
from ledgersync.domain.statements import DAY, Statement, read_with
from ledgersync.domain.tie_clues import Clue, clues
from ledgersync.domain.ties import Movements, Tie, TieOut, first_day, tie_out
from ledgersync.domain.timelines import AROUND
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import balances, closings, loads, statements
from ledgersync.storage.balances import PeriodCounts
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class AccountTie:
    """Everything that Review's strip says of one account and period.

    `loaded`, `statements` and `closings` reach a little beyond the period; statements have their
    figures in this program's sign, and closings that were reopened are among them. `not_loaded`
    are days of the period. `moved_since` counts rows that a load brought, changed or took away
    after the period was closed; `blockers` say what keeps it from being closed, in words.
    """

    account: BankAccount
    tie: TieOut
    counts: PeriodCounts
    loaded: tuple[Period, ...]
    statements: tuple[Statement, ...]
    closings: tuple[Closing, ...]
    not_loaded: tuple[Period, ...]
    moved_since: int
    blockers: tuple[str, ...]

    @property
    def closed(self) -> Closing | None:
        """The newest of the closings that together hold the whole period, if they do."""
        found = self.closings_here
        return found[-1] if covers([c.period for c in found], self.tie.period) else None

    @property
    def closings_here(self) -> tuple[Closing, ...]:
        """The closings that hold days of the period, the newest last."""
        start, end = self.tie.period.start, self.tie.period.end
        here = (c for c in self.closings if c.period.start <= end and c.period.end >= start)
        return tuple(c for c in here if c.closed)


def account_tie(actor: Actor, workspace: Workspace, account_id: str, period: Period) -> AccountTie:
    """Compare an account's whole period with the bank, independent of what a page filters.

    Raises:
        NotFound: when there is no such account in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        return read_tie(tx, access.account_in_scope(tx, account_id), period)


def tie_clues(
    actor: Actor, workspace: Workspace, account_id: str, period: Period
) -> tuple[Clue, ...]:
    """What may explain a difference: rows that equal it, doubled ones, days that are missing.

    Raises:
        NotFound: when there is no such account in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        found = read_tie(tx, access.account_in_scope(tx, account_id), period)
        if found.tie.tie is not Tie.OFF:
            return ()
        return clues(found.tie, balances.tie_rows(tx, account_id, period), found.not_loaded)


def compared(tx: Tx, account: BankAccount, period: Period) -> TieOut:
    """The comparison with the bank alone, without what else the strip says."""
    return _read(tx, account, period).tie


def read_tie(tx: Tx, account: BankAccount, period: Period) -> AccountTie:
    """`account_tie` inside a transaction."""
    read = _read(tx, account, period)
    tie, days = read.tie, read.loaded
    known = closings.list_closings(tx, [account.id], _around(period), reopened=True)
    counts = balances.period_counts(tx, account.id, period)
    not_loaded = missing(days, period)
    found = AccountTie(
        account=account,
        tie=tie,
        counts=counts,
        loaded=tuple(days),
        statements=read_with(tie.sense, read.statements),
        closings=tuple(known.get(account.id, [])),
        not_loaded=tuple(not_loaded),
        moved_since=0,
        blockers=_blockers(tie, counts, not_loaded),
    )
    if found.closed is None:
        return found
    moved = [
        balances.moved_since(tx, account.id, closing.period, closing.closed_at)
        for closing in found.closings_here
    ]
    return replace(found, moved_since=sum(moved))


@dataclass(frozen=True, slots=True)
class _Compared:
    """The comparison, with the loaded days and the statements it was made of."""

    tie: TieOut
    loaded: Sequence[Period]
    statements: Sequence[Statement]


def _read(tx: Tx, account: BankAccount, period: Period) -> _Compared:
    until = max(period.end, account.balance_date or period.end)
    span = Period(first_day(period), until)
    around = _around(period)
    loaded = loads.complete_loads(tx, Period(span.start, max(until, around.end)), account.id)
    days = loaded.get(account.id, [])
    movements = Movements(balances.day_sums(tx, [account.id], span).get(account.id, {}), days, span)
    papers = statements.list_statements(tx, [account.id], span.start - DAY, around.end)
    known = papers.get(account.id, [])
    return _Compared(tie_out(account, period, known, movements), days, known)


def _around(period: Period) -> Period:
    return Period(period.start - AROUND, period.end + AROUND)


def _blockers(tie: TieOut, counts: PeriodCounts, not_loaded: Sequence[Period]) -> tuple[str, ...]:
    """What is missing before the period can be closed, each with its count."""
    found = [] if tie.tie is Tie.TIES else [tie.words()]
    said = (
        (counts.to_review, "row is still to review", "rows are still to review"),
        (counts.problems, "row has a problem", "rows have problems"),
        (counts.pending, "row is still pending", "rows are still pending"),
        (sum(p.days for p in not_loaded), "day is not loaded", "days are not loaded"),
    )
    found += [f"{n:,} {one if n == 1 else many}." for n, one, many in said if n]
    return tuple(found)
