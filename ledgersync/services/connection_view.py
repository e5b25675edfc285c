"""What is shown of a connection to LedgerSync, without secrets: its state, whose, what locks it."""

from dataclasses import replace
from datetime import datetime, timedelta

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.connections import Connection, ConnectionState, Failure
from ledgersync.domain.listing import listed_names
from ledgersync.errors import VaultError
from ledgersync.services import connection_choice, credentials
from ledgersync.services.workspace import Workspace
from ledgersync.storage import connections, users
from ledgersync.storage.connections import StoredConnection
from ledgersync.storage.engine import Tx

# A check that died with its process must not say "Checking" for ever.
_CHECKING_LASTS = timedelta(seconds=30)


def shown(tx: Tx, workspace: Workspace, actor: Actor, stored: StoredConnection) -> Connection:
    """A stored connection as far as it is the actor's to see."""
    may_change = connection_choice.may_change(tx, actor, stored)
    masked_email, locked = opened(tx, workspace, stored)
    state, failure, sentence, next_step = (
        stored.state,
        stored.failure,
        stored.sentence,
        stored.next_step,
    )
    if locked is not None:
        state, failure = ConnectionState.LOCKED, Failure.KEY_MISSING
        sentence, next_step = locked.sentence, locked.next_step
    if stored.checking_since and clock.now() - stored.checking_since < _CHECKING_LASTS:
        state = ConnectionState.CHECKING
    attempt_sentence, attempt_at = _attempt(tx, actor, stored)
    return Connection(
        id=stored.id,
        owner_id=stored.owner_id,
        state=state,
        failure=failure,
        sentence=sentence,
        next_step=next_step,
        checked_at=stored.checked_at,
        checked_by=stored.checked_by,
        client_count=stored.client_count,
        masked_email=masked_email if may_change else "",
        attempt_sentence=attempt_sentence,
        attempt_at=attempt_at,
        may_change=may_change,
        owner_name=_owner_name(tx, actor, stored) if may_change else "",
    )


def _attempt(tx: Tx, actor: Actor, stored: StoredConnection) -> tuple[str, datetime | None]:
    """The newest log-in that did not work, as far as it is the actor's to know of.

    Beside a colleague's connection that is one of the actor's own, which was not kept.
    """
    own = connections.find_connection(tx, actor.user_id)
    failed = own is not None and own.state is ConnectionState.FAILED and not own.has_credentials
    if own and failed and _is_later(own.checked_at, stored.checked_at):
        return f"{own.sentence} {own.next_step}".strip(), own.checked_at
    seen = connection_choice.may_change(tx, actor, stored)
    return stored.attempt_sentence if seen else "", stored.attempt_at


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


def opened(tx: Tx, workspace: Workspace, stored: StoredConnection) -> tuple[str, VaultError | None]:
    """The masked e-mail of the stored log-in, or what keeps it from being opened."""
    try:
        return credentials.opener(workspace, tx, stored).masked_email(), None
    except VaultError as error:
        return "", error


def _owner_name(tx: Tx, actor: Actor, stored: StoredConnection) -> str:
    """Whose connection it is, where it is another's."""
    owner = users.find_user(tx, stored.owner_id)
    return owner.name if owner and owner.id != actor.user_id else ""


def not_connected(tx: Tx, actor: Actor) -> Connection:
    """What stands where nobody's connection is there to load with."""
    admin = connection_choice.is_admin(tx, actor)
    sentence, next_step = ("", "") if admin else connection_choice.NOTHING_SHARED
    nothing = Connection(
        id="",
        owner_id=actor.user_id,
        state=ConnectionState.NOT_CONNECTED,
        failure=None,
        sentence=sentence,
        next_step=next_step,
        checked_at=None,
        checked_by="",
        client_count=0,
        masked_email="",
        attempt_sentence="",
        attempt_at=None,
    )
    return with_reason(tx, actor, nothing)


def with_reason(tx: Tx, actor: Actor, nothing: Connection) -> Connection:
    """Say to administrators, where nothing else is said, whose log-in is no longer in use."""
    names = connection_choice.out_of_use(tx) if connection_choice.is_admin(tx, actor) else []
    if nothing.sentence or not names:
        return nothing
    return replace(
        nothing,
        sentence=f"The LedgerSync log-in of {listed_names(names)} is not used any more, because "
        "their access is turned off.",
        next_step="Save another log-in here, and share it with those who load.",
    )
