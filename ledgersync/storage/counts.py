"""Counting transactions by where they stand, without reading them one by one."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, func, or_, select

from ledgersync.domain.decisions import Standing
from ledgersync.domain.periods import Period
from ledgersync.storage.tables import DECISIONS, TRANSACTIONS


@dataclass(frozen=True, slots=True)
class StandingCount:
    """One account's transactions of a period; excluded ones are in none of the numbers."""

    transactions: int
    to_review: int
    reviewed: int
    exported: int
    problems: int


def standings(tx: Connection, period: Period) -> dict[str, StandingCount]:
    """The counts of every account that has transactions in the period, by account id.

    A row stands where Review shows it: a problem goes before exported, exported before reviewed.
    """
    t, d = TRANSACTIONS.c, DECISIONS.c
    problem = or_(t.removed_at.is_not(None), t.source_note != "")
    exported = and_(d.export_id.is_not(None), d.unlocked.is_(False))
    standing = case(
        (problem, "problems"),
        (exported, "exported"),
        (d.standing == Standing.REVIEWED.value, "reviewed"),
        else_="to_review",
    )
    query = (
        select(t.account_id, standing.label("standing"), func.count().label("count"))
        .outerjoin(DECISIONS, d.transaction_id == t.id)
        .where(t.date.between(period.start, period.end))
        .where(or_(d.standing.is_(None), d.standing != Standing.EXCLUDED.value))
        .group_by(t.account_id, standing)
    )
    found: dict[str, dict[str, int]] = {}
    for account_id, name, count in tx.execute(query):
        found.setdefault(account_id, {})[name] = count
    return {account_id: _count(numbers) for account_id, numbers in found.items()}


def any_reviewed(tx: Connection) -> bool:
    """Whether any transaction was marked as reviewed and still is."""
    query = select(DECISIONS.c.standing).where(DECISIONS.c.standing == Standing.REVIEWED.value)
    return tx.execute(query.limit(1)).first() is not None


def _count(numbers: dict[str, int]) -> StandingCount:
    return StandingCount(
        transactions=sum(numbers.values()),
        to_review=numbers.get("to_review", 0),
        reviewed=numbers.get("reviewed", 0),
        exported=numbers.get("exported", 0),
        problems=numbers.get("problems", 0),
    )
