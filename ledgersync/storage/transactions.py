"""Transactions: merging a load into them, and reading them back for Review."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, false, func, not_, or_, select, update

from ledgersync.domain.decisions import Standing
from ledgersync.domain.merging import Change, MergePlan, StoredTransaction
from ledgersync.domain.periods import Period
from ledgersync.domain.statement_files import FROM_FILE
from ledgersync.domain.transactions import FeedTransaction
from ledgersync.storage.bulk import insert_as_given
from ledgersync.storage.columns import among, in_parts, new_ids
from ledgersync.storage.scopes import accounts_seen
from ledgersync.storage.tables import DECISIONS, TRANSACTIONS

_ADDED = (
    "id",
    "account_id",
    "source_key",
    "source_id",
    "date",
    "description",
    "amount",
    "payee",
    "check_number",
    "memo",
    "pending",
    "raw",
    "source_note",
    "load_id",
)


def stored_for_merging(
    tx: Connection, account_id: str, window: Period, keys: Iterable[str]
) -> list[StoredTransaction]:
    """Every stored row that a read of `window` can touch: in it, or of these keys.

    Rows from statement files are none: that the feed does not list them says nothing of them.
    """
    t = TRANSACTIONS.c
    near = and_(t.date.between(window.start, window.end), not_(t.source_key.startswith(FROM_FILE)))
    rows = tx.execute(_merge_query().where(t.account_id == account_id, near))
    found = {row[1]: StoredTransaction(*row) for row in rows}
    for some in in_parts([key for key in keys if key not in found]):
        query = _merge_query().where(t.account_id == account_id, t.source_key.in_(some))
        found |= {row[1]: StoredTransaction(*row) for row in tx.execute(query)}
    return list(found.values())


def first_pending(tx: Connection, account_ids: Sequence[str], days: Period) -> dict[str, date]:
    """The first day in these with a row that was pending when read last, by account id."""
    t = TRANSACTIONS.c
    query = (
        select(t.account_id, func.min(t.date))
        .where(among(t.account_id, account_ids))
        .where(t.date.between(days.start, days.end), t.pending, t.removed_at.is_(None))
        .group_by(t.account_id)
    )
    return dict(tx.execute(query).all())


def _merge_query() -> Select[Any]:
    """The columns of StoredTransaction, in its order."""
    t, d = TRANSACTIONS.c, DECISIONS.c
    decided = or_(d.export_id.is_not(None), d.standing != Standing.TO_REVIEW.value)
    return select(
        t.id,
        t.source_key,
        t.date,
        t.description,
        t.amount,
        t.payee,
        t.check_number,
        t.memo,
        t.pending,
        t.raw,
        t.source_note,
        t.removed_at.is_not(None),
        func.coalesce(decided, false()),
    ).outerjoin(DECISIONS, d.transaction_id == t.id)


def apply_merges(
    tx: Connection, plans: Iterable[tuple[str, MergePlan]], when: datetime, load_id: str = ""
) -> None:
    """Carry out plans, by account id; the caller holds the locks and owns the transaction.

    `load_id` is the run that brings the rows, "" when they come another way.
    """
    plans = list(plans)
    _add(tx, [(id_, key, row) for id_, plan in plans for key, row in plan.new], load_id)
    for change in chain.from_iterable(plan.changed for _, plan in plans):
        tx.execute(
            update(TRANSACTIONS)
            .where(TRANSACTIONS.c.id == change.stored.id)
            .values(**_changed_values(change))
        )
    for row in chain.from_iterable(plan.removed for _, plan in plans):
        tx.execute(update(TRANSACTIONS).where(TRANSACTIONS.c.id == row.id).values(removed_at=when))


def _add(tx: Connection, rows: Sequence[tuple[str, str, FeedTransaction]], load_id: str) -> None:
    """Insert rows of the feed, each with its account id and source key."""
    if rows:
        given = [
            (
                id_,
                account_id,
                source_key,
                row.source_id,
                row.date.isoformat(),
                row.description,
                row.amount,
                row.payee,
                row.check_number,
                row.memo,
                row.pending,
                row.raw,
                "",
                load_id,
            )
            for id_, (account_id, source_key, row) in zip(new_ids(len(rows)), rows, strict=True)
        ]
        insert_as_given(tx, TRANSACTIONS, _ADDED, given)


def _feed_values(row: FeedTransaction) -> dict[str, object]:
    return {
        "source_id": row.source_id,
        "date": row.date,
        "description": row.description,
        "amount": row.amount,
        "payee": row.payee,
        "check_number": row.check_number,
        "memo": row.memo,
        "pending": row.pending,
        "raw": row.raw,
    }


def _changed_values(change: Change) -> dict[str, object]:
    return {
        **_feed_values(change.fetched),
        "source_key": change.source_key,
        "source_note": change.note,
        "removed_at": None,
    }


def clear_source_notes(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """A person has looked at these rows again: what LedgerSync changed is no longer news.

    Returns what was, like `source_notes`.
    """
    notes = source_notes(tx, ids)
    write_source_notes(tx, dict.fromkeys(notes, ""))
    return notes


def source_notes(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """What LedgerSync changed of transactions since people looked, by id of those with a note."""
    t = TRANSACTIONS.c
    query = select(t.id, t.source_note).where(t.source_note != "")
    return {
        id_: note for some in in_parts(ids) for id_, note in tx.execute(query.where(t.id.in_(some)))
    }


def write_source_notes(tx: Connection, notes: Mapping[str, str]) -> None:
    """Write notes by transaction id; "" says that somebody has looked."""
    t = TRANSACTIONS.c
    if notes:
        rows = [{"id_": id_, "note": note} for id_, note in notes.items()]
        query = update(TRANSACTIONS).where(t.id == bindparam("id_"))
        tx.execute(query.values(source_note=bindparam("note")), rows)


def amounts_of(tx: Connection, ids: Iterable[str]) -> dict[str, int]:
    """The amounts of transactions in cents, by id."""
    t = TRANSACTIONS.c
    return {
        id_: amount
        for some in in_parts(ids)
        for id_, amount in tx.execute(select(t.id, t.amount).where(t.id.in_(some)))
    }


def accounts_of(tx: Connection, ids: Iterable[str]) -> set[str]:
    """The bank accounts that these transactions belong to, as far as they may be seen."""
    t = TRANSACTIONS.c
    query = select(t.account_id).where(*accounts_seen(tx, t.account_id))
    return {
        account_id
        for some in in_parts(ids)
        for account_id in tx.execute(query.where(t.id.in_(some))).scalars()
    }


def count_transactions(tx: Connection) -> int:
    query = select(func.count()).select_from(TRANSACTIONS)
    return tx.execute(query.where(*accounts_seen(tx, TRANSACTIONS.c.account_id))).scalar_one()
