"""What moved on bank accounts: sums by day and counts, over whole periods whatever a page shows.

A row counts that the bank has posted: one that is pending, or that LedgerSync no longer lists,
does not. Excluded rows count too, because they moved money at the bank; only those that a person
took out as duplicates don't, because that money moved once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    not_,
    or_,
    select,
    union_all,
)

from ledgersync.domain.decisions import Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.tie_clues import TieRow
from ledgersync.domain.ties import DaySum
from ledgersync.storage.columns import among
from ledgersync.storage.duplicates import duplicates
from ledgersync.storage.load_changes import day_before
from ledgersync.storage.tables import ACCOUNT_LOADS, DECISIONS, TRANSACTIONS
from ledgersync.storage.transfer_legs import lost_leg
from ledgersync.storage.workspace_tables import LOAD_CHANGES

_T, _D = TRANSACTIONS.c, DECISIONS.c
_EXCLUDED = func.coalesce(_D.standing == Standing.EXCLUDED.value, False)
_GONE = _T.removed_at.is_not(None)


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """One account's rows of a period.

    `rows` are those that count at the bank, `excluded` are the excluded ones among them, and
    `duplicates` the ones that don't count because a person took them out as such.
    """

    rows: int
    to_review: int
    problems: int
    pending: int
    excluded: int
    duplicates: int


def day_sums(
    tx: Connection, account_ids: Sequence[str], period: Period
) -> dict[str, dict[date, DaySum]]:
    """Money in and out of accounts by day, for the days that have any."""
    query = (
        select(
            _T.account_id,
            _T.date,
            func.sum(case((_T.amount > 0, _T.amount), else_=0)),
            func.sum(case((_T.amount < 0, -_T.amount), else_=0)),
        )
        .where(among(_T.account_id, account_ids))
        .where(_T.date.between(period.start, period.end))
        .where(_T.removed_at.is_(None), _T.pending.is_(False))
        .group_by(_T.account_id, _T.date)
    )
    found: dict[str, dict[date, DaySum]] = {}
    for account_id, day, money_in, money_out in tx.execute(query):
        found.setdefault(account_id, {})[day] = DaySum(int(money_in), int(money_out))
    for row in duplicates(tx, account_ids, period):
        days = found[row.account_id]
        days[row.date] = _without(days[row.date], row.amount)
    return found


def _without(moved: DaySum, amount: int) -> DaySum:
    return DaySum(moved.money_in - max(amount, 0), moved.money_out - max(-amount, 0))


def period_counts(tx: Connection, account_id: str, period: Period) -> PeriodCounts:
    """Where an account's rows of a period stand."""
    posted = and_(not_(_GONE), not_(_T.pending))
    torn = lost_leg()
    aside = and_(_EXCLUDED, not_(torn))
    problem = or_(torn, and_(not_(_EXCLUDED), or_(_GONE, _T.source_note != "")))
    left = and_(_D.export_id.is_not(None), _D.unlocked.is_(False))
    done = func.coalesce(or_(left, _D.standing == Standing.REVIEWED.value), False)
    query = (
        select(
            _number(posted),
            _number(and_(not_(done), not_(aside), not_(problem))),
            _number(problem),
            _number(and_(_T.pending, not_(_GONE), not_(aside))),
            _number(and_(aside, posted)),
        )
        .select_from(TRANSACTIONS.outerjoin(DECISIONS, _D.transaction_id == _T.id))
        .where(_T.account_id == account_id, _T.date.between(period.start, period.end))
    )
    rows, to_review, problems, pending, excluded = (int(n or 0) for n in tx.execute(query).one())
    twice = len(duplicates(tx, [account_id], period))
    return PeriodCounts(rows - twice, to_review, problems, pending, excluded - twice, twice)


def tie_rows(tx: Connection, account_id: str, period: Period) -> list[TieRow]:
    """An account's rows of a period, those that don't count among them."""
    query = (
        select(_T.id, _T.date, _T.description, _T.amount, _T.pending, _GONE)
        .where(_T.account_id == account_id, _T.date.between(period.start, period.end))
        .order_by(_T.date, _T.id)
    )
    twice = {row.id for row in duplicates(tx, [account_id], period)}
    return [
        TieRow(id_, day, text, amount, not (pending or gone or id_ in twice), pending, bool(gone))
        for id_, day, text, amount, pending, gone in tx.execute(query)
    ]


def moved_since(tx: Connection, account_id: str, period: Period, moment: datetime) -> int:
    """How many rows of a period came, left, changed or vanished with loads after a moment."""
    loads, changes = ACCOUNT_LOADS.c, LOAD_CHANGES.c
    later = select(loads.run_id).where(loads.account_id == account_id, loads.at > moment)
    here = (_T.account_id == account_id, _T.date.between(period.start, period.end))
    moved = union_all(
        select(_T.id).where(*here, _T.load_id.in_(later)),
        select(_T.id).where(*here, _T.removed_at > moment),
        select(_T.id)
        .join(LOAD_CHANGES, changes.transaction_id == _T.id)
        .where(*here, changes.run_id.in_(later)),
    ).subquery()
    here_now = tx.execute(select(func.count(moved.c.id.distinct()))).scalar_one()
    return here_now + _left_since(tx, account_id, period, later)


def _left_since(tx: Connection, account_id: str, period: Period, later: Select[str]) -> int:
    """Rows that these loads gave a day outside of a period in which they were before."""
    changes = LOAD_CHANGES.c
    query = (
        select(changes.transaction_id, changes.before)
        .join(TRANSACTIONS, _T.id == changes.transaction_id)
        .where(_T.account_id == account_id, changes.run_id.in_(later))
        .where(not_(_T.date.between(period.start, period.end)))
    )
    return len({id_ for id_, before in tx.execute(query) if day_before(before) in period})


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
