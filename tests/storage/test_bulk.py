"""Inserting very many rows at once."""

import sqlite3

import pytest
from sqlalchemy import select

from ledgersync.storage.bulk import insert_as_given
from ledgersync.storage.engine import Database
from ledgersync.storage.tables import USERS

BLANK = ("email", "issuer", "subject")
COLUMNS = ("id", "name", "role", "disabled", *BLANK, "all_clients", "created_at")
MOMENT = "2026-11-28 00:00:00.000000"
ROWS = [
    (f"u{n:04d}", f'Robin\'s "{n}" %s ? :name', "staff", n % 2 == 1, "", "", "", True, MOMENT)
    for n in range(1001)
]
STORED = [row[:-1] for row in ROWS]


def stored(database: Database) -> list[tuple[object, ...]]:
    query = select(*[USERS.c[name] for name in COLUMNS[:-1]]).order_by(USERS.c.id)
    with database.reading() as tx:
        return [tuple(row) for row in tx.execute(query)]


def test_every_row_arrives_as_it_was_given(database: Database) -> None:
    with database.writing() as tx:
        insert_as_given(tx, USERS, COLUMNS, ROWS)
    assert stored(database) == STORED


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_sqlite_that_takes_few_values_gets_fewer_rows_at_once(database: Database) -> None:
    with database.writing() as tx:
        driver = tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        before = driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 10)
        insert_as_given(tx, USERS, COLUMNS, ROWS)
        driver.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)
    assert stored(database) == STORED
