"""Moving an installation from SQLite into an empty PostgreSQL, by whoever runs the machine.

All of it happens in one transaction of the new database, which is compared with the old one before
it is kept. The old one is only read.
"""

from dataclasses import dataclass

from ledgersync.config import Mode, Settings
from ledgersync.domain.actors import Actor
from ledgersync.errors import InvalidInput, StorageError
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.audit_trail import verdict_on
from ledgersync.services.workspace import open_keys
from ledgersync.storage import audit, moving, upgrading
from ledgersync.storage.engine import Database, Tx
from ledgersync.storage.moving import Figures
from ledgersync.vault.keys import KeyStore

_WHOEVER = Actor("", "The move command")
_DRIVER = "postgresql+psycopg://"


@dataclass(frozen=True, slots=True)
class Moved:
    """The rows of each table that were moved, and how many audit entries were checked there."""

    rows: dict[str, int]
    audit_entries: int


def move_database(settings: Settings, to: str) -> Moved:
    """Copy everything into the PostgreSQL database of that URL.

    Raises:
        InvalidInput: when the source is no SQLite database of a firm, the target no PostgreSQL or
            not empty, or a row can't be stored there.
        StorageError: when a database can't be reached, or the two differ after the copying.
    """
    keys = open_keys(settings)
    source = _open_source(settings)
    try:
        target = Database(_url(to))
        target.signing = AuditSigner(keys)
        try:
            return _move(source, target, keys)
        finally:
            target.close()
    finally:
        source.close()


def _open_source(settings: Settings) -> Database:
    file = settings.database_file
    if file is None or settings.mode is Mode.DEMO or not file.exists():
        raise InvalidInput(
            "Only a firm's SQLite database can be moved, and there is none here.",
            "Check LEDGERSYNC_MODE, LEDGERSYNC_DATA_DIR and LEDGERSYNC_DATABASE_URL.",
        )
    source = Database(settings.effective_database_url, alone=True)
    try:
        upgrading.require_newest(source)
    except BaseException:
        source.close()
        raise
    return source


def _url(to: str) -> str:
    plain = "postgresql://"
    url = _DRIVER + to.removeprefix(plain) if to.startswith(plain) else to
    if not url.startswith(_DRIVER):
        raise InvalidInput(
            "The address to move to is not one of PostgreSQL.", f"It begins with {_DRIVER}."
        )
    return url


def _move(source: Database, target: Database, keys: KeyStore) -> Moved:
    with source.reading() as old, target.writing() as new:
        _require_empty(new)
        upgrading.create_schema(new)
        moving.copy_all(old, new)
        before = moving.figures(old)
        _require_same(before, moving.figures(new))
        entries = _require_trail(new, keys)
        rows = sum(before.rows.values())
        audit.record(new, audit.entry(_WHOEVER, "move", "database", "", rows=rows))
    return Moved(before.rows, entries)


def _require_empty(new: Tx) -> None:
    if not moving.is_empty(new):
        raise InvalidInput(
            "The database to move to is not empty; nothing was changed.",
            "Create a new, empty one and give its address.",
        )


def _require_same(before: Figures, after: Figures) -> None:
    for was, now, what in (
        (before.rows, after.rows, "rows of"),
        (before.cents, after.cents, "cents in"),
    ):
        for name, figure in was.items():
            if now.get(name) != figure:
                raise StorageError(
                    f"The copy differs: {now.get(name, 0):,} instead of {figure:,} {what} {name}. "
                    "Nothing was moved.",
                    "Send this line to support; go on with the database as it is.",
                )


def _require_trail(new: Tx, keys: KeyStore) -> int:
    verdict = verdict_on(new, keys)
    if not verdict.intact:
        raise StorageError(
            f"The audit trail is not intact: {verdict.bad} Nothing was moved.",
            "Run: ledgersync audit verify",
        )
    return verdict.entries
