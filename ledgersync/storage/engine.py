"""The database engine: one per process, with the guarantees that each database needs told."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ledgersync.errors import DatabaseUnavailable
from ledgersync.storage import audit, occupancy
from ledgersync.storage.unkeepable import refuse_unkeepable

# An open transaction: what queries take. Other folders name it without knowing SQLAlchemy.
Tx: TypeAlias = Connection

BUSY_TIMEOUT_MS = 15_000
_CONNECT_SECONDS = 5
# What a large load or export changes in one transaction: SQLite's own 2 MB go to the disk and back.
_CACHE_KIB = 16_384

# A SQLite transaction sees one moment by itself; PostgreSQL's must be told to.
_STEADY: dict[str, dict[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
}


class Database:
    """Hands out transactions: `reading()` for a steady view, `writing()` for changes.

    Writers on SQLite begin with BEGIN IMMEDIATE: a deferred transaction that turns into a writer
    half-way fails with "database is locked", and two of them can lose each other's updates.
    """

    def __init__(
        self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS, alone: bool = False
    ) -> None:
        """Open a database; `alone`, where nobody else may have a SQLite file open meanwhile."""
        self.url = make_url(url)
        self._held: int | None = None
        if self.url.get_backend_name() == "sqlite":
            file = Path(self.url.database or "")
            _make_private(file)
            self._held = occupancy.take(file, alone=alone)
            self.engine = _sqlite(url, busy_timeout_ms)
        else:
            self.engine = _postgresql(self.url, busy_timeout_ms)
        refuse_unkeepable(self.engine)
        # Who signs the audit trail; a database that nobody opened for work has it chained only.
        self.signing: audit.Signing | None = None
        self._writer = self.engine.execution_options(writes=True)
        self._reader = self.engine.execution_options(**_STEADY.get(self.engine.dialect.name, {}))

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


def _postgresql(url: URL, busy_timeout_ms: int) -> Engine:
    options = f"-c lock_timeout={busy_timeout_ms} -c timezone=UTC"
    told = {"connect_timeout": _CONNECT_SECONDS, "options": options}
    kept = {name: value for name, value in told.items() if name not in url.query}
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        connect_args={**kept, "client_encoding": "UTF8"},
    )

    @event.listens_for(engine, "connect")
    def _refuse_other_encodings(connection: Any, _record: object) -> None:  # noqa: ANN401  DBAPI connections have no type
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise DatabaseUnavailable(
                f"The database {url.database} keeps texts as {encoding}, which can't hold the "
                "signs of every name.",
                "Create one with createdb --encoding=UTF8 --template=template0, and name it in "
                "LEDGERSYNC_DATABASE_URL.",
            )

    return engine


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


def away(error: DatabaseError) -> DatabaseUnavailable | None:
    """The error for a database that does not answer; None for all else."""
    if not (error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)):
        return None
    return DatabaseUnavailable(
        "The database does not answer.",
        "Nothing was saved. Check that it is running, then try again.",
    )


# What the databases themselves say, and what it means to a person: words of SQLite, codes of
# PostgreSQL, whose words come in the server's language.
_REASONS = {
    ("is locked", "55P03", "40P01"): (
        "The database is busy with another change and did not answer in time.",
        "Nothing was saved. Try again in a moment.",
    ),
    ("is full", "53100"): (
        "The disk that holds the database is full.",
        "Nothing was saved. Free some space, then try again.",
    ),
    ("disk I/O error", "58030"): (
        "The disk that holds the database did not take what was written, or did not give it back.",
        "Nothing was saved. Check that it has space and is in order, then try again.",
    ),
    ("malformed", "not a database", "XX001", "XX002"): (
        "The database file is damaged.",
        "Restore the newest backup; see Help.",
    ),
    ("readonly", "unable to open"): (
        "The database file can't be written to.",
        "Nothing was saved. Check the permissions of its folder, then try again.",
    ),
}


def unavailable(error: BaseException | None) -> DatabaseUnavailable | None:
    """The error for what a database said when it could not do its work; None for all else."""
    said = getattr(error, "sqlstate", None) or str(error)
    for signs, (sentence, next_step) in _REASONS.items():
        if any(sign in said for sign in signs):
            return DatabaseUnavailable(sentence, next_step)
    return None
