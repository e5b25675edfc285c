"""Whether this process can serve people; asked by the proxy in front of it, so nobody is named."""

from ledgersync.errors import LedgerSyncError
from ledgersync.services.workspace import Workspace
from ledgersync.storage import connections, upgrading
from ledgersync.vault import sealing


def readiness(workspace: Workspace) -> dict[str, str]:
    """The database, its schema and the key, each "ok" or the sentence that says what is wrong."""
    try:
        upgrading.require_newest(workspace.database)
        with workspace.database.reading() as tx:
            checks = connections.key_checks(tx)
            needed = {sealing.key_id_of(value) for value in connections.sealed_values(tx)}
    except LedgerSyncError as error:
        return {"database": error.sentence, "key": "not asked"}
    return {"database": "ok", "key": _keys(workspace, needed, checks)}


def _keys(workspace: Workspace, needed: set[str], checks: dict[str, str]) -> str:
    try:
        for key_id in sorted(needed):
            sealing.confirm(workspace.keys.find(key_id), checks.get(key_id, ""))
    except LedgerSyncError as error:
        return error.sentence
    return "ok"
