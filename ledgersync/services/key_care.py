"""Care of the encryption keys: the recovery kit, and bringing a key back."""

from pydantic import SecretStr

from ledgersync.config import Mode
from ledgersync.domain.actors import Actor
from ledgersync.errors import InvalidInput
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.audit_signing import AuditSigner
from ledgersync.services.master_keys import newest_first, sealing_key, usable_key
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections
from ledgersync.storage.engine import Tx
from ledgersync.vault.keys import MasterKey
from ledgersync.vault.sealing import confirm, read_recovery_kit
from ledgersync.vault.sealing import recovery_kit as written_kit

_SHOWN, _RESTORED = "show recovery kit", "restore"


def may_administer(actor: Actor, workspace: Workspace) -> bool:
    """Whether to show the keys to this person at all; the functions below check again."""
    return access.permits(workspace, actor, Permission.ADMINISTER)


def kit_to_print(actor: Actor, workspace: Workspace) -> str:
    """The id of the key in use while nobody has its recovery kit; "" where there is none to print.

    That is while something is sealed, and until the audit trail knows that the kit was shown, or
    that the key came from one. The demo's key opens nothing that is worth a safe.
    """
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        newest = next((key_id for key_id, _ in newest_first(connections.live_key_checks(tx))), "")
        if workspace.settings.mode is Mode.DEMO or not connections.sealed_values(tx):
            return ""
        if _somebody_has_kit(workspace, tx, newest):
            return ""
        key = usable_key(workspace.keys, tx)
        return newest if key and key.id == newest else ""


def _somebody_has_kit(workspace: Workspace, tx: Tx, key_id: str) -> bool:
    """Whether the trail knows so; of a long trail only what is new is read again."""
    begin = workspace.kit_searches.get(key_id, 0)
    if begin is None:
        return True
    head = audit.head(tx)
    found = audit.tells_of(tx, "key", key_id, (_SHOWN, _RESTORED), after=begin)
    workspace.kit_searches[key_id] = None if found else head.seq if head else 0
    return found


def recovery_kit(actor: Actor, workspace: Workspace, key_id: str = "") -> str:
    """The page with a key, to be printed; the audit trail notes it.

    Args:
        actor: an administrator.
        workspace: the open books.
        key_id: a key that is not retired, such as one that older backups need; else that in use.

    Raises:
        InvalidInput: when the database knows no such key, or it is retired.
        VaultError: when the key is not here.
    """
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        key = _older_key(workspace, tx, key_id) if key_id else sealing_key(workspace.keys, tx)
        audit.record(tx, audit.entry(actor, _SHOWN, "key", key.id))
    return written_kit(key)


def _older_key(workspace: Workspace, tx: Tx, key_id: str) -> MasterKey:
    live = connections.live_key_checks(tx)
    if key_id not in live:
        raise InvalidInput(
            f"There is no key {key_id[:12]} that could be printed: it is retired, or was never "
            "this database's.",
            f"These can be: {', '.join(known for known, _ in newest_first(live))}.",
        )
    key = workspace.keys.find(key_id)
    confirm(key, live[key_id])
    return key


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
        audit.record(tx, audit.entry(actor, _RESTORED, "key", key.id))
        workspace.keys.restore(key)
    # It signs the audit trail from the next entry on.
    workspace.database.signing = AuditSigner(workspace.keys)
    return key.id
