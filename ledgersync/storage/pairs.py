"""What pairing reads, and what people answered about pairs that are none."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, or_, select

from ledgersync.domain.decisions import Standing
from ledgersync.domain.pairs import Movement, PairKind, pair_key
from ledgersync.domain.periods import Period
from ledgersync.domain.statement_files import FROM_FILE
from ledgersync.storage.columns import in_parts
from ledgersync.storage.tables import BANK_ACCOUNTS, DECISIONS, TRANSACTIONS
from ledgersync.storage.workspace_tables import PAIR_ANSWERS

Key = tuple[str, str]


def movements(
    tx: Connection, client_id: str, days: Period, *, between_accounts: bool = False
) -> list[Movement]:
    """A client's posted rows that may be half of a pair: neither excluded nor in a transfer.

    A row whose amount, in or out, comes but once is none; nor is it `between_accounts` where all
    of that amount are in one account.
    """
    t, b = TRANSACTIONS.c, BANK_ACCOUNTS.c
    alike = (b.currency, func.abs(t.amount))
    found = (
        _movements()
        .add_columns(
            func.count().over(partition_by=alike).label("as_much"),
            func.min(t.account_id).over(partition_by=alike).label("first_account"),
            func.max(t.account_id).over(partition_by=alike).label("last_account"),
        )
        .where(b.client_id == client_id, t.date.between(days.start, days.end))
        .subquery()
    )
    query = select(found).where(found.c.as_much > 1).order_by(found.c.date, found.c.id)
    if between_accounts:
        query = query.where(found.c.first_account != found.c.last_account)
    return [_movement(row) for row in tx.execute(query)]


def moved_amounts(tx: Connection, account_id: str, days: Period) -> list[tuple[int, date]]:
    """The amounts of an account's posted rows with their dates, by amount, then date."""
    t = TRANSACTIONS.c
    query = (
        select(t.amount, t.date)
        .where(t.account_id == account_id, t.date.between(days.start, days.end))
        .where(t.removed_at.is_(None), t.pending.is_(False), t.amount != 0)
        .order_by(t.amount, t.date)
    )
    return [(row.amount, row.date) for row in tx.execute(query)]


def movements_of(
    tx: Connection, account_id: str, days: Period, amounts: Iterable[int]
) -> list[Movement]:
    """Those of an account's rows that have one of these amounts and may be half of a pair."""
    t = TRANSACTIONS.c
    rows = _movements().where(t.account_id == account_id, t.date.between(days.start, days.end))
    return [
        _movement(row)
        for some in in_parts(amounts)
        for row in tx.execute(rows.where(t.amount.in_(some)))
    ]


def _movements() -> Select[Any]:
    t, d = TRANSACTIONS.c, DECISIONS.c
    standing = func.coalesce(d.standing, Standing.TO_REVIEW.value)
    return (
        select(
            t.id,
            t.account_id,
            t.date,
            t.amount,
            BANK_ACCOUNTS.c.currency,
            t.description,
            t.check_number,
            t.load_id,
            t.source_key.startswith(FROM_FILE).label("from_file"),
            (standing == Standing.REVIEWED.value).label("reviewed"),
            _open(),
            func.coalesce(d.version, 0).label("version"),
            func.coalesce(d.gl_code, "").label("gl_code"),
        )
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == t.account_id)
        .outerjoin(DECISIONS, d.transaction_id == t.id)
        .where(t.removed_at.is_(None), t.pending.is_(False), t.amount != 0)
        .where(standing != Standing.EXCLUDED.value, func.coalesce(d.transfer_with, "") == "")
        .order_by(t.date, t.id)
    )


def _open() -> ColumnElement[bool]:
    d = DECISIONS.c
    return or_(d.export_id.is_(None), d.unlocked.is_(True)).label("open")


def _movement(row: Row[Any]) -> Movement:
    return Movement(
        id=row.id,
        account_id=row.account_id,
        date=row.date,
        amount=row.amount,
        currency=row.currency,
        description=row.description,
        check_number=row.check_number,
        load_id=row.load_id,
        open=bool(row.open),
        version=row.version,
        gl_code=row.gl_code,
        from_file=bool(row.from_file),
        reviewed=bool(row.reviewed),
    )


def movements_by_id(tx: Connection, ids: Iterable[str]) -> dict[str, Movement]:
    """Those of these rows that may still be half of a pair, by id."""
    return {
        row.id: _movement(row)
        for some in in_parts(ids)
        for row in tx.execute(_movements().where(TRANSACTIONS.c.id.in_(some)))
    }


def answers(tx: Connection, kind: PairKind, client_id: str) -> set[Key]:
    """The pairs of which people said that they are none."""
    a = PAIR_ANSWERS.c
    query = (
        select(a.first_id, a.second_id)
        .join(TRANSACTIONS, TRANSACTIONS.c.id == a.first_id)
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == TRANSACTIONS.c.account_id)
        .where(a.kind == kind.value, BANK_ACCOUNTS.c.client_id == client_id)
    )
    return {(row.first_id, row.second_id) for row in tx.execute(query)}


def answered_by(tx: Connection, kind: PairKind, keys: Iterable[Key]) -> dict[Key, str]:
    """Who said of which of these pairs that they are none."""
    a, wanted = PAIR_ANSWERS.c, {pair_key(*key) for key in keys}
    query = select(a.first_id, a.second_id, a.by).where(a.kind == kind.value)
    return {
        (row.first_id, row.second_id): row.by
        for some in in_parts(first for first, _ in wanted)
        for row in tx.execute(query.where(a.first_id.in_(some)))
        if (row.first_id, row.second_id) in wanted
    }


def answer(tx: Connection, kind: PairKind, key: Key, when: datetime, who: str) -> None:
    """Keep that two rows are no pair; said twice, it is kept once."""
    first, second = pair_key(*key)
    forget(tx, kind, [(first, second)])
    values = {"kind": kind.value, "first_id": first, "second_id": second, "at": when, "by": who}
    tx.execute(insert(PAIR_ANSWERS), [values])


def forget(tx: Connection, kind: PairKind, keys: Sequence[Key]) -> None:
    """Let these pairs be asked about again."""
    a = PAIR_ANSWERS.c
    for first, second in keys:
        same = (a.kind == kind.value, a.first_id == first, a.second_id == second)
        tx.execute(delete(PAIR_ANSWERS).where(*same))
