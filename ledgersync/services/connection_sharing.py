"""Sharing a connection: who may load with it besides its owner and administrators."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledgersync.domain.actors import Actor
from ledgersync.domain.listing import listed_names
from ledgersync.errors import InvalidInput, NotFound, PeopleChanged
from ledgersync.services import access, connection_choice
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections, users
from ledgersync.storage.connections import StoredConnection
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Sharing:
    """With whom a connection is shared: everybody, or the people of these ids."""

    everybody: bool = False
    user_ids: frozenset[str] = frozenset()


def sharing(actor: Actor, workspace: Workspace, shown: str = "") -> Sharing | None:
    """How the connection on Settings is shared; None where there is no log-in to share.

    `shown` is the owner of the connection that was on the screen; "" the one in use.
    """
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        stored = _stored(tx, actor, shown)
        return _sharing(tx, stored) if stored else None


def share_connection(
    actor: Actor,
    workspace: Workspace,
    user_ids: Iterable[str],
    *,
    everybody: bool = False,
    shown: str = "",
    seen: Sharing | None = None,
) -> Sharing:
    """Let everybody load with the connection on Settings, or these people and no others.

    They never see its e-mail, and can't change it. `shown` as in `sharing`; `seen` is how it was
    shared on the screen, None asks for no comparison.

    Raises:
        InvalidInput: when no log-in is stored.
        PeopleChanged: when somebody shared it otherwise since.
        NotFound: when there is no such person; nothing is changed then.
    """
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        stored = _stored(tx, actor, shown, lock=True)
        if stored is None:
            raise InvalidInput("There is no LedgerSync log-in to share.", "Connect first.")
        wanted = Sharing(everybody, frozenset(_person(tx, user_id) for user_id in set(user_ids)))
        before = _sharing(tx, stored)
        if wanted != before:
            if seen and seen != before:
                raise _shared_since(tx, stored, before)
            connections.change_connection(tx, stored.id, shared=wanted.everybody)
            connections.share(tx, stored.id, wanted.user_ids)
            change = {
                "everybody": [before.everybody, wanted.everybody],
                "people": [sorted(before.user_ids), sorted(wanted.user_ids)],
            }
            audit.record(tx, audit.entry(actor, "share", "connection", stored.id, **change))
        return wanted


def _stored(tx: Tx, actor: Actor, shown: str, *, lock: bool = False) -> StoredConnection | None:
    owner_id = connection_choice.to_change(tx, actor, shown)
    stored = connections.find_connection(tx, owner_id, lock=lock)
    return stored if stored and stored.has_credentials else None


def _sharing(tx: Tx, stored: StoredConnection) -> Sharing:
    return Sharing(stored.shared, connections.shares(tx, stored.id))


def _shared_since(tx: Tx, stored: StoredConnection, now: Sharing) -> PeopleChanged:
    who = audit.last_by(tx, "connection", stored.id, "share") or "A colleague"
    names = [user.name for user in users.list_users(tx) if user.id in now.user_ids]
    whom = "everybody" if now.everybody else listed_names(names) or "administrators only"
    return PeopleChanged(
        f"{who} shared this connection with {whom} in between; your choice was not saved.",
        "Keep theirs, or use yours.",
    )


def _person(tx: Tx, user_id: str) -> str:
    user = users.find_user(tx, user_id)
    if user is None:
        raise NotFound("There is no such person.", "Reload the page.")
    return user.id
