"""Closed periods, and the record of those that were reopened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledgersync.domain.closings import Closing
from ledgersync.domain.periods import Period
from ledgersync.storage.columns import among, in_parts
from ledgersync.storage.scopes import accounts_seen
from ledgersync.storage.tables import TRANSACTIONS
from ledgersync.storage.workspace_tables import CLOSINGS

_C = CLOSINGS.c


def list_closings(
    tx: Connection, account_ids: Sequence[str], period: Period, *, reopened: bool = False
) -> dict[str, list[Closing]]:
    """The closed periods of accounts that touch these days, the newest last, by account id.

    Args:
        reopened: also those that were reopened since.
    """
    query = select(CLOSINGS).where(among(_C.account_id, account_ids))
    query = query.where(_C.start <= period.end, _C.end >= period.start)
    if not reopened:
        query = query.where(_C.reopened_at.is_(None))
    found: dict[str, list[Closing]] = {}
    for row in tx.execute(query.order_by(_C.closed_at, _C.id)):
        found.setdefault(row.account_id, []).append(_closing(row))
    return found


def closing_over(tx: Connection, transaction_ids: Iterable[str]) -> Closing | None:
    """A closed period that one of these transactions is in; None where all are open."""
    t = TRANSACTIONS.c
    for some in in_parts(transaction_ids):
        query = (
            select(CLOSINGS)
            .join(TRANSACTIONS, t.account_id == _C.account_id)
            .where(t.id.in_(some), t.date >= _C.start, t.date <= _C.end)
            .where(_C.reopened_at.is_(None))
        )
        if row := tx.execute(query.limit(1)).first():
            return _closing(row)
    return None


def closed_by(tx: Connection, transaction_ids: Iterable[str]) -> dict[str, str]:
    """Who closed the periods that these transactions are in, by id of those in a closed one."""
    t = TRANSACTIONS.c
    query = (
        select(t.id, _C.closed_by)
        .join(CLOSINGS, t.account_id == _C.account_id)
        .where(t.date >= _C.start, t.date <= _C.end, _C.reopened_at.is_(None))
    )
    return {
        id_: who
        for some in in_parts(transaction_ids)
        for id_, who in tx.execute(query.where(t.id.in_(some)))
    }


def find_closing(tx: Connection, closing_id: str) -> Closing | None:
    query = select(CLOSINGS).where(_C.id == closing_id, *accounts_seen(tx, _C.account_id))
    row = tx.execute(query).one_or_none()
    return _closing(row) if row else None


def add_closing(tx: Connection, closing: Closing) -> None:
    values = {
        "id": closing.id,
        "account_id": closing.account_id,
        "start": closing.period.start,
        "end": closing.period.end,
        "closing": closing.closing,
        "rows": closing.rows,
        "closed_at": closing.closed_at,
        "closed_by": closing.closed_by,
        "reopened_by": "",
        "reopen_reason": "",
    }
    tx.execute(insert(CLOSINGS), [values])


def reopen(tx: Connection, closing_id: str, when: datetime, who: str, reason: str) -> None:
    """Note that a closed period is open again; what was closed stays on record."""
    values = {"reopened_at": when, "reopened_by": who, "reopen_reason": reason}
    tx.execute(update(CLOSINGS).where(_C.id == closing_id).values(**values))


def _closing(row: Row[Any]) -> Closing:
    return Closing(
        id=row.id,
        account_id=row.account_id,
        period=Period(row.start, row.end),
        closing=row.closing,
        rows=row.rows,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        reopened_at=row.reopened_at,
        reopened_by=row.reopened_by,
        reopen_reason=row.reopen_reason,
    )
