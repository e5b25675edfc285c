"""Batches of decisions, kept so that they can be undone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from ledgersync.domain.batches import Batch, BatchItem, BatchKind
from ledgersync.domain.decisions import Decision, Standing
from ledgersync.domain.splits import read_split, split_text
from ledgersync.domain.undoing import Step
from ledgersync.storage.columns import in_parts
from ledgersync.storage.matching_tables import BATCH_ITEMS, BATCHES
from ledgersync.storage.scopes import clients_seen
from ledgersync.storage.tables import BANK_ACCOUNTS, DECISIONS, TRANSACTIONS


def add_batch(tx: Connection, batch: Batch, items: Iterable[BatchItem]) -> None:
    values = {name: getattr(batch, name) for name in Batch.__dataclass_fields__}
    values |= {"kind": batch.kind.value, "account_id": batch.account_id or None}
    tx.execute(insert(BATCHES), [values])
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
        "split": split_text(item.before.split),
        "transfer_with": item.before.transfer_with,
        "source_note": item.note,
    }


def find_batch(tx: Connection, batch_id: str) -> Batch | None:
    query = select(BATCHES).where(BATCHES.c.id == batch_id)
    row = tx.execute(query.where(*clients_seen(tx, BATCHES.c.client_id))).one_or_none()
    return _batch(row) if row else None


def list_batches(tx: Connection, account_id: str, most: int) -> list[Batch]:
    """The newest batches with rows of an account, the newest first."""
    return [_batch(row) for row in tx.execute(_batches_of(account_id).limit(most))]


def count_batches(tx: Connection, account_id: str) -> int:
    """How many batches have rows of an account."""
    query = _batches_of(account_id).order_by(None).subquery()
    return tx.execute(select(func.count()).select_from(query)).scalar_one()


def own_batches(
    tx: Connection, account_id: str, by: str, most: int, before: Batch | None = None
) -> list[Batch]:
    """A person's newest changes of an account that were neither undone nor are undos themselves.

    With `before` older ones than that batch, and only those with a row that no export locks: of
    years that have left there may be thousands.
    """
    b = BATCHES.c
    query = _batches_of(account_id).where(
        b.user_id == by, b.undone_at.is_(None), b.kind != BatchKind.UNDO.value
    )
    if before:
        older = or_(b.at < before.at, and_(b.at == before.at, b.id < before.id))
        query = query.where(older, _any_row_open())
    return [_batch(row) for row in tx.execute(query.limit(most))]


def _batches_of(account_id: str) -> Select[Any]:
    b = BATCHES.c
    return (
        select(BATCHES)
        .where(or_(b.account_id == account_id, b.id.in_(_shared_with(account_id))))
        .order_by(b.at.desc(), b.id.desc())
    )


def _any_row_open() -> ColumnElement[bool]:
    d, i = DECISIONS.c, BATCH_ITEMS.c
    row_open = or_(d.export_id.is_(None), d.unlocked.is_(True))
    return exists().where(
        i.batch_id == BATCHES.c.id, d.transaction_id == i.transaction_id, row_open
    )


def _shared_with(account_id: str) -> Select[Any]:
    """Batches of the account's client that reach over several accounts, this one among them."""
    owner = select(BANK_ACCOUNTS.c.client_id).where(BANK_ACCOUNTS.c.id == account_id)
    return (
        select(BATCHES.c.id)
        .join(BATCH_ITEMS, BATCH_ITEMS.c.batch_id == BATCHES.c.id)
        .join(TRANSACTIONS, TRANSACTIONS.c.id == BATCH_ITEMS.c.transaction_id)
        .where(BATCHES.c.account_id.is_(None), BATCHES.c.client_id == owner.scalar_subquery())
        .where(TRANSACTIONS.c.account_id == account_id)
    )


def batch_items(tx: Connection, batch_ids: Sequence[str]) -> dict[str, list[BatchItem]]:
    """The rows of batches with the decisions before them, by batch id."""
    found: dict[str, list[BatchItem]] = {id_: [] for id_ in batch_ids}
    for some in in_parts(batch_ids):
        for row in tx.execute(select(BATCH_ITEMS).where(BATCH_ITEMS.c.batch_id.in_(some))):
            found[row.batch_id].append(_item(row))
    return found


def some_items(tx: Connection, batch_id: str, at_most: int) -> list[BatchItem]:
    """A few rows of a batch with the decisions before them."""
    query = select(BATCH_ITEMS).where(BATCH_ITEMS.c.batch_id == batch_id).limit(at_most)
    return [_item(row) for row in tx.execute(query)]


def steps_of(tx: Connection, transaction_ids: Iterable[str]) -> dict[str, list[Step]]:
    """Every recorded change of these rows' decisions, by transaction id.

    Unlocking is none, and neither is taking an export back: they leave the decision as it is.
    """
    found: defaultdict[str, list[Step]] = defaultdict(list)
    b, i = BATCHES.c, BATCH_ITEMS.c
    query = (
        select(i.transaction_id, b.id, i.version, b.undoes, b.user_name, b.words)
        .join(BATCHES, b.id == i.batch_id)
        .where(b.kind.not_in([kind.value for kind in BatchKind if kind.opens_rows]))
    )
    for some in in_parts(transaction_ids):
        for transaction_id, *step in tx.execute(query.where(i.transaction_id.in_(some))):
            found[transaction_id].append(Step(*step))
    return found


def mark_undone(tx: Connection, batch_id: str, when: datetime | None, who: str) -> None:
    """Say who took a batch back and when; None and "" say that it stands again."""
    values = {"undone_at": when, "undone_by": who}
    tx.execute(update(BATCHES).where(BATCHES.c.id == batch_id).values(**values))


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        kind=BatchKind(row.kind),
        client_id=row.client_id,
        account_id=row.account_id or "",
        at=row.at,
        user_id=row.user_id,
        user_name=row.user_name,
        rows=row.rows,
        words=row.words,
        undoes=row.undoes,
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
        split=read_split(row.split),
        transfer_with=row.transfer_with,
    )
    return BatchItem(row.version, before, row.source_note)
