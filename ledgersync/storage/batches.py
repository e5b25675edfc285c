"""Batches of decisions, kept so that they can be undone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledgersync.domain.batches import Batch, BatchItem, BatchKind
from ledgersync.domain.decisions import Decision, Standing
from ledgersync.storage.matching_tables import BATCH_ITEMS, BATCHES


def add_batch(tx: Connection, batch: Batch, items: Iterable[BatchItem]) -> None:
    values = {name: getattr(batch, name) for name in Batch.__dataclass_fields__}
    tx.execute(insert(BATCHES), [{**values, "kind": batch.kind.value}])
    tx.execute(insert(BATCH_ITEMS), [_item_values(batch.id, item) for item in items])


def _item_values(batch_id: str, item: BatchItem) -> dict[str, object]:
    return {
        "batch_id": batch_id,
        "transaction_id": item.before.transaction_id,
        "version": item.version,
        "vendor_id": item.before.vendor_id,
        "gl_code": item.before.gl_code,
        "standing": item.before.standing.value,
        "cleared": item.before.cleared,
    }


def find_batch(tx: Connection, batch_id: str) -> Batch | None:
    row = tx.execute(select(BATCHES).where(BATCHES.c.id == batch_id)).one_or_none()
    return _batch(row) if row else None


def list_batches(tx: Connection, account_id: str, most: int) -> list[Batch]:
    """An account's batches, the newest first."""
    query = select(BATCHES).where(BATCHES.c.account_id == account_id)
    newest = query.order_by(BATCHES.c.at.desc(), BATCHES.c.id.desc()).limit(most)
    return [_batch(row) for row in tx.execute(newest)]


def batch_items(tx: Connection, batch_id: str) -> list[BatchItem]:
    rows = tx.execute(select(BATCH_ITEMS).where(BATCH_ITEMS.c.batch_id == batch_id))
    return [_item(row) for row in rows]


def mark_undone(tx: Connection, batch_id: str, when: datetime, who: str) -> None:
    values = {"undone_at": when, "undone_by": who}
    tx.execute(update(BATCHES).where(BATCHES.c.id == batch_id).values(**values))


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        kind=BatchKind(row.kind),
        client_id=row.client_id,
        account_id=row.account_id,
        at=row.at,
        user_id=row.user_id,
        user_name=row.user_name,
        rows=row.rows,
        words=row.words,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )


def _item(row: Row[Any]) -> BatchItem:
    before = Decision(
        transaction_id=row.transaction_id,
        vendor_id=row.vendor_id,
        gl_code=row.gl_code,
        standing=Standing(row.standing),
        version=row.version - 1,
        decided_by="",
        decided_at=None,
        cleared=row.cleared,
    )
    return BatchItem(row.version, before)
