"""Databases that can't do their work for a while: a full disk, somebody else's lock; on both."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import select, text

from ledgersync.services.workspace import Workspace
from ledgersync.storage.engine import Database
from ledgersync.storage.tables import SYNC_RUNS
from ledgersync.storage.workspace_tables import METADATA
from tests.conftest import PostgresServer

# Less than any change writes, so that the disk is full in the middle of it.
_BYTES_LEFT = 8_192
_PATIENCE_MS = 50
# In a language of the server's own: only the code tells.
_DISK_IS_FULL = """
CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'konnte Datei nicht erweitern' USING ERRCODE = 'disk_full';
END $$
"""

Contents = dict[str, list[tuple[Any, ...]]]


def contents(workspace: Workspace) -> Contents:
    """Every row of every table but the records of loads, which tell of failures too."""
    tables = [table for table in METADATA.sorted_tables if table is not SYNC_RUNS]
    with workspace.database.reading() as tx:
        return {
            table.name: sorted((tuple(row) for row in tx.execute(select(table))), key=repr)
            for table in tables
        }


@contextmanager
def full_disk(database: Database) -> Iterator[None]:
    """No file of this process grows; PostgreSQL, another process, says what it says then."""
    with no_file_grows() if database.is_sqlite else _no_entry_fits(database):
        yield


@contextmanager
def no_file_grows() -> Iterator[None]:
    """A full disk as far as this process and those that it starts are concerned."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_BYTES_LEFT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def _no_entry_fits(database: Database) -> Iterator[None]:
    """Entries are what changes and loads write last: all the rest of it is there by then."""
    with database.writing() as tx:
        tx.execute(text(_DISK_IS_FULL))
        for table in ("audit_entries", "account_loads"):
            tx.execute(
                text(
                    f"CREATE TRIGGER disk_is_full BEFORE INSERT ON {table} "
                    "EXECUTE FUNCTION disk_is_full()"
                )
            )
    try:
        yield
    finally:
        with database.writing() as tx:
            tx.execute(text("DROP FUNCTION disk_is_full CASCADE"))


def impatient(workspace: Workspace, patience_ms: int = _PATIENCE_MS) -> Workspace:
    """The same books through connections that wait for a lock only so long."""
    database = Database(str(workspace.settings.effective_database_url), busy_timeout_ms=patience_ms)
    database.signing = workspace.database.signing
    return replace(workspace, database=database)


def _connected(file: Path) -> sqlite3.Connection:
    """A fault may begin in one thread and end in another."""
    return sqlite3.connect(file, check_same_thread=False)


@contextmanager
def locked(workspace: Workspace) -> Iterator[None]:
    """Somebody else holds everything that could be changed; reading goes on."""
    url = workspace.database.url
    if workspace.database.file:
        with closing(_connected(workspace.database.file)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    names = ", ".join(table.name for table in METADATA.sorted_tables)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as other:
        other.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE".encode())
        yield
        other.rollback()


class StoppedPostgresql(AbstractContextManager[None]):
    """The server of the test process is away."""

    def __init__(self, server: PostgresServer, how: str) -> None:
        self._server, self._how = server, how

    def __enter__(self) -> None:
        self._server.stop(self._how)

    def __exit__(self, *_: object) -> None:
        self._server.start()
