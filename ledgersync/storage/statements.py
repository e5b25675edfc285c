"""Bank statements: those of the feed, known by its key, and those that people typed in."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from ledgersync import clock
from ledgersync.domain.clients import FeedStatement
from ledgersync.domain.statements import Statement
from ledgersync.storage.columns import among, new_id
from ledgersync.storage.scopes import accounts_seen
from ledgersync.storage.workspace_tables import STATEMENTS

_S = STATEMENTS.c


def list_statements(
    tx: Connection, account_ids: Sequence[str], first: date, last: date
) -> dict[str, list[Statement]]:
    """The statements of accounts that touch these days, by account id and last day."""
    query = _statements().where(among(_S.account_id, account_ids))
    found: dict[str, list[Statement]] = {}
    for row in tx.execute(query.where(_S.end >= first, _S.start <= last)):
        found.setdefault(row.account_id, []).append(_statement(row))
    return found


def find_statement(tx: Connection, statement_id: str) -> Statement | None:
    query = _statements().where(_S.id == statement_id, *accounts_seen(tx, _S.account_id))
    row = tx.execute(query).one_or_none()
    return _statement(row) if row else None


def add_typed(tx: Connection, statement: Statement) -> str:
    """Keep a statement that a person typed in; returns its id."""
    id_ = new_id()
    values = {"id": id_, "account_id": statement.account_id, "source_key": "", "version": 1}
    tx.execute(insert(STATEMENTS), [values | _typed_values(statement)])
    return id_


def change_typed(tx: Connection, statement: Statement) -> None:
    """Write a statement's new figures as its next version."""
    values = _typed_values(statement) | {"version": statement.version + 1}
    tx.execute(update(STATEMENTS).where(_S.id == statement.id).values(**values))


def delete_statement(tx: Connection, statement_id: str) -> None:
    tx.execute(delete(STATEMENTS).where(_S.id == statement_id))


def fed_statements(tx: Connection, account_id: str) -> dict[str, Statement]:
    """An account's statements of the feed, by the feed's key."""
    query = _statements().where(_S.account_id == account_id, _S.source_key != "")
    return {row.source_key: _statement(row) for row in tx.execute(query)}


def add_fed(tx: Connection, account_id: str, fed: Iterable[tuple[str, FeedStatement]]) -> None:
    """Keep statements of the feed, each with its key."""
    rows = [
        {"id": new_id(), "account_id": account_id, "source_key": key, "by": "", "version": 1}
        | _fed_values(statement)
        for key, statement in fed
    ]
    if rows:
        tx.execute(insert(STATEMENTS), rows)


def change_fed(tx: Connection, stored: Statement, fed: FeedStatement) -> None:
    values = _fed_values(fed) | {"version": stored.version + 1}
    tx.execute(update(STATEMENTS).where(_S.id == stored.id).values(**values))


def _statements() -> Select[Any]:
    return select(STATEMENTS).order_by(_S.end, _S.source_key.desc())


def _statement(row: Row[Any]) -> Statement:
    return Statement(
        id=row.id,
        account_id=row.account_id,
        start=row.start,
        end=row.end,
        opening=row.opening,
        closing=row.closing,
        typed=not row.source_key,
        by=row.by,
        version=row.version,
    )


def _typed_values(statement: Statement) -> dict[str, object]:
    return {
        "start": statement.start,
        "end": statement.end,
        "opening": statement.opening,
        "closing": statement.closing,
        "by": statement.by,
        "at": clock.now(),
    }


def _fed_values(statement: FeedStatement) -> dict[str, object]:
    return {
        "start": statement.start,
        "end": statement.end,
        "opening": statement.opening_balance,
        "closing": statement.closing_balance,
        "at": clock.now(),
    }
