"""Counting transactions by where they stand, without reading them one by one."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from ledgersync.domain.decisions import Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.splits import NO_SPLIT
from ledgersync.domain.transactions import Method
from ledgersync.storage.matching_tables import SUGGESTIONS
from ledgersync.storage.scopes import accounts_seen
from ledgersync.storage.tables import DECISIONS, TRANSACTIONS
from ledgersync.storage.transfer_legs import lost_leg


@dataclass(frozen=True, slots=True)
class StandingCount:
    """One account's transactions of a period; excluded ones are in none of the numbers.

    `matched` are those that have a vendor or a GL code, decided or suggested.
    """

    transactions: int
    matched: int
    to_review: int
    reviewed: int
    exported: int
    problems: int


def standings(tx: Connection, period: Period) -> dict[str, StandingCount]:
    """The counts of every account that has transactions in the period, by account id."""
    t, d = TRANSACTIONS.c, DECISIONS.c
    standing = row_standing()
    matched = case((row_method() != Method.NONE.value, 1), else_=0)
    query = (
        select(t.account_id, standing, func.count(), func.sum(matched))
        .outerjoin(DECISIONS, d.transaction_id == t.id)
        .outerjoin(SUGGESTIONS, SUGGESTIONS.c.transaction_id == t.id)
        .where(t.date.between(period.start, period.end), counts_at_all())
        .where(*accounts_seen(tx, t.account_id))
        .group_by(t.account_id, standing)
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for account_id, name, count, with_codes in tx.execute(query):
        found[account_id] += Counter({name: count, "matched": with_codes})
    return {account_id: _count(numbers) for account_id, numbers in found.items()}


def row_standing() -> ColumnElement[str]:
    """Where a row stands, named like the fields of `StandingCount`, where decisions are joined.

    A row stands where Review shows it: a problem goes before exported, exported before reviewed,
    and one side of a transfer whose other side went its own way is a problem.
    """
    t, d = TRANSACTIONS.c, DECISIONS.c
    return case(
        (or_(t.removed_at.is_not(None), t.source_note != "", lost_leg()), "problems"),
        (and_(d.export_id.is_not(None), d.unlocked.is_(False)), "exported"),
        (d.standing == Standing.REVIEWED.value, "reviewed"),
        else_="to_review",
    )


def counts_at_all() -> ColumnElement[bool]:
    """Rows that stand anywhere: not excluded ones, but for one side of a transfer that is torn."""
    return or_(not_excluded(), lost_leg())


def not_excluded() -> ColumnElement[bool]:
    """Rows that nobody has excluded, where decisions are joined."""
    standing = DECISIONS.c.standing
    return or_(standing.is_(None), standing != Standing.EXCLUDED.value)


def row_method() -> ColumnElement[str]:
    """How a row came to its codes, as Review shows it, where decisions and suggestions are joined.

    A decision that agrees with the suggestion keeps its method; another was made by hand.
    """
    d, s = DECISIONS.c, SUGGESTIONS.c
    decided = or_(d.vendor_id.is_not(None), d.gl_code != "", d.split != NO_SPLIT)
    same = and_(
        func.coalesce(d.vendor_id, "") == func.coalesce(s.vendor_id, ""),
        d.gl_code == s.gl_code,
        d.split == s.split,
    )
    proposed = or_(s.vendor_id.is_not(None), s.gl_code != "", s.split != NO_SPLIT)
    return case(
        (and_(decided, same), s.method),
        (decided, Method.MANUAL.value),
        (d.cleared.is_(True), Method.NONE.value),
        (proposed, s.method),
        else_=Method.NONE.value,
    )


def any_reviewed(tx: Connection) -> bool:
    """Whether any transaction was marked as reviewed and still is."""
    query = select(DECISIONS.c.standing).where(DECISIONS.c.standing == Standing.REVIEWED.value)
    if seen := accounts_seen(tx, TRANSACTIONS.c.account_id):
        query = query.join(TRANSACTIONS, TRANSACTIONS.c.id == DECISIONS.c.transaction_id)
        query = query.where(*seen)
    return tx.execute(query.limit(1)).first() is not None


def _count(numbers: Mapping[str, int]) -> StandingCount:
    matched = numbers.get("matched", 0)
    return StandingCount(
        transactions=sum(numbers.values()) - matched,
        matched=matched,
        to_review=numbers.get("to_review", 0),
        reviewed=numbers.get("reviewed", 0),
        exported=numbers.get("exported", 0),
        problems=numbers.get("problems", 0),
    )
