"""The database engine: one per process, with the guarantees that each database needs told."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ledgersync.errors import DatabaseUnavailable
from ledgersync.storage import addresses, audit, occupancy, postgresql
from ledgersync.storage.reasons import away, unavailable
from ledgersync.storage.unkeepable import refuse_unkeepable

# An open transaction: what queries take. Other folders name it without knowing SQLAlchemy.
Tx: TypeAlias = Connection

BUSY_TIMEOUT_MS = 15_000
# What a large load or export changes in one transaction: SQLite's own 2 MB go to the disk and back.
_CACHE_KIB = 16_384

# A SQLite transaction sees one moment by itself; PostgreSQL's must be told to. Whoever waited for
# a turn there sees what came before, whatever isolation the server has by default.
_STEADY: dict[str, dict[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
}
_CHANGING: dict[str, dict[str, Any]] = {"postgresql": {"isolation_level": "READ COMMITTED"}}


class Database:
    """Hands out transactions: `reading()` for a steady view, `writing()` for changes.

    Writers on SQLite begin with BEGIN IMMEDIATE: a deferred transaction that turns into a writer
    half-way fails with "database is locked", and two of them can lose each other's updates.
    """

    def __init__(
        self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS, alone: bool = False
    ) -> None:
        """Open a database; `alone`, where nobody else may have a SQLite file open meanwhile."""
        self.url = addresses.read(url)
        self._held: int | None = None
        if self.url.get_backend_name() == "sqlite":
            file = Path(self.url.database or "")
            _make_private(file)
            self._held = occupancy.take(file, alone=alone)
            self.engine = _sqlite(url, busy_timeout_ms)
        else:
            self.engine = postgresql.engine(self.url, busy_timeout_ms)
        refuse_unkeepable(self.engine)
        # Who signs the audit trail; a database that nobody opened for work has it chained only.
        self.signing: audit.Signing | None = None
        dialect = self.engine.dialect.name
        self._writer = self.engine.execution_options(writes=True, **_CHANGING.get(dialect, {}))
        self._reader = self.engine.execution_options(**_STEADY.get(dialect, {}))

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def file(self) -> Path | None:
        """The database file on SQLite, None on PostgreSQL."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads.

        Raises:
            DatabaseUnavailable: when the database can't be reached or stays locked.
        """
        with _plain_errors(), self._reader.begin() as tx:
            yield tx

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may change rows: all of it is kept, or none.

        What was recorded for the audit trail is written last, and kept with it.

        Raises:
            DatabaseUnavailable: when the database can't be reached, is full or stays locked.
        """
        with _plain_errors(), self._writer.begin() as tx:
            audit.expect_entries(tx)
            yield tx
            audit.write_waiting(tx, self.signing)

    def close(self) -> None:
        self.engine.dispose()
        occupancy.leave(self._held)
        self._held = None


def _sqlite(url: str, busy_timeout_ms: int) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_size=10)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401  DBAPI connections have no type
        connection.isolation_level = None  # the begin event below says BEGIN, not the driver
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _make_private(file: Path) -> None:
    """Create the file readable by its owner only; SQLite gives its side files the same mode."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        file.chmod(0o600)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database {file} can't be opened: {error.strerror}.",
            "Check that the folder exists and may be written to, or set LEDGERSYNC_DATA_DIR.",
        ) from None


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError:
        raise DatabaseUnavailable(
            "Too many people use the database at this moment.",
            "Nothing was saved. Try again in a moment.",
        ) from None
    except DatabaseError as error:
        says_why = unavailable(error.orig) or away(error)
        if says_why is None:
            raise
        raise says_why from None
