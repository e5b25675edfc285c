"""Judging: what a client's people decided before, to tell which open rows need judgement."""

from ledgersync.domain.actors import Actor
from ledgersync.domain.judgement import ClientHistory
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import learning, vendor_history


def client_history(
    actor: Actor, workspace: Workspace, client_id: str, known: ClientHistory | None = None
) -> ClientHistory:
    """What was decided for each vendor of a client.

    `known` comes back as it is while nobody has decided anything of the client since it was read.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        access.client_in_scope(tx, client_id)
        version = learning.learning_state(tx, client_id).coded_version
        if known and (known.client_id, known.version) == (client_id, version):
            return known
        return ClientHistory(client_id, version, vendor_history.vendor_histories(tx, client_id))
