"""Readiness: whether this process can serve people, for whoever watches the server."""

from ledgersync.errors import SchemaMismatch, StorageError, VaultError
from ledgersync.services import credentials
from ledgersync.services.master_keys import usable_key
from ledgersync.services.workspace import Workspace
from ledgersync.storage import connections, upgrading


def what_is_missing(workspace: Workspace) -> list[str]:
    """None of "database", "schema" and "key" when all is well; there is no actor here.

    A key is missing when a stored log-in does not open, and also when none signs the audit trail.
    """
    try:
        upgrading.require_newest(workspace.database)
        with workspace.database.reading() as tx:
            stored = [one for one in connections.list_connections(tx) if one.has_credentials]
            openers = [credentials.opener(workspace, tx, one) for one in stored]
            signs = usable_key(workspace.keys, tx) is not None
    except SchemaMismatch:
        return ["schema"]
    except StorageError:
        return ["database"]
    if not signs:
        return ["key"]
    try:
        for opener in openers:
            opener.email()
    except VaultError:
        return ["key"]
    return []
