"""Rows that people took out as duplicates: excluded by a click of that kind that still stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Standing
from ledgersync.domain.periods import Period
from ledgersync.storage.columns import among, in_parts
from ledgersync.storage.matching_tables import BATCH_ITEMS, BATCHES
from ledgersync.storage.tables import DECISIONS, TRANSACTIONS

_EXCLUDED = Standing.EXCLUDED.value


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A posted row that is at the bank only once; `version` is the one that took it out here."""

    id: str
    account_id: str
    date: date
    amount: int
    version: int


def duplicates(tx: Connection, account_ids: Sequence[str], period: Period) -> list[Duplicate]:
    """The accounts' posted rows of a period that were taken out as duplicates.

    One that was put back later and then excluded for another reason is none any more.
    """
    found = [row for some in in_parts(_clicks(tx)) for row in _rows(tx, some, account_ids, period)]
    anew = _excluded_anew(tx, {row.id: row.version for row in found})
    return [row for row in found if row.id not in anew]


def _clicks(tx: Connection) -> list[str]:
    """First the clicks: there are few, and their rows are found by them."""
    clicks = BATCHES.c
    query = select(clicks.id).where(clicks.kind == BatchKind.DUPLICATE.value)
    return list(tx.execute(query.where(clicks.undone_at.is_(None))).scalars())


def _rows(
    tx: Connection, clicks: Sequence[str], account_ids: Sequence[str], period: Period
) -> Iterable[Duplicate]:
    t, items = TRANSACTIONS.c, BATCH_ITEMS.c
    query = (
        select(t.id, t.account_id, t.date, t.amount, items.version)
        .join(BATCH_ITEMS, items.transaction_id == t.id)
        .join(DECISIONS, DECISIONS.c.transaction_id == t.id)
        .where(items.batch_id.in_(clicks), DECISIONS.c.standing == _EXCLUDED)
        .where(among(t.account_id, account_ids), t.date.between(period.start, period.end))
        .where(t.removed_at.is_(None), t.pending.is_(False))
    )
    return [Duplicate(*row) for row in tx.execute(query)]


def _excluded_anew(tx: Connection, versions: dict[str, int]) -> set[str]:
    """Which of these a later click excluded that still stands, by id and version."""
    items, clicks = BATCH_ITEMS.c, BATCHES.c
    anew: set[str] = set()
    for some in in_parts(versions):
        query = (
            select(items.transaction_id, items.version)
            .join(BATCHES, clicks.id == items.batch_id)
            .where(items.transaction_id.in_(some), items.standing != _EXCLUDED)
            .where(clicks.undone_at.is_(None), clicks.kind != BatchKind.UNDO.value)
        )
        anew |= {id_ for id_, version in tx.execute(query) if version > versions[id_]}
    return anew
