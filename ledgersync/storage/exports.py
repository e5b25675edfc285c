"""Export batches: the bytes that left and the rows that were in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from ledgersync.domain.exported_rows import NOT_RECORDED, Left, read_left
from ledgersync.storage.bulk import insert_as_given
from ledgersync.storage.columns import in_parts
from ledgersync.storage.scopes import accounts_seen
from ledgersync.storage.tables import (
    BANK_ACCOUNTS,
    CLIENTS,
    DECISIONS,
    EXPORT_ITEMS,
    EXPORTS,
    TRANSACTIONS,
)
from ledgersync.storage.turns import Turn, take_turn


@dataclass(frozen=True, slots=True)
class ExportBatch:
    """What is known of a batch without its bytes; `total` in cents, money out negative.

    `audit_seq` and `audit_chain` are the newest audit entry at the time, "" where there was none.
    `taken_back_by` and the fields beside it are empty while the export stands; `taken_back_with` is
    the batch that undoes it.
    """

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
    confirmed: str = "[]"
    expired_at: datetime | None = None
    audit_seq: int = 0
    audit_chain: str = ""
    taken_back_at: datetime | None = None
    taken_back_by: str = ""
    taken_back_reason: str = ""
    taken_back_with: str = ""


class ExportItem(NamedTuple):
    """A row of a batch: the version of its decision, and as JSON what the file said of it."""

    transaction_id: str
    version: int
    left: str = NOT_RECORDED


@dataclass(frozen=True, slots=True)
class Suspect:
    """A row whose newest export may not be what stands now, with what that export said of it."""

    export_id: str
    account_id: str
    transaction_id: str
    left: str


def next_number(tx: Connection) -> int:
    """The number of the next batch, counted over the whole firm; others wait for theirs."""
    take_turn(tx, Turn.EXPORT_NUMBER)
    return last_number(tx) + 1


def last_number(tx: Connection) -> int:
    """The number of the newest batch, 0 before the first."""
    return tx.execute(select(func.max(EXPORTS.c.number))).scalar_one() or 0


def count_batches(tx: Connection) -> int:
    """How many batches there are of accounts that may be seen."""
    query = select(func.count()).select_from(EXPORTS)
    return tx.execute(query.where(*accounts_seen(tx, EXPORTS.c.account_id))).scalar_one()


def add_batch(tx: Connection, values: Mapping[str, object], items: Sequence[ExportItem]) -> None:
    """Keep a batch with its bytes and items, and mark each item's decision as exported."""
    tx.execute(insert(EXPORTS), [dict(values)])
    export_id = values["id"]
    rows = [(export_id, i.transaction_id, i.version, i.left) for i in items]
    rows.sort()  # the order of the indexes, which fill in half the time then
    insert_as_given(tx, EXPORT_ITEMS, ("export_id", "transaction_id", "version", "left"), rows)
    _mark_as_exported(tx, export_id)


def _mark_as_exported(tx: Connection, export_id: object) -> None:
    d, i = DECISIONS.c, EXPORT_ITEMS.c
    its_item = (i.export_id == export_id) & (i.transaction_id == d.transaction_id)
    version = select(i.version).where(its_item).scalar_subquery()
    its_rows = select(i.transaction_id).where(i.export_id == export_id)
    tx.execute(
        update(DECISIONS)
        .where(d.transaction_id.in_(its_rows))
        .values(export_id=export_id, exported_version=version, unlocked=False)
    )


def list_batches(tx: Connection) -> list[ExportBatch]:
    """All batches that may be seen, the newest first."""
    query = _batches().where(*accounts_seen(tx, EXPORTS.c.account_id))
    return [_batch(row) for row in tx.execute(query.order_by(EXPORTS.c.number.desc()))]


def find_batch(tx: Connection, export_id: str) -> ExportBatch | None:
    query = _batches().where(EXPORTS.c.id == export_id, *accounts_seen(tx, EXPORTS.c.account_id))
    row = tx.execute(query).one_or_none()
    return _batch(row) if row else None


def batch_bytes(tx: Connection, export_id: str) -> bytes | None:
    """The bytes of a batch; None once they have expired."""
    query = select(EXPORTS.c.data).where(EXPORTS.c.id == export_id)
    data = tx.execute(query).scalar_one()
    return None if data is None else bytes(data)


def expired_batches(tx: Connection, before: datetime) -> list[tuple[str, int]]:
    """Ids and numbers of batches made before a moment that still have their bytes."""
    query = (
        select(EXPORTS.c.id, EXPORTS.c.number)
        .where(EXPORTS.c.data.is_not(None), EXPORTS.c.created_at < before)
        .order_by(EXPORTS.c.number)
    )
    return [(row.id, row.number) for row in tx.execute(query)]


def remove_bytes(tx: Connection, export_ids: Sequence[str], when: datetime) -> None:
    """Remove the bytes of batches; their records stay and say when that was."""
    for some in in_parts(export_ids):
        query = update(EXPORTS).where(EXPORTS.c.id.in_(some))
        tx.execute(query.values(data=None, expired_at=when))


def suspects(tx: Connection) -> list[Suspect]:
    """Rows that were saved, or changed at LedgerSync, after their newest export."""
    d, i, t = DECISIONS.c, EXPORT_ITEMS.c, TRANSACTIONS.c
    saved = d.exported_version != d.version
    changed = (t.source_note != "") | t.removed_at.is_not(None)
    query = (
        select(i.export_id, t.account_id, i.transaction_id, i.left)
        .join(DECISIONS, (d.transaction_id == i.transaction_id) & (d.export_id == i.export_id))
        .join(TRANSACTIONS, t.id == i.transaction_id)
        .where(saved | changed, *accounts_seen(tx, t.account_id))
        .order_by(t.account_id, t.date, t.id)
    )
    return [Suspect(*row) for row in tx.execute(query)]


def left_lately(tx: Connection, transaction_ids: Iterable[str]) -> dict[str, Left]:
    """What the exports that rows count with said of them, by id of those where it is recorded."""
    d, i = DECISIONS.c, EXPORT_ITEMS.c
    query = select(i.transaction_id, i.left).join(
        DECISIONS, (d.transaction_id == i.transaction_id) & (d.export_id == i.export_id)
    )
    return {
        id_: left
        for some in in_parts(transaction_ids)
        for id_, text in tx.execute(query.where(i.transaction_id.in_(some)))
        if (left := read_left(text))
    }


def _batches() -> Select[tuple[object, ...]]:
    columns = [column for column in EXPORTS.c if column.name not in {"data", "guard"}]
    return (
        select(*columns, BANK_ACCOUNTS.c.client_id, CLIENTS.c.name.label("client_name"))
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == EXPORTS.c.account_id)
        .join(CLIENTS, CLIENTS.c.id == BANK_ACCOUNTS.c.client_id)
    )


def _batch(row: Row[tuple[object, ...]]) -> ExportBatch:
    return ExportBatch(**{name: getattr(row, name) for name in ExportBatch.__dataclass_fields__})
