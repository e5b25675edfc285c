"""Whether the encryption keys fit: each key by its id, where it is, and what it opens."""

from collections import Counter
from dataclasses import dataclass

from ledgersync.domain.actors import Actor
from ledgersync.errors import VaultError
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.master_keys import newest_first
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections
from ledgersync.storage.engine import Tx
from ledgersync.vault import sealing
from ledgersync.vault.keys import KeyPlace

__all__ = ["KeyPlace", "KeyReport", "KeyState", "key_report"]

FITS = "fits this database; nothing is sealed with it now"
SIGNS = "in use: it signs the audit trail"
UNUSED = "not used by this database"
RETIRED = "retired; only backups from its time need it"
_NO_KIT = (UNUSED, RETIRED)


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key by its id; `values` is how many stored values are sealed with it.

    `may_retire` when a newer key is in use and nothing is sealed with this one.
    """

    id: str
    state: str
    usable: bool
    values: int = 0
    may_retire: bool = False

    @property
    def needed(self) -> bool:
        return self.values > 0


@dataclass(frozen=True, slots=True)
class KeyReport:
    """Every place for keys, and every key that is found there or that the database knows."""

    places: tuple[KeyPlace, ...]
    keys: tuple[KeyState, ...]

    @property
    def complete(self) -> bool:
        return all(key.usable for key in self.keys if key.needed)

    @property
    def printable(self) -> tuple[str, ...]:
        """The ids of the keys whose recovery kit can be printed, the newest first."""
        known = {key.id: "" for key in self.keys if key.usable and key.state not in _NO_KIT}
        return tuple(key_id for key_id, _ in newest_first(known))


def key_report(actor: Actor, workspace: Workspace) -> KeyReport:
    """What `keys show` tells: ids, places and states, never a key."""
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        known = _known(tx)
    places = workspace.keys.places()
    ids = dict.fromkeys([*known.checks, *(key_id for place in places for key_id in place.key_ids)])
    return KeyReport(places, tuple(_state(workspace, key_id, known) for key_id in ids))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows of keys: check values, live ids, values by id, who signs."""

    checks: dict[str, str]
    live: tuple[str, ...]
    values: Counter[str]
    signs: str


def _known(tx: Tx) -> _Known:
    live = tuple(key_id for key_id, _ in newest_first(connections.live_key_checks(tx)))
    return _Known(
        checks=dict(reversed(newest_first(connections.key_checks(tx)))),
        live=live,
        values=Counter(sealing.key_id_of(value) for value in connections.sealed_values(tx)),
        signs=audit.newest_key(tx),
    )


def _state(workspace: Workspace, key_id: str, known: _Known) -> KeyState:
    values = known.values[key_id]
    older = key_id in known.live[1:] and not values and known.signs != key_id
    try:
        key = workspace.keys.find(key_id)
        if check := known.checks.get(key_id):
            sealing.confirm(key, check)
    except VaultError as error:
        gone = key_id in known.checks and key_id not in known.live
        return KeyState(key_id, RETIRED if gone else error.sentence, usable=False, values=values)
    return KeyState(key_id, _words(key_id, known), usable=True, values=values, may_retire=older)


def _words(key_id: str, known: _Known) -> str:
    values = known.values[key_id]
    if values:
        return f"in use: it opens {values} stored {'value' if values == 1 else 'values'}"
    if key_id not in known.checks:
        return UNUSED
    if key_id not in known.live:
        return RETIRED
    return SIGNS if known.signs == key_id else FITS
