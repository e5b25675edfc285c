"""Figures for charts, summed in the database: methods by month, reviews by day, GL codes."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, Connection, case, extract, func, or_, select

from ledgersync.domain.periods import Period
from ledgersync.domain.splits import NO_SPLIT, read_split
from ledgersync.domain.transactions import Method
from ledgersync.storage.counts import counts_at_all, not_excluded, row_method, row_standing
from ledgersync.storage.matching_tables import SUGGESTIONS
from ledgersync.storage.scopes import accounts_seen
from ledgersync.storage.tables import BANK_ACCOUNTS, CLIENTS, DECISIONS, TRANSACTIONS


@dataclass(frozen=True, slots=True)
class MethodCount:
    """How many rows of a month came to their codes in one way; `month` is its first day."""

    month: date
    method: Method
    rows: int


def method_counts(tx: Connection, period: Period) -> list[MethodCount]:
    """Rows by month and method, as far as they may be seen; without excluded and vanished ones."""
    t = TRANSACTIONS.c
    year, month = extract("year", t.date), extract("month", t.date)
    method = row_method()
    query = (
        select(year, month, method, func.count())
        .outerjoin(DECISIONS, DECISIONS.c.transaction_id == t.id)
        .outerjoin(SUGGESTIONS, SUGGESTIONS.c.transaction_id == t.id)
        .where(t.date.between(period.start, period.end), t.removed_at.is_(None), not_excluded())
        .where(_is_listed(t.account_id), *accounts_seen(tx, t.account_id))
        .group_by(year, month, method)
    )
    return [
        MethodCount(date(int(y), int(m), 1), Method(name), rows)
        for y, m, name, rows in tx.execute(query)
    ]


def _is_listed(account_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether LedgerSync still lists the account and its client, as those on Overview's board."""
    listed = (
        select(BANK_ACCOUNTS.c.id)
        .join(CLIENTS, CLIENTS.c.id == BANK_ACCOUNTS.c.client_id)
        .where(BANK_ACCOUNTS.c.removed_at.is_(None), CLIENTS.c.removed_at.is_(None))
    )
    return account_id.in_(listed)


def reviews_by_hour(tx: Connection, period: Period) -> tuple[int, dict[datetime, int]]:
    """All rows of a period, and how many of them were decided last in each hour, in UTC.

    Those are the reviewed and the exported ones: the same rows that Overview's board counts.
    """
    t, d = TRANSACTIONS.c, DECISIONS.c
    counted = (
        t.date.between(period.start, period.end),
        counts_at_all(),
        _is_listed(t.account_id),
        *accounts_seen(tx, t.account_id),
    )
    rows = select(func.count()).select_from(TRANSACTIONS)
    total = rows.outerjoin(DECISIONS, d.transaction_id == t.id).where(*counted)
    hours = [extract(part, d.decided_at) for part in ("year", "month", "day", "hour")]
    query = (
        select(*hours, func.count())
        .join(TRANSACTIONS, t.id == d.transaction_id)
        .where(*counted, row_standing().in_(["reviewed", "exported"]))
        .group_by(*hours)
    )
    found = {
        datetime(int(row[0]), int(row[1]), int(row[2]), int(row[3]), tzinfo=UTC): int(row[4])
        for row in tx.execute(query)
    }
    return tx.execute(total).scalar_one(), found


def coded_sums(tx: Connection, client_id: str, period: Period, currency: str) -> dict[str, int]:
    """A client's money in one currency, in cents, by the GL code that Review shows.

    Rows without a code are left out. Suggested codes count too: a month that nobody has reviewed
    yet has a picture already.
    """
    t, d, s = TRANSACTIONS.c, DECISIONS.c, SUGGESTIONS.c
    coded = or_(d.vendor_id.is_not(None), d.gl_code != "", d.split != NO_SPLIT)
    decided = or_(coded, d.cleared.is_(True))
    gl_code = case((decided, d.gl_code), else_=func.coalesce(s.gl_code, ""))
    split = case((decided, d.split), else_=func.coalesce(s.split, NO_SPLIT))
    query = (
        select(gl_code, split, func.count(), func.sum(t.amount))
        .select_from(TRANSACTIONS)
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == t.account_id)
        .outerjoin(DECISIONS, d.transaction_id == t.id)
        .outerjoin(SUGGESTIONS, s.transaction_id == t.id)
        .where(BANK_ACCOUNTS.c.client_id == client_id, BANK_ACCOUNTS.c.currency == currency)
        .where(t.removed_at.is_(None), not_excluded())
        .where(t.date.between(period.start, period.end))
        .group_by(gl_code, split)
    )
    sums: Counter[str] = Counter()
    for code, text, rows, cents in tx.execute(query):
        if code:
            sums[code] += int(cents)
        for line in read_split(text):
            sums[line.gl_code] += line.amount * rows
    return dict(sums)
