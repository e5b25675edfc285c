"""Being signed in at LedgerSync: a session on the stored log-in, and how far its work is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ledgersync.bankfeed.client import Credentials, Session, Token
from ledgersync.domain.actors import Actor
from ledgersync.errors import InvalidInput, StoredPasswordRefused
from ledgersync.services import access, connecting, connection_choice, credentials
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import connections
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Step:
    """How far a sync is: "Loading transactions", 12 of 36."""

    label: str
    done: int
    total: int


Progress = Callable[[Step], None]


def quiet(_step: Step) -> None:
    """Progress for those who don't look."""


@contextmanager
def session(workspace: Workspace, actor: Actor) -> Iterator[Session]:
    """A signed-in session on the connection that the actor loads with; a new token is kept sealed.

    A password that LedgerSync refused once is not sent again, whoever else loads meanwhile; a token
    that is still good goes on.

    Raises:
        InvalidInput: when no log-in is stored.
        StoredPasswordRefused: after noting it on the connection.
    """
    with access.reading(workspace, actor, Permission.LOAD) as tx:
        stored = connection_choice.in_use(tx, actor)
        if stored is None or not stored.has_credentials:
            raise _not_connected(tx, actor)
        opener = credentials.opener(workspace, tx, stored)
        token = opener.token(tx)

    def log_in() -> Credentials:
        with access.reading(workspace, actor, Permission.LOAD) as tx:
            now = connections.find_connection(tx, stored.owner_id)
            # Disconnected since, and to be forgotten, or its owner's access was turned off.
            if now is None or not connection_choice.is_usable(tx, now):
                raise _not_connected(tx, actor)
        same = now if now and now.password_sealed == stored.password_sealed else stored
        return replace(opener, connection=same).credentials_unless_refused()

    def keep(fresh: Token) -> None:
        with access.writing(workspace, actor, Permission.LOAD) as tx:
            now = connections.find_connection(tx, stored.owner_id, lock=True)
            # Somebody may have disconnected meanwhile, or stored another log-in.
            if now and now.password_sealed == stored.password_sealed:
                credentials.store_token(workspace, tx, actor, now, fresh)

    try:
        with workspace.feed.session(log_in, token, keep) as feed:
            yield feed
    except StoredPasswordRefused as error:
        connecting.note_refusal(actor, workspace, error, stored.seal_mark)
        raise


def _not_connected(tx: Tx, actor: Actor) -> InvalidInput:
    if connection_choice.is_admin(tx, actor):
        return InvalidInput("LedgerSync is not connected.", "Connect it in Settings first.")
    return InvalidInput(*connection_choice.NOTHING_SHARED)
