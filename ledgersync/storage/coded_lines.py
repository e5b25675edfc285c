"""What people have coded and reviewed: all that learning learns from."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, case, func, or_, select, update

from ledgersync.domain.decisions import Standing
from ledgersync.domain.suggestions import BankLine, CodedLine
from ledgersync.storage.columns import in_parts
from ledgersync.storage.scopes import clients_seen
from ledgersync.storage.tables import BANK_ACCOUNTS, CLIENTS, DECISIONS, TRANSACTIONS

_MOST_OF_A_CLIENT = 20_000
_MOST_OF_OTHERS = 5_000
_REVIEWED = (
    DECISIONS.c.standing == Standing.REVIEWED.value,
    or_(DECISIONS.c.gl_code != "", DECISIONS.c.vendor_id.is_not(None)),
)
_KEEP = (
    update(DECISIONS)
    .where(DECISIONS.c.transaction_id == bindparam("id_"))
    .values(descriptor=bindparam("text"))
)


def client_lines(tx: Connection, client_id: str, since: date) -> list[CodedLine]:
    """A client's reviewed lines from a day on, oldest first; of very many, the newest."""
    return [coded for _, coded in client_rows(tx, client_id, since)]


def client_rows(tx: Connection, client_id: str, since: date) -> list[tuple[str, CodedLine]]:
    """Like `client_lines`, each line with its transaction's id."""
    query = _coded().where(BANK_ACCOUNTS.c.client_id == client_id, TRANSACTIONS.c.date >= since)
    rows = tx.execute(_newest(query, _MOST_OF_A_CLIENT)).all()
    return [(row.id, _coded_line(row)) for row in reversed(rows)]


def rows_among(tx: Connection, client_id: str, ids: Iterable[str]) -> list[tuple[CodedLine, str]]:
    """Those of these transactions that are the client's and reviewed, newest first, and by whom."""
    found: list[tuple[CodedLine, str]] = []
    for some in in_parts(ids):
        query = _coded().where(BANK_ACCOUNTS.c.client_id == client_id, TRANSACTIONS.c.id.in_(some))
        rows = tx.execute(query.add_columns(DECISIONS.c.decided_by))
        found += [(_coded_line(row), row.decided_by) for row in rows]
    return sorted(found, key=lambda one: one[0].line.date, reverse=True)


def other_clients_lines(
    tx: Connection, client_id: str, since: date, descriptors: Iterable[str]
) -> list[CodedLine]:
    """Reviewed lines of the firm's other clients that read the same, oldest first."""
    found: list[CodedLine] = []
    for some in in_parts(sorted(set(descriptors) - {""})):
        query = _coded().where(
            BANK_ACCOUNTS.c.client_id != client_id,
            TRANSACTIONS.c.date >= since,
            DECISIONS.c.descriptor.in_(some),
        )
        rows = tx.execute(_newest(query, _MOST_OF_OTHERS)).all()
        found += [_coded_line(row) for row in reversed(rows)]
    return sorted(found, key=lambda coded: coded.line.date)


def clients_reading(tx: Connection, descriptor: str, gl_code: str) -> dict[str, bool]:
    """The clients in scope with reviewed lines that read so, the one with the newest first.

    Each with whether one of these lines has a GL code.
    """
    newest = func.max(TRANSACTIONS.c.date).desc()
    coded = func.max(case((DECISIONS.c.gl_code == gl_code, 1), else_=0))
    query = (
        select(BANK_ACCOUNTS.c.client_id, coded)
        .join(TRANSACTIONS, TRANSACTIONS.c.account_id == BANK_ACCOUNTS.c.id)
        .join(DECISIONS, DECISIONS.c.transaction_id == TRANSACTIONS.c.id)
        .join(CLIENTS, CLIENTS.c.id == BANK_ACCOUNTS.c.client_id)
        .where(DECISIONS.c.descriptor == descriptor, *_REVIEWED, CLIENTS.c.removed_at.is_(None))
        .where(*clients_seen(tx, BANK_ACCOUNTS.c.client_id))
        .group_by(BANK_ACCOUNTS.c.client_id)
        .order_by(newest, BANK_ACCOUNTS.c.client_id)
    )
    return {client_id: bool(has) for client_id, has in tx.execute(query)}


def _coded() -> Select[Any]:
    t, d = TRANSACTIONS.c, DECISIONS.c
    return (
        select(t.id, BANK_ACCOUNTS.c.client_id, t.account_id, t.date, t.description, t.amount)
        .add_columns(d.vendor_id, d.gl_code, d.decided_at)
        .join(DECISIONS, d.transaction_id == t.id)
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == t.account_id)
        .where(*_REVIEWED)
    )


def _newest(query: Select[Any], most: int) -> Select[Any]:
    return query.order_by(TRANSACTIONS.c.date.desc(), TRANSACTIONS.c.id.desc()).limit(most)


def _coded_line(row: Row[Any]) -> CodedLine:
    line = BankLine(row.client_id, row.account_id, row.date, row.description, row.amount)
    return CodedLine(line, row.vendor_id or "", row.gl_code, row.decided_at)


def without_descriptor(tx: Connection, most: int) -> list[tuple[str, str]]:
    """Decisions made before descriptors were kept: transaction ids with their descriptions."""
    t, d = TRANSACTIONS.c, DECISIONS.c
    query = (
        select(t.id, t.description)
        .join(DECISIONS, d.transaction_id == t.id)
        .where(d.descriptor == "", d.standing == Standing.REVIEWED.value, t.description != "")
        .limit(most)
    )
    return [(id_, description) for id_, description in tx.execute(query)]


def keep_descriptors(tx: Connection, descriptors: Iterable[tuple[str, str]]) -> None:
    """Keep the normalised descriptions of decided transactions, by transaction id."""
    rows = [{"id_": id_, "text": text} for id_, text in descriptors]
    if rows:
        tx.execute(_KEEP, rows)
