"""Sealing and opening the outside model's key: the only place where the two meet.

The seal is bound to the server's address too. Whoever can change the database but has no key can't
have it sent to a server of their own, and neither can an administrator who never knew it.
"""

from pydantic import SecretStr

from ledgersync.errors import VaultError
from ledgersync.outside_ai.endpoints import origin
from ledgersync.outside_ai.failures import Trouble
from ledgersync.services.master_keys import sealing_key
from ledgersync.services.seal_marks import MODEL, earlier_value, new_mark
from ledgersync.services.workspace import Workspace
from ledgersync.storage import connections, outside_ai
from ledgersync.storage.engine import Tx
from ledgersync.storage.outside_ai import StoredOutsideAi
from ledgersync.vault.keys import MasterKey
from ledgersync.vault.sealing import Place, Purpose, confirm, seal, unseal

LOCKED = Trouble(
    "The stored key for the outside model can't be opened",
    "Restore the encryption key below its heading in Settings, or remove the outside model and set "
    "it up again.",
)


def key_place(url: str, mark: str) -> Place:
    """Where the key of the model at this address is sealed for; what re-seals it needs this too."""
    return Place(
        purpose=Purpose.CREDENTIALS,
        table="outside_ai",
        row_id=outside_ai.ROW_ID,
        owner_id=origin(url),
        field="key",
        mark=mark,
    )


def open_key(workspace: Workspace, tx: Tx, stored: StoredOutsideAi) -> SecretStr | Trouble | None:
    """The key, to be used for the requests and forgotten; None when the model needs none."""
    if stored.key_sealed is None:
        return None
    if earlier_value(workspace, tx, MODEL, stored.id, stored.seal_mark):
        return LOCKED
    checks = connections.key_checks(tx)

    def find(key_id: str) -> MasterKey:
        key = workspace.keys.find(key_id)
        if check := checks.get(key_id):
            confirm(key, check)
        return key

    try:
        return unseal(stored.key_sealed, key_place(stored.url, stored.seal_mark), find)
    except VaultError:
        return LOCKED


def store_key(workspace: Workspace, tx: Tx, url: str, key: SecretStr) -> str:
    """Seal a key in the place of the one before, which goes first: see `store_credentials`.

    Returns its mark, which the caller records.

    Raises:
        VaultError: when the encryption key that sealed other values is not here.
    """
    outside_ai.save(tx, key_sealed=None)
    master = sealing_key(workspace.keys, tx)
    mark = new_mark()
    outside_ai.save(tx, key_sealed=seal(key, key_place(url, mark), master), seal_mark=mark)
    return mark
