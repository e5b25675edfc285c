"""Export batches: the bytes that left and the rows that were in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from ledgersync.storage.tables import (
    BANK_ACCOUNTS,
    CLIENTS,
    DECISIONS,
    EXPORT_ITEMS,
    EXPORTS,
)
from ledgersync.storage.turns import Turn, take_turn


@dataclass(frozen=True, slots=True)
class ExportBatch:
    """What is known of a batch without its bytes; `total` in cents, money out negative."""

    id: str
    number: int
    account_id: str
    client_id: str
    client_name: str
    layout: str
    start: date
    end: date
    created_at: datetime
    created_by: str
    file_name: str
    media_type: str
    sha256: str
    rows: int
    total: int
    guarded_cells: int
    again: bool
    findings: str
    override_reason: str


@dataclass(frozen=True, slots=True)
class ExportItem:
    transaction_id: str
    version: int


def next_number(tx: Connection) -> int:
    """The number of the next batch, counted over the whole firm; others wait for theirs."""
    take_turn(tx, Turn.EXPORT_NUMBER)
    return last_number(tx) + 1


def last_number(tx: Connection) -> int:
    """The number of the newest batch, 0 before the first."""
    return tx.execute(select(func.max(EXPORTS.c.number))).scalar_one() or 0


def add_batch(tx: Connection, values: Mapping[str, object], items: Sequence[ExportItem]) -> None:
    """Keep a batch with its bytes and items, and mark each item's decision as exported."""
    tx.execute(insert(EXPORTS), [dict(values)])
    export_id = values["id"]
    tx.execute(
        insert(EXPORT_ITEMS),
        [
            {"export_id": export_id, "transaction_id": i.transaction_id, "version": i.version}
            for i in items
        ],
    )
    tx.execute(
        update(DECISIONS)
        .where(DECISIONS.c.transaction_id == bindparam("item"))
        .values(export_id=export_id, exported_version=bindparam("as_version"), unlocked=False),
        [{"item": i.transaction_id, "as_version": i.version} for i in items],
    )


def list_batches(tx: Connection) -> list[ExportBatch]:
    """All batches, the newest first."""
    return [_batch(row) for row in tx.execute(_batches().order_by(EXPORTS.c.number.desc()))]


def find_batch(tx: Connection, export_id: str) -> ExportBatch | None:
    row = tx.execute(_batches().where(EXPORTS.c.id == export_id)).one_or_none()
    return _batch(row) if row else None


def batch_bytes(tx: Connection, export_id: str) -> bytes:
    return bytes(tx.execute(select(EXPORTS.c.data).where(EXPORTS.c.id == export_id)).scalar_one())


def changed_items(tx: Connection) -> dict[str, int]:
    """How many rows of each batch were changed after they left, by batch id."""
    query = (
        select(DECISIONS.c.export_id, func.count())
        .where(DECISIONS.c.export_id.is_not(None))
        .where(DECISIONS.c.exported_version != DECISIONS.c.version)
        .group_by(DECISIONS.c.export_id)
    )
    return dict(tx.execute(query).all())


def _batches() -> Select[tuple[object, ...]]:
    columns = [column for column in EXPORTS.c if column.name not in {"data", "guard"}]
    return (
        select(*columns, BANK_ACCOUNTS.c.client_id, CLIENTS.c.name.label("client_name"))
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == EXPORTS.c.account_id)
        .join(CLIENTS, CLIENTS.c.id == BANK_ACCOUNTS.c.client_id)
    )


def _batch(row: Row[tuple[object, ...]]) -> ExportBatch:
    return ExportBatch(**{name: getattr(row, name) for name in ExportBatch.__dataclass_fields__})
