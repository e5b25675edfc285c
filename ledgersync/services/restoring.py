"""Restoring a backup, by whoever runs this installation: checked first, and nothing touched before.

There is no actor here: the database that would know one is the one that is replaced.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.domain.actors import Actor
from ledgersync.errors import DatabaseUnavailable, InvalidInput
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.backups import backups_folder
from ledgersync.services.restore_checks import require_fits
from ledgersync.services.workspace import open_keys
from ledgersync.storage import (
    audit,
    backups,
    dump_contents,
    dumps,
    health,
    moving,
    occupancy,
    sign_ins,
    upgrading,
)
from ledgersync.storage.engine import Database, Tx

_WHOEVER = Actor("", "The restore command")


@dataclass(frozen=True, slots=True)
class Restored:
    """The copy of the database as it was before, None where there was none; the revision now."""

    kept: Path | None
    revision: str


def restore(settings: Settings, file: Path, *, without_key: bool = False) -> Restored:
    """Put a backup in the place of the database, after a checked copy of what is there.

    Args:
        settings: of the installation.
        file: a backup of a database of the same kind, SQLite or PostgreSQL.
        without_key: restore although a key that sealed something in it is not here.

    Raises:
        InvalidInput: when the file is no sound backup of this program, or holds the wrong firm.
        SchemaMismatch: when it was written by a newer version.
        VaultError: when its keys are not here, or others of the same names are.
        DatabaseUnavailable: when the database is in use, or the disk does not do its part.
    """
    if settings.database_file is None:
        kept = _exchange_postgresql(settings, file, without_key=without_key)
    else:
        kept = _exchange_sqlite(settings, settings.database_file, file, without_key=without_key)
    return Restored(kept, _note(settings, file))


def _exchange_sqlite(
    settings: Settings, database: Path, file: Path, *, without_key: bool
) -> Path | None:
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with occupancy.alone(database):
        return _exchange(settings, database, file, without_key=without_key)


def _exchange(settings: Settings, database: Path, file: Path, *, without_key: bool) -> Path | None:
    arriving = database.with_name(f"{database.name}.arriving")
    try:
        arriving.unlink(missing_ok=True)
        arriving.touch(mode=0o600)
        _require_sound(file, arriving)
        require_fits(settings, file, backups.contents(arriving), without_key=without_key)
        kept = _keep(settings, database)
        backups.put_in_place(arriving, database)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The backup could not be put in place: {error.strerror or error}.",
            "Check that the data folder may be written to and has space, then try again.",
        ) from None
    else:
        return kept
    finally:
        arriving.unlink(missing_ok=True)


def _require_there(file: Path) -> None:
    if not file.is_file():
        raise InvalidInput(f"There is no file {file}.", "Check the path.")


def _require_sound(file: Path, arriving: Path) -> None:
    _require_there(file)
    try:
        verdict = backups.copy_of(file, arriving)
    except sqlite3.Error as error:
        if backups.is_of_the_disk(error):
            raise OSError(error.args[0]) from None
        verdict = str(error)
    if verdict != health.SOUND:
        raise InvalidInput(
            f"{file} is no sound database: {verdict}.",
            "Choose another backup; nothing was changed.",
        )


def _exchange_postgresql(settings: Settings, file: Path, *, without_key: bool) -> Path | None:
    programs = dumps.restoring_programs()
    _require_there(file)
    found = dump_contents.contents(programs[0], file)
    require_fits(settings, file, found, without_key=without_key)
    database = Database(settings.effective_database_url)
    try:
        with database.reading() as tx:
            _require_ours_alone(tx)
            first = dumps.clearing(tx)
        kept = _dump_before(settings, database) if first else None
    finally:
        database.close()
    dumps.put_in_place(database.url, file, programs, first)
    return kept


def _require_ours_alone(tx: Tx) -> None:
    """The database is empty or this program's, and nobody works in it."""
    dumps.require_no_pooler(tx)
    if dumps.others_at_work(tx):
        raise DatabaseUnavailable(
            "The database is in use.", "Stop the app and every command, then try again."
        )
    if not moving.is_empty(tx) and upgrading.current_revision(tx) is None:
        raise InvalidInput(
            "The database holds other tables, and none of this program; nothing was changed.",
            "Check LEDGERSYNC_DATABASE_URL, or create a new, empty database.",
        )


def _dump_before(settings: Settings, database: Database) -> Path:
    folder = backups_folder(settings)
    return dumps.dump(
        database, backups.free_name(folder, "ledgersync", "before-restore", dumps.ENDING)
    )


def _keep(settings: Settings, database: Path) -> Path | None:
    """A checked copy of what is there; a damaged database is put aside as it is."""
    if not database.exists() or database.stat().st_size == 0:
        return None
    folder = backups_folder(settings)
    target = backups.free_name(folder, database.stem, "before-restore")
    try:
        return backups.back_up(database, target)
    except DatabaseUnavailable:
        damaged = backups.free_name(folder, database.stem, "damaged", ".db")
        return backups.put_aside(database, damaged)


def _note(settings: Settings, file: Path) -> str:
    """Bring the restored database to this program's schema, and note in its trail what was done.

    Everybody signs in anew.
    """
    database = Database(settings.effective_database_url)
    try:
        upgrading.upgrade(database)
        database.signing = AuditSigner(open_keys(settings))
        with database.writing() as tx:
            # Who signed out since the backup has not signed out in it.
            sign_ins.end_everybodys(tx, clock.now())
            audit.record(tx, audit.entry(_WHOEVER, "restore", "database", file.name))
    finally:
        database.close()
    return upgrading.newest_revision()
