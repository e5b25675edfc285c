"""Care of the encryption keys: where they are, the recovery kit, and bringing a key back."""

from pydantic import SecretStr

from ledgersync.domain.actors import Actor
from ledgersync.errors import InvalidInput
from ledgersync.services import access, credentials
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections
from ledgersync.vault.keys import KeyPlace
from ledgersync.vault.sealing import confirm, read_recovery_kit
from ledgersync.vault.sealing import recovery_kit as written_kit

__all__ = ["KeyPlace", "key_places", "may_administer", "recovery_kit", "restore_key"]


def may_administer(actor: Actor, workspace: Workspace) -> bool:
    """Whether to show the keys to this person at all; the functions below check again."""
    return access.permits(workspace, actor, Permission.ADMINISTER)


def key_places(actor: Actor, workspace: Workspace) -> tuple[KeyPlace, ...]:
    """Every place where keys are looked for, with the ids found there and never a key."""
    access.require(workspace, actor, Permission.ADMINISTER)
    return workspace.keys.places()


def recovery_kit(actor: Actor, workspace: Workspace) -> str:
    """The page with the key that seals the stored log-in, to be printed; the audit trail notes it.

    Raises:
        InvalidInput: when nothing is sealed yet, so that there is no key to write down.
        VaultError: when the key is not here.
    """
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        if not connections.sealed_values(tx):
            raise InvalidInput(
                "No LedgerSync log-in is stored, so there is no key to write down.",
                "Connect first; the key is made when the log-in is saved.",
            )
        key = credentials.sealing_key(workspace, tx)
        audit.record(tx, audit.entry(actor, "show recovery kit", "key", key.id))
    return written_kit(key)


def restore_key(actor: Actor, workspace: Workspace, kit: SecretStr) -> str:
    """Keep a key that was typed from its recovery kit; the stored log-in opens again.

    Returns:
        The key's id.

    Raises:
        InvalidInput: when the text is no complete kit, naming the row with the typing error.
        KeyMismatch: when another key of that id sealed the log-in, or is in place already.
        VaultError: when no place can take the key.
    """
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        key = read_recovery_kit(kit.get_secret_value())
        if stored := connections.key_checks(tx).get(key.id):
            confirm(key, stored)
        audit.record(tx, audit.entry(actor, "restore", "key", key.id))
        workspace.keys.restore(key)
    return key.id
