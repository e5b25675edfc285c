"""Whose LedgerSync connection somebody loads with, and whose they may see and change.

One's own goes first. Administrators see and change every connection; staff may load with one that
an administrator shared, and see nothing of it but that it is there. Nobody loads with the log-in of
somebody whose access is turned off.
"""

from ledgersync.domain.actors import Actor, Role
from ledgersync.storage import connections, users
from ledgersync.storage.connections import StoredConnection
from ledgersync.storage.engine import Tx

NOTHING_SHARED = (
    "LedgerSync is not connected: you have no log-in of your own, and none is shared with you.",
    "Ask your administrator to share one, or connect your own in Settings.",
)


def in_use(tx: Tx, actor: Actor) -> StoredConnection | None:
    """The connection that the actor loads with; one's own without a log-in where there is none."""
    own = connections.find_connection(tx, actor.user_id)
    if own and own.has_credentials:
        return own
    return next(iter(_lent(tx, actor)), own)


def to_use(tx: Tx, actor: Actor) -> str:
    """The owner of the connection that the actor loads with."""
    found = in_use(tx, actor)
    return found.owner_id if found else actor.user_id


def to_change(tx: Tx, actor: Actor, shown: str = "") -> str:
    """The owner of the connection that the actor sees and changes: for staff always themselves.

    `shown` is the owner of the one that an administrator had on the screen: another may have come
    to the front since.
    """
    if not is_admin(tx, actor):
        return actor.user_id
    return shown if connections.find_connection(tx, shown) else to_use(tx, actor)


def may_change(tx: Tx, actor: Actor, stored: StoredConnection) -> bool:
    """Whether the actor may see whose log-in it is, and change it."""
    return stored.owner_id == actor.user_id or is_admin(tx, actor)


def is_admin(tx: Tx, actor: Actor) -> bool:
    user = users.find_user(tx, actor.user_id)
    return user is not None and user.role is Role.ADMIN


def is_usable(tx: Tx, stored: StoredConnection) -> bool:
    """Whether a log-in is there, of somebody whose access is not turned off."""
    return stored.has_credentials and stored.owner_id not in _turned_off(tx)


def out_of_use(tx: Tx) -> list[str]:
    """The names of people whose log-ins are stored, and whose access is turned off."""
    off = _turned_off(tx)
    stored = [one for one in connections.list_connections(tx) if one.has_credentials]
    return [off[one.owner_id] for one in stored if one.owner_id in off]


def _turned_off(tx: Tx) -> dict[str, str]:
    """The names of people whose access is turned off, by id."""
    return {user.id: user.name for user in users.list_users(tx) if user.disabled}


def _lent(tx: Tx, actor: Actor) -> list[StoredConnection]:
    """Other people's connections that the actor may load with: named ones before the firm's."""
    off = _turned_off(tx)
    stored = [one for one in connections.list_connections(tx) if one.has_credentials]
    working = [one for one in stored if one.owner_id not in off]
    named = [one for one in working if actor.user_id in connections.shares(tx, one.id)]
    every = working if is_admin(tx, actor) else [one for one in working if one.shared]
    return [*named, *every]
