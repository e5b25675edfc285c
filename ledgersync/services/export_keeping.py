"""How long export files are kept: a setting, and the removal of bytes whose time is over.

Only bytes are removed. The record of an export stays for good, with its rows and its hash.
"""

from datetime import timedelta

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.errors import InvalidInput
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, exports, installation
from ledgersync.storage.engine import Tx
from ledgersync.storage.turns import Turn, take_turn

FEWEST_DAYS = 90
USUAL_DAYS = 365
MOST_DAYS = 3_650

_KEY = "export_file_days"
_THE_APP = Actor("", "The app")


def days_kept(actor: Actor, workspace: Workspace) -> int:
    """For how many days the bytes of an export are kept."""
    with access.reading(workspace, actor, Permission.EXPORT) as tx:
        return _days(tx)


def keep_for(actor: Actor, workspace: Workspace, days: int) -> None:
    """Set for how many days the bytes of an export are kept.

    Raises:
        InvalidInput: for fewer than 90 days, or more than ten years.
    """
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        if not FEWEST_DAYS <= days <= MOST_DAYS:
            raise InvalidInput(
                f"Export files can't be kept for {days:,} days.",
                f"Choose from {FEWEST_DAYS} to {MOST_DAYS:,} days.",
            )
        take_turn(tx, Turn.SET_UP)
        before = _days(tx)
        installation.write(tx, _KEY, str(days))
        audit.record(tx, audit.entry(actor, "set", "export files", _KEY, days=[before, days]))


def remove_expired(workspace: Workspace) -> int:
    """Remove the bytes of exports whose time is over, with a line in the audit trail for each.

    Nobody asks for it: it runs when the app starts and when exports are listed.

    Returns:
        How many files were removed.
    """
    with workspace.database.reading() as tx:
        if not _due(tx):
            return 0
    with workspace.database.writing() as tx:
        take_turn(tx, Turn.EXPORT_NUMBER)
        due, days = _due(tx), _days(tx)
        exports.remove_bytes(tx, [export_id for export_id, _ in due], clock.now())
        entries = [
            audit.entry(_THE_APP, "remove file", "export", export_id, number=number, days=days)
            for export_id, number in due
        ]
        audit.record(tx, *entries)
        return len(due)


def _due(tx: Tx) -> list[tuple[str, int]]:
    return exports.expired_batches(tx, clock.now() - timedelta(days=_days(tx)))


def _days(tx: Tx) -> int:
    return int(installation.read(tx, _KEY) or USUAL_DAYS)
