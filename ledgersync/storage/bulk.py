"""Inserting very many rows at once."""

import sqlite3
from collections.abc import Sequence
from itertools import chain

from sqlalchemy import Connection, Table, insert

# Enough that a statement runs long without Python; more is not faster.
_AT_ONCE = 400


def insert_as_given(
    tx: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert rows whose values the driver takes as they are: text, integers, booleans, None.

    Dates are given as ISO text. SQLAlchemy's own way looks at every value of every row, which
    takes longer than writing it.
    """
    if tx.dialect.name == "sqlite":
        _insert_by_the_hundred(tx, table, columns, rows)
        return
    statement = insert(table).compile(dialect=tx.dialect, column_keys=list(columns))
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    tx.exec_driver_sql(str(statement), named)


def _insert_by_the_hundred(
    tx: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Hundreds of rows to a statement: between any two, SQLite hands Python back to this thread.

    One row each, and a thread that reads from LedgerSync meanwhile is stopped for every row.
    """
    most = min(_AT_ONCE, _most_values(tx) // len(columns))
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        tx.exec_driver_sql(_statement(table, columns, len(some)), tuple(chain.from_iterable(some)))


def _most_values(tx: Connection) -> int:
    """How many values this build of SQLite lets a statement carry."""
    driver: sqlite3.Connection = tx.connection.driver_connection  # type: ignore[assignment]
    return driver.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)


def _statement(table: Table, columns: Sequence[str], count: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    quoted = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join([row] * count)
    return f'INSERT INTO "{table.name}" ({quoted}) VALUES {values}'  # noqa: S608  names of our own tables
