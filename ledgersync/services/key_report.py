"""Whether the encryption keys fit: each key by its id, where it is, and what it opens."""

from dataclasses import dataclass

from ledgersync.domain.actors import Actor
from ledgersync.errors import VaultError
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import connections
from ledgersync.vault import sealing
from ledgersync.vault.keys import KeyPlace

IN_USE = "in use: it opens the stored log-in"
FITS = "fits this database; nothing is sealed with it now"
UNUSED = "not used by this database"


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key by its id; `needed` when stored values are sealed with it."""

    id: str
    state: str
    usable: bool
    needed: bool


@dataclass(frozen=True, slots=True)
class KeyReport:
    """Every place for keys, and every key that is found there or that the database knows."""

    places: tuple[KeyPlace, ...]
    keys: tuple[KeyState, ...]

    @property
    def complete(self) -> bool:
        return all(key.usable for key in self.keys if key.needed)


def key_report(actor: Actor, workspace: Workspace) -> KeyReport:
    """What `keys show` tells: ids, places and states, never a key."""
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        checks = connections.key_checks(tx)
        needed = {sealing.key_id_of(value) for value in connections.sealed_values(tx)}
    places = workspace.keys.places()
    known = dict.fromkeys([*checks, *(key_id for place in places for key_id in place.key_ids)])
    keys = (_state(workspace, key_id, checks.get(key_id), needed) for key_id in known)
    return KeyReport(places, tuple(keys))


def _state(workspace: Workspace, key_id: str, check: str | None, needed: set[str]) -> KeyState:
    try:
        key = workspace.keys.find(key_id)
        if check:
            sealing.confirm(key, check)
    except VaultError as error:
        return KeyState(key_id, error.sentence, usable=False, needed=key_id in needed)
    used = IN_USE if key_id in needed else FITS
    return KeyState(key_id, used if check else UNUSED, usable=True, needed=key_id in needed)
