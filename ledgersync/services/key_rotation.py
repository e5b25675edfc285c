"""Changing the encryption key: everything sealed is sealed anew, or nothing is; retiring old keys.

The audit trail needs no new signatures: an entry signed with the new key vouches for every one
before it. Only what is stored is named once more, where a single entry has to be believed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import SecretStr

from ledgersync.domain.actors import Actor
from ledgersync.errors import InvalidInput, KeyInUse, RotationFailed, VaultError
from ledgersync.services import access, audit_trail, master_keys
from ledgersync.services.access import Permission
from ledgersync.services.credentials import sealed_places
from ledgersync.services.outside_ai_key import key_place
from ledgersync.services.seal_marks import LOG_IN, MODEL, TOKEN, note_anew
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections, outside_ai, sealed_fields
from ledgersync.storage.engine import Tx
from ledgersync.storage.sealed_fields import Address
from ledgersync.storage.turns import Turn, take_turn
from ledgersync.vault.keys import KeyStore, MasterKey
from ledgersync.vault.sealing import Place, confirm, key_id_of, seal, unseal


@dataclass(frozen=True, slots=True)
class Rotation:
    """What changing the key did: the new key's id, sealed values found and sealed anew."""

    key_id: str
    found: int
    resealed: int


@dataclass(frozen=True, slots=True)
class Retirement:
    """The retired key's id, and the places that it was taken out of."""

    key_id: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A sealed text with its address, and the place that it is sealed for."""

    address: Address
    place: Place
    text: str

    @property
    def words(self) -> str:
        if self.address.table == outside_ai.TABLE:
            return "the outside model's key"
        return f"the LedgerSync {self.place.field} of {self.place.owner_id}"


def rotate_keys(actor: Actor, workspace: Workspace) -> Rotation:
    """Make a new key and seal everything with it; each value is read back before it counts.

    Raises:
        RotationFailed: when a value does not open, or was not found; nothing is changed then.
        VaultError: when no place can take the new key.
    """
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        found = _lock_everything(tx)
        opened = _open_all(workspace.keys, tx, found)
        _require_found(tx, len(found))
        new = master_keys.next_key(workspace.keys, tx)
        for sealed, secret in zip(found, opened, strict=True):
            _exchange(tx, sealed, secret, new, len(found))
        _note_marks(workspace, tx, actor)
        figures = {"found": len(found), "resealed": len(found)}
        audit.record(tx, audit.entry(actor, "rotate", "key", new.id, **figures))
    return Rotation(new.id, **figures)


def retire_key(actor: Actor, workspace: Workspace, key_id: str) -> Retirement:
    """Take an old key out of its places; backups from its time need its recovery kit then.

    Raises:
        InvalidInput: when the database never knew a key of that id.
        KeyInUse: when something still needs it.
        VaultError: when a place can't be changed; the key counts as retired, so try again.
    """
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        take_turn(tx, Turn.KEY)
        if key_id not in connections.key_checks(tx):
            raise InvalidInput(
                f"This database knows no key {key_id[:12]}.",
                "Choose one of the keys that are listed.",
            )
        if key_id in connections.live_key_checks(tx):
            _require_unneeded(workspace, tx, key_id)
            connections.retire_key(tx, key_id)
            audit.record(tx, audit.entry(actor, "retire", "key", key_id))
    return Retirement(key_id, workspace.keys.remove(key_id))


def _lock_everything(tx: Tx) -> list[_Sealed]:
    """Every sealed value, kept from changing; rows first, as those do who seal one value."""
    list(_everything(tx))
    take_turn(tx, Turn.KEY)
    return list(_everything(tx))  # with those that came in before the turn was ours


def _everything(tx: Tx) -> Iterator[_Sealed]:
    for connection in connections.lock_all(tx):
        for column, place, text in sealed_places(connection):
            if text is not None:
                yield _Sealed(Address("connections", connection.id, column), place, text)
    stored = outside_ai.find(tx, lock=True)
    if stored and stored.key_sealed is not None:
        address = Address(outside_ai.TABLE, stored.id, "key_sealed")
        yield _Sealed(address, key_place(stored.url, stored.seal_mark), stored.key_sealed)


def _open_all(keys: KeyStore, tx: Tx, found: list[_Sealed]) -> list[SecretStr]:
    checks = connections.key_checks(tx)

    def find(key_id: str) -> MasterKey:
        key = keys.find(key_id)
        if check := checks.get(key_id):
            confirm(key, check)
        return key

    opened, failed = [], []
    for sealed in found:
        try:
            opened.append(unseal(sealed.text, sealed.place, find))
        except VaultError as error:
            failed.append(f"{sealed.words}: {error.sentence}")
    if failed:
        raise _failed(failed[0], len(found), len(failed))
    return opened


def _require_found(tx: Tx, found: int) -> None:
    """A sealed value that was overlooked would be lost with the old key."""
    there = sealed_fields.count(tx)
    if there != found:
        raise _failed(f"the database holds {there} sealed values, {found} were found", there, there)


def _exchange(tx: Tx, sealed: _Sealed, secret: SecretStr, new: MasterKey, found: int) -> None:
    """Seal a value anew and read it back from the database as it will be read from now on."""
    text = seal(secret, sealed.place, new)
    if sealed_fields.exchange(tx, sealed.address, sealed.text, text):
        stored = sealed_fields.read(tx, sealed.address)
        if stored is not None and _opens(stored, sealed.place, new, secret):
            return
    raise _failed(f"{sealed.words}: it did not read back", found, 1)


def _note_marks(workspace: Workspace, tx: Tx, actor: Actor) -> None:
    """Have the new key sign which values were stored last: the old one may be retired."""
    for connection in connections.lock_all(tx):
        note_anew(workspace, tx, actor, LOG_IN, connection.id, connection.seal_mark)
        note_anew(workspace, tx, actor, TOKEN, connection.id, connection.token_mark)
    if stored := outside_ai.find(tx, lock=True):
        note_anew(workspace, tx, actor, MODEL, stored.id, stored.seal_mark)


def _opens(stored: str, place: Place, new: MasterKey, secret: SecretStr) -> bool:
    try:
        return unseal(stored, place, lambda _: new) == secret
    except VaultError:
        return False


def _failed(why: str, found: int, failed: int) -> RotationFailed:
    return RotationFailed(
        f"The key was not changed, and everything is as it was - {why.rstrip('.')}.",
        "Restore the key that is missing, or remove in Settings what can't be opened; then again.",
        found,
        failed,
    )


def _require_unneeded(workspace: Workspace, tx: Tx, key_id: str) -> None:
    if master_keys.newest_first(connections.live_key_checks(tx))[0][0] == key_id:
        raise KeyInUse(f"{key_id} is the newest key, the one in use.", "Change the key first.")
    needed = [v for v in connections.sealed_values(tx) if key_id_of(v) == key_id]
    if needed:
        raise KeyInUse(
            f"{key_id} is still needed: {len(needed)} of the stored values are sealed with it.",
            "Change the key first.",
        )
    _require_trail_without(workspace, tx, key_id)


def _require_trail_without(workspace: Workspace, tx: Tx, key_id: str) -> None:
    """The last look at this key's signatures: from now on a later one vouches for them."""
    if audit.newest_key(tx) == key_id:
        raise KeyInUse(
            f"{key_id} is still needed: it signed the newest entries of the audit trail.",
            "See that the newest key is here, change anything, then try again.",
        )
    verdict = audit_trail.verdict_on(tx, workspace.keys)
    if not verdict.intact:
        raise KeyInUse(
            f"{key_id} is still needed: the audit trail is not intact. {verdict.bad}",
            "Find out what happened before a key that signed it goes.",
        )
