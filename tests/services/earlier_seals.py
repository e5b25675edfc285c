"""Log-ins as earlier versions sealed them: without a mark of their own."""

from pydantic import SecretStr

from ledgersync.domain.actors import Actor
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections
from ledgersync.vault.sealing import Place, Purpose, seal
from tests.services.scripted_ledgersync import EMAIL, PASSWORD


def seal_as_before(actor: Actor, workspace: Workspace) -> None:
    """Put the stored log-in in the place of itself as it was before there were marks."""
    key = workspace.keys.find("K1")
    with workspace.database.writing() as tx:
        stored = connections.find_connection(tx, actor.user_id)
        assert stored

        def sealed(secret: str, field: str) -> str:
            place = Place(Purpose.CREDENTIALS, "connections", stored.id, stored.owner_id, field)
            return seal(SecretStr(secret), place, key)

        audit.record(tx, audit.entry(actor, "connect", "connection", stored.id, state="x"))
        connections.change_connection(
            tx,
            stored.id,
            email_sealed=sealed(EMAIL, "email"),
            password_sealed=sealed(PASSWORD, "password"),
            token_sealed=None,
            seal_mark="",
            token_mark="",
        )
