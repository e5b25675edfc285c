"""Backups of the database: made on demand, listed, and never with the encryption key in them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledgersync.config import Settings
from ledgersync.domain.actors import Actor
from ledgersync.errors import InvalidInput
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, backups, dumps
from ledgersync.storage.engine import Database, Tx

_LABEL = "manual"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup's file, when it was made, and its size in bytes."""

    file: Path
    at: datetime
    size: int


def list_backups(actor: Actor, workspace: Workspace) -> tuple[Backup, ...]:
    """The backups in the backups folder, the newest first; those made before an upgrade too."""
    access.require(workspace, actor, Permission.ADMINISTER)
    folder = backups_folder(workspace.settings)
    found = backups.newest_first(folder, (backups.ENDING, dumps.ENDING))
    return tuple(Backup(*one) for one in found)


def back_up_now(actor: Actor, workspace: Workspace) -> Path:
    """Make a checked backup in the backups folder while everybody works on; the trail notes it.

    Raises:
        DatabaseUnavailable: when none could be made.
    """
    access.require(workspace, actor, Permission.ADMINISTER)
    made = make_backup(workspace.database, backups_folder(workspace.settings))
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        note(tx, actor, made)
    return made


def note(tx: Tx, actor: Actor, made: Path) -> None:
    """Put into the audit trail that a backup left, so that it can be told from another later."""
    with made.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    audit.record(tx, audit.entry(actor, "back up", "database", made.name, sha256=sha256))


def backups_folder(settings: Settings) -> Path:
    """Beside the database where it is a file, as for copies before an upgrade."""
    file = settings.database_file
    return (file.parent if file else settings.data_folder) / backups.FOLDER


def make_backup(database: Database, target: Path) -> Path:
    """Back a database up into a folder, or to a file of that name; for whoever runs the machine.

    Raises:
        InvalidInput: when there is such a file already, or no folder for it.
        DatabaseUnavailable: when no sound backup could be made.
    """
    file = _file_for(database, target)
    if database.file:
        return backups.back_up(database.file, file)
    return dumps.dump(database, file)


def _file_for(database: Database, target: Path) -> Path:
    """A new name in a folder; the backups folder is made when it is first needed."""
    is_folder = target.is_dir() or target.name == backups.FOLDER
    if is_folder:
        stem = database.file.stem if database.file else "ledgersync"
        ending = backups.ENDING if database.file else dumps.ENDING
        target = backups.free_name(target, stem, _LABEL, ending)
    elif not target.parent.is_dir():
        raise InvalidInput(f"There is no folder {target.parent}.", "Make it, or choose another.")
    if target.exists():
        raise InvalidInput(f"There is a file {target} already.", "Choose another name.")
    return target
