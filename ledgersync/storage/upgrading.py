"""Bringing a database to the schema of this program, with a verified copy taken first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, table
from sqlalchemy.exc import DatabaseError

from ledgersync.errors import DatabaseUnavailable, SchemaMismatch
from ledgersync.storage import dumps
from ledgersync.storage.backups import FOLDER, back_up, backup_name, free_name
from ledgersync.storage.engine import Database
from ledgersync.storage.reasons import away, unavailable
from ledgersync.storage.turns import Turn, take_turn

_MIGRATIONS = Path(__file__).parent / "migrations"


def newest_revision() -> str:
    """The revision that this program's code expects."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    if head is None:
        raise SchemaMismatch("This installation lacks its migrations.", "Install it again.")
    return head


def current_revision(tx: Connection) -> str | None:
    """The database's revision; None when it is empty."""
    return MigrationContext.configure(tx).get_current_revision()


def require_newest(database: Database) -> None:
    """Check that the database fits this program.

    Raises:
        SchemaMismatch: when it is older, newer or empty, with what to do.
    """
    with database.reading() as tx:
        found = current_revision(tx)
    refuse_newer(found)
    if found != newest_revision():
        raise SchemaMismatch(
            f"The database is at revision {found or 'none'}, this program needs "
            f"{newest_revision()}.",
            "Run: ledgersync db upgrade",
        )


@dataclass(frozen=True, slots=True)
class CopyBefore:
    """The copy of a database from before its upgrade, or why there is none, in a sentence.

    Neither where nothing had to change, or nothing was there.
    """

    file: Path | None = None
    why_not: str = ""


def upgrade(database: Database, data_folder: Path | None = None) -> CopyBefore:
    """Migrate to the newest revision; a database with data is copied into its backups folder first.

    That folder is beside a SQLite file; PostgreSQL, whose own pg_dump makes the copy, has it in the
    `data_folder`, or makes none without one.

    Raises:
        SchemaMismatch: when the database is newer than this program; nothing is touched.
        DatabaseUnavailable: when no sound copy could be made; nothing is touched either.
    """
    with database.reading() as tx:
        found = current_revision(tx)
    refuse_newer(found)
    if found == newest_revision():
        return CopyBefore()
    copy = _copied(database, data_folder, found) if found else CopyBefore()
    migrate(database, "head")
    return copy


def _copied(database: Database, data_folder: Path | None, found: str) -> CopyBefore:
    if file := database.file:
        return CopyBefore(back_up(file, file.parent / FOLDER / backup_name(file.stem, found)))
    if data_folder is None:
        return CopyBefore()
    with database.reading() as tx:
        for tool in dumps.tools(tx)[:2]:  # psql only puts a copy back
            if tool.problem:
                return CopyBefore(why_not=f"No copy was made first: {tool.name} {tool.problem}.")
    target = free_name(data_folder / FOLDER, "ledgersync", found, dumps.ENDING)
    return CopyBefore(dumps.dump(database, target))


def migrate(database: Database, revision: str) -> None:
    """Run migrations up or down to a revision in one transaction, keeping every row.

    Raises:
        SchemaMismatch: when a row would be lost or left without its parent; nothing is changed.
        DatabaseUnavailable: when it can't be reached, is full or stays locked.
    """
    try:
        with _connected(database) as connection, connection.begin():
            _take_time(connection)
            take_turn(connection, Turn.UPGRADE)
            before = _row_counts(connection)
            _run(connection, revision)
            _require_rows(before, _row_counts(connection))
            _require_parents(connection)
    except DatabaseError as error:
        if says_why := unavailable(error.orig) or _away(database, error):
            raise says_why from None
        raise SchemaMismatch(
            "The database could not be upgraded; nothing was changed.",
            f"Send the log to support with this line: {type(error.orig).__name__}.",
        ) from error


def _take_time(tx: Connection) -> None:
    """An upgrade of many rows takes longer than what people may wait for."""
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql("SET LOCAL statement_timeout = 0")


def _away(database: Database, error: DatabaseError) -> DatabaseUnavailable | None:
    """SQLite has no server to be away; what it calls operational is a statement that fails."""
    return None if database.is_sqlite else away(error)


@contextmanager
def _connected(database: Database) -> Iterator[Connection]:
    """A connection for writing on which tables can be rebuilt."""
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            yield connection
            return
        # Before the transaction begins: rebuilding a table would cascade into its children.
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection.execution_options(writes=True)
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def create_schema(tx: Connection) -> None:
    """Make every table in an empty database, within the caller's transaction."""
    take_turn(tx, Turn.UPGRADE)
    _run(tx, "head")


def refuse_newer(found: str | None) -> None:
    """Raise SchemaMismatch for a revision that this program does not know."""
    known = {script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise SchemaMismatch(
            f"The database was written by a newer version of this program (revision {found}).",
            "Install the newer version; this one leaves the database as it is.",
        )


def _run(tx: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = tx
    if revision == "head" or _is_ahead(tx, revision):
        command.upgrade(config, revision)
    else:
        command.downgrade(config, revision)


def _is_ahead(tx: Connection, revision: str) -> bool:
    current = current_revision(tx)
    if current is None:
        return True
    older = ScriptDirectory(str(_MIGRATIONS)).walk_revisions(head=current)
    return revision not in {"base", *(script.revision for script in older)}


def _row_counts(tx: Connection) -> dict[str, int]:
    names = [name for name in inspect(tx).get_table_names() if name != "alembic_version"]
    return {
        name: tx.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in names
    }


def _require_rows(before: dict[str, int], after: dict[str, int]) -> None:
    for name in before.keys() & after.keys():
        if after[name] < before[name]:
            raise SchemaMismatch(
                f"The upgrade would lose {before[name] - after[name]} rows of {name}; "
                "nothing was changed.",
                "Keep this version and send this line to support.",
            )


def _require_parents(tx: Connection) -> None:
    if tx.dialect.name != "sqlite":
        return
    orphans = tx.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise SchemaMismatch(
            f"The upgrade would leave {len(orphans)} rows without their parent; "
            "nothing was changed.",
            "Keep this version and send this line to support.",
        )
