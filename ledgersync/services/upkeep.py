"""Upkeep of an installation by whoever runs this installation, before anybody can be signed in.

There is no actor here: these work on a database that no workspace may open yet, and who can run
them can read the database's file anyway.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledgersync.bankfeed.profiles import load_profile
from ledgersync.config import Settings
from ledgersync.domain.actors import Actor
from ledgersync.errors import DatabaseUnavailable, StorageError
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.backups import backups_folder, make_backup, note
from ledgersync.services.workspace import open_keys, person
from ledgersync.storage import addresses, audit, audit_guards, dumps, health, upgrading
from ledgersync.storage.dumps import Tool
from ledgersync.storage.engine import Database
from ledgersync.storage.upgrading import CopyBefore


@dataclass(frozen=True, slots=True)
class Upgrade:
    """Revisions before and after; `copy` is the database as it was, or says why there is none.

    `put_back` are the names of the audit trail's triggers that were missing.
    """

    before: str | None
    after: str | None
    copy: CopyBefore
    put_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup's file, and why the audit trail has no word of it; "" where it has."""

    file: Path
    unnoted: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseReport:
    """What a check found; `rows` by table, `orphans` are rows without their parent."""

    revision: str | None
    newest: str
    integrity: str
    orphans: int
    rows: dict[str, int]

    @property
    def problem(self) -> str:
        """The first thing that is wrong, with what to do; "" when all is well."""
        if self.integrity != health.SOUND or self.orphans:
            return "The database is damaged. Stop the app and restore the newest backup."
        if self.revision != self.newest:
            return "The database does not have this version's schema. Run: ledgersync db upgrade"
        return ""


def upgrade_database(settings: Settings) -> Upgrade:
    """Bring the database to this program's schema, making it where there is none.

    Triggers of the audit trail that are missing are put back, and the trail tells it.

    Raises:
        SchemaMismatch: when it is newer than this program; nothing is touched.
        DatabaseUnavailable: when it can't be opened, or no sound copy could be made first.
    """
    with _opened(settings) as database:
        with database.reading() as tx:
            before = upgrading.current_revision(tx)
        copy = upgrading.upgrade(database, settings.data_folder)
        put_back = _guards_put_back(database, settings)
        return Upgrade(before, upgrading.newest_revision(), copy, put_back)


def _guards_put_back(database: Database, settings: Settings) -> tuple[str, ...]:
    with database.reading() as tx:
        if not audit_guards.missing(tx):
            return ()
    database.signing = AuditSigner(open_keys(settings))
    with database.writing() as tx:
        names = audit_guards.put_back(tx)
        actor = Actor("", f"{person(settings.mode)} (ledgersync db upgrade)")
        audit.record(tx, audit.entry(actor, "put back", "audit trail", "", triggers=list(names)))
    return names


def check_database(settings: Settings) -> DatabaseReport:
    """Check the database and count its rows; changes nothing.

    Raises:
        DatabaseUnavailable: when there is none yet, or it can't be read.
    """
    _require_there(settings)
    with _opened(settings) as database, database.reading() as tx:
        return DatabaseReport(
            revision=upgrading.current_revision(tx),
            newest=upgrading.newest_revision(),
            integrity=health.integrity(tx),
            orphans=health.orphans(tx),
            rows=health.row_counts(tx),
        )


def back_up(settings: Settings, out: Path | None) -> BackedUp:
    """Back the database up into the data folder, or into `out`: a folder, or a new file's name.

    The audit trail notes it, where the database has this program's schema and takes the note: a
    full disk is a reason to make a backup, not to refuse one.

    Raises:
        InvalidInput: when there is no such folder, or the file is there already.
        DatabaseUnavailable: when there is no database yet, or no backup could be made.
    """
    _require_there(settings)
    with _opened(settings) as database:
        made = make_backup(database, out or backups_folder(settings))
        try:
            upgrading.require_newest(database)
            database.signing = AuditSigner(open_keys(settings))
            with database.writing() as tx:
                note(tx, Actor("", f"{person(settings.mode)} (ledgersync backup)"), made)
        except StorageError as error:
            return BackedUp(made, error.sentence)
    return BackedUp(made)


def database_words(settings: Settings) -> str:
    """Where a PostgreSQL database is, without whoever signs in to it."""
    with _opened(settings) as database:
        return addresses.place(database.url)


def backup_tools(settings: Settings) -> tuple[Tool, ...]:
    """The programs that a PostgreSQL database is backed up and restored with; none for SQLite.

    Raises:
        DatabaseUnavailable: when its version can't be asked.
    """
    if settings.database_file:
        return ()
    with _opened(settings) as database, database.reading() as tx:
        return dumps.tools(tx)


def feed_address(settings: Settings) -> str:
    """The base URL of LedgerSync, as settings and profile have it.

    Raises:
        ProfileInvalid: when the profile can't be used.
    """
    return load_profile(settings.api_profile, settings.api_url).base_url


def _require_there(settings: Settings) -> None:
    file = settings.database_file
    if file and not file.exists():
        raise DatabaseUnavailable(
            f"There is no database at {file} yet.", "Start the app, or run: ledgersync db upgrade"
        )


@contextmanager
def _opened(settings: Settings) -> Iterator[Database]:
    database = Database(settings.effective_database_url)
    try:
        yield database
    finally:
        database.close()
