"""Which encryption key seals now, and how the first one comes to be."""

from ledgersync.errors import KeyMissing, VaultError
from ledgersync.storage import connections
from ledgersync.storage.engine import Tx
from ledgersync.storage.turns import Turn, take_turn
from ledgersync.vault.keys import KeyStore, MasterKey
from ledgersync.vault.sealing import check_value, confirm, key_id_of


def sealing_key(keys: KeyStore, tx: Tx) -> MasterKey:
    """The key that seals now; the first one is made here, never while sealed values exist.

    Raises:
        KeyMissing: when sealed values exist and their key is not here.
        KeyMismatch: when a key of that name is here, but not the one that sealed them.
    """
    take_turn(tx, Turn.KEY)
    checks = connections.key_checks(tx)
    if sealed := connections.sealed_values(tx):
        newest = max((key_id_of(value) for value in sealed), key=_number)
        key = _still_needed(keys, newest)
        if newest not in checks:
            raise KeyMissing(newest, f"The database does not know the encryption key {newest}.")
        confirm(key, checks[newest])
        return key
    return usable_key(keys, tx) or _new_key(keys, tx, checks)


def _still_needed(keys: KeyStore, key_id: str) -> MasterKey:
    """The key that sealed something; where it is lost, what it sealed has to go first."""
    try:
        return keys.find(key_id)
    except KeyMissing as error:
        raise KeyMissing(
            key_id,
            error.sentence,
            "Restore the key from its recovery kit. If it is lost for good, remove everything that "
            "it sealed in Settings - each log-in, the outside model - and enter it anew.",
        ) from None


def usable_key(keys: KeyStore, tx: Tx) -> MasterKey | None:
    """The newest key, not retired, that is here and proves to be the one the database knows."""
    for key_id, check in newest_first(connections.live_key_checks(tx)):
        try:
            key = keys.find(key_id)
            confirm(key, check)
        except VaultError:
            continue
        return key
    return None


def newest_first(checks: dict[str, str]) -> list[tuple[str, str]]:
    """Key ids and their check values, the newest key before the older ones."""
    return sorted(checks.items(), key=lambda one: _number(one[0]), reverse=True)


def _new_key(keys: KeyStore, tx: Tx, checks: dict[str, str]) -> MasterKey:
    """Take up a key that waits unused, such as one that an administrator gave; else make one."""
    waiting = [key_id for key_id in keys.ids() if key_id not in checks]
    if waiting:
        key = keys.find(max(waiting, key=_number))
    else:
        taken = [_number(key_id) for key_id in checks]
        key = keys.create(f"K{max(taken, default=0) + 1}")
    connections.add_key_check(tx, key.id, check_value(key))
    return key


def next_key(keys: KeyStore, tx: Tx) -> MasterKey:
    """The key after the newest one: made here, or taken where an administrator put it already.

    The caller has the turn at the keys.
    """
    numbers = [_number(key_id) for key_id in connections.key_checks(tx)]
    key = keys.create(f"K{max(numbers, default=0) + 1}")
    connections.add_key_check(tx, key.id, check_value(key))
    return key


def _number(key_id: str) -> int:
    return int(key_id.removeprefix("K"))
