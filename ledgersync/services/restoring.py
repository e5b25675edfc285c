"""Restoring a backup, by whoever runs this installation: checked first, and nothing touched before.

There is no actor here: the database that would know one is the one that is replaced.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ledgersync.config import Mode, Settings
from ledgersync.domain.actors import Actor
from ledgersync.errors import (
    DatabaseUnavailable,
    InvalidInput,
    KeyMismatch,
    KeyMissing,
    SealBroken,
    VaultError,
)
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.backups import backups_folder
from ledgersync.services.workspace import open_keys
from ledgersync.storage import audit, backups, health, occupancy, upgrading
from ledgersync.storage.backups import Contents
from ledgersync.storage.engine import Database
from ledgersync.vault.keys import KeyStore, MasterKey
from ledgersync.vault.sealing import confirm, key_id_of

_WHOEVER = Actor("", "The restore command")
_WITHOUT = (
    "Put the key back first. If it is on paper only, restore with --without-key and type its "
    "recovery kit in Settings."
)


@dataclass(frozen=True, slots=True)
class Restored:
    """The copy of the database as it was before, None where there was none; the revision now."""

    kept: Path | None
    revision: str


def restore(settings: Settings, file: Path, *, without_key: bool = False) -> Restored:
    """Put a backup in the place of the database, after a checked copy of what is there.

    Args:
        settings: of the installation.
        file: a backup of a SQLite database.
        without_key: restore although a key that sealed something in it is not here.

    Raises:
        InvalidInput: when the file is no sound backup of this program, or holds the wrong firm.
        SchemaMismatch: when it was written by a newer version.
        VaultError: when its keys are not here, or others of the same names are.
        DatabaseUnavailable: when the database is in use, or the disk does not do its part.
    """
    database = _require_sqlite(settings)
    with occupancy.alone(database):
        kept = _exchange(settings, database, file, without_key=without_key)
    return Restored(kept, _note(settings, file))


def _require_sqlite(settings: Settings) -> Path:
    database = settings.database_file
    if database is None:
        raise InvalidInput(
            "A PostgreSQL database is restored with PostgreSQL's own pg_restore.",
            "Stop the app, run: pg_restore --clean --if-exists --single-transaction FILE.",
        )
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return database


def _exchange(settings: Settings, database: Path, file: Path, *, without_key: bool) -> Path | None:
    arriving = database.with_name(f"{database.name}.arriving")
    try:
        arriving.unlink(missing_ok=True)
        arriving.touch(mode=0o600)
        _require_sound(file, arriving)
        _require_fits(settings, file, backups.contents(arriving), without_key=without_key)
        kept = _keep(settings, database)
        backups.put_in_place(arriving, database)
    except OSError as error:
        raise DatabaseUnavailable(
            f"The backup could not be put in place: {error.strerror}.",
            "Check that the data folder may be written to and has space, then try again.",
        ) from None
    else:
        return kept
    finally:
        arriving.unlink(missing_ok=True)


def _require_sound(file: Path, arriving: Path) -> None:
    if not file.is_file():
        raise InvalidInput(f"There is no file {file}.", "Check the path.")
    try:
        verdict = backups.copy_of(file, arriving)
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != health.SOUND:
        raise InvalidInput(
            f"{file} is no sound database: {verdict}.",
            "Choose another backup; nothing was changed.",
        )


def _require_fits(
    settings: Settings, file: Path, found: Contents | None, *, without_key: bool
) -> None:
    if found is None or not found.kind:
        raise InvalidInput(
            f"{file} is no backup of this program.", "Choose another file; nothing was changed."
        )
    upgrading.refuse_newer(found.revision)
    kind = "demo" if settings.mode is Mode.DEMO else "firm"
    if found.kind != kind:
        raise InvalidInput(
            f"{file} holds {'the demo' if found.kind == 'demo' else 'a firm'}'s data, and this is "
            f"{'the demo' if kind == 'demo' else 'a firm'}.",
            "Choose another backup; nothing was changed.",
        )
    _require_keys(open_keys(settings), found, without_key=without_key)


def _require_keys(keys: KeyStore, found: Contents, *, without_key: bool) -> None:
    """The keys of what is sealed have to be here; any key that is here has to be the right one."""
    needed = {_key_of(text) for text in found.sealed} - {""}
    for key_id in sorted({*found.key_checks, *needed}):
        try:
            key = keys.find(key_id)
        except KeyMissing as error:
            if key_id in needed and not without_key:
                raise KeyMissing(key_id, _untouched(error), _WITHOUT) from None
            continue
        except VaultError as error:
            raise VaultError(_untouched(error), error.next_step) from None
        if check := found.key_checks.get(key_id):
            _require_same(key, check)


def _require_same(key: MasterKey, check: str) -> None:
    try:
        confirm(key, check)
    except KeyMismatch:
        raise KeyMismatch(
            f"The key {key.id} that is here is not the one of this backup; nothing was changed.",
            "Move this key's file aside and put the right one there. If that is on paper only, "
            "restore with --without-key then, and type its recovery kit in Settings.",
        ) from None


def _key_of(sealed: str) -> str:
    """The key of a sealed text; "" where the text was changed, which says so when it is used."""
    try:
        return key_id_of(sealed)
    except SealBroken:
        return ""


def _untouched(error: VaultError) -> str:
    return f"{error.sentence} The backup needs it; nothing was changed."


def _keep(settings: Settings, database: Path) -> Path | None:
    """A checked copy of what is there; a damaged database is put aside as it is."""
    if not database.exists() or database.stat().st_size == 0:
        return None
    folder = backups_folder(settings)
    target = folder / backups.backup_name(database.stem, "before-restore")
    try:
        return backups.back_up(database, target)
    except DatabaseUnavailable:
        damaged = backups.backup_name(database.stem, "damaged", ".db")
        return backups.put_aside(database, folder / damaged)


def _note(settings: Settings, file: Path) -> str:
    """Bring the restored database to this program's schema, and note in its trail what was done."""
    database = Database(settings.effective_database_url)
    try:
        upgrading.upgrade(database)
        database.signing = AuditSigner(open_keys(settings))
        with database.writing() as tx:
            audit.record(tx, audit.entry(_WHOEVER, "restore", "database", file.name))
    finally:
        database.close()
    return upgrading.newest_revision()
