"""Connecting to LedgerSync: save, test again, update the password, disconnect.

Each is one human action and leads to at most one log-in: LedgerSync locks accounts.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from ledgersync import clock
from ledgersync.bankfeed.client import Credentials, Token
from ledgersync.domain.actors import Actor
from ledgersync.domain.connections import Connection, ConnectionState, Failure
from ledgersync.errors import (
    FeedError,
    FeedForbidden,
    FeedIncomplete,
    FeedNotUnderstood,
    FeedThrottled,
    FeedUnreachable,
    InvalidInput,
    LedgerSyncError,
    LogInRefused,
    Refusal,
    StoredPasswordRefused,
    VaultError,
)
from ledgersync.services import access, connection_choice, connection_view, credentials
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections
from ledgersync.storage.connections import StoredConnection
from ledgersync.storage.engine import Tx

# A person waits ten seconds at most: one of them is for storing the outcome and drawing the page.
_VERIFY_SECONDS = 9.0

_NO_CLIENTS = (
    "Signed in, but LedgerSync lists no clients yet.",
    (
        "The first sync can take 30-60 seconds: wait a moment, then Refresh. If none show, check "
        "that your LedgerSync account has clients with connected banks."
    ),
)

_REFUSALS = {
    Refusal.WRONG_CREDENTIALS: Failure.WRONG_CREDENTIALS,
    Refusal.LOCKED: Failure.ACCOUNT_LOCKED,
    Refusal.SUSPENDED: Failure.SUSPENDED,
}


def connection_state(actor: Actor, workspace: Workspace) -> Connection:
    """The connection that the actor loads with, as Settings shows it, without secrets.

    Whose it is shows only to its owner and to administrators.
    """
    with access.reading(workspace, actor, Permission.CONNECT) as tx:
        stored = connection_choice.in_use(tx, actor)
        if stored is None:
            return connection_view.not_connected(tx, actor)
        found = connection_view.shown(tx, workspace, actor, stored)
        return found if stored.has_credentials else connection_view.with_reason(tx, actor, found)


def save_integration(
    actor: Actor, workspace: Workspace, email: SecretStr, password: SecretStr
) -> Connection:
    """Verify a log-in at LedgerSync and keep it sealed as the actor's own, never as a colleague's.

    An earlier one stays until this one worked.

    Raises:
        InvalidInput: when e-mail or password is empty, or the e-mail is no address.
    """
    return _save(actor, workspace, actor.user_id, _checked_input(email, password))


def update_password(
    actor: Actor, workspace: Workspace, password: SecretStr, shown: str = ""
) -> Connection:
    """Verify a new password for the stored e-mail, then keep it like `save_integration`.

    `shown` is the owner of the connection that was on the screen; "" the one in use.

    Raises:
        InvalidInput: when the password is empty or no log-in is stored.
        VaultError: when the stored e-mail can't be opened.
    """
    with access.reading(workspace, actor, Permission.CONNECT) as tx:
        stored = _stored_log_in(tx, actor, shown)
        email = credentials.opener(workspace, tx, stored).email()
    return _save(actor, workspace, stored.owner_id, _checked_input(email, password))


def test_again(  # no test of ours
    actor: Actor,
    workspace: Workspace,
    shown: str = "",  # noqa: PT028
) -> Connection:
    """Log in once with the stored credentials and say how that went; `shown` as above.

    Raises:
        InvalidInput: when no log-in is stored.
    """
    with access.reading(workspace, actor, Permission.CONNECT) as tx:
        stored = _stored_log_in(tx, actor, shown)
        opener = credentials.opener(workspace, tx, stored)
    try:
        given = opener.credentials()
    except VaultError:
        # The state tells what locks it; what is stored stays, so that the key can come back.
        return connection_state(actor, workspace)
    owner_id, tested = stored.owner_id, stored.seal_mark
    with _checking(actor, workspace, owner_id) as earlier:
        try:
            token, client_count = _verify(workspace, given)
            _keep_new(actor, workspace, owner_id, given, token, client_count, tested=tested)
        except LogInRefused as error:
            state, failure = ConnectionState.NEEDS_ATTENTION, _stored_no(error)
            _record(actor, workspace, owner_id, state, failure, error, tested=tested)
        except FeedError as error:
            if earlier.is_refused:  # which must not be forgotten, or loads would send it again
                _keep_earlier(actor, workspace, owner_id, error)
            else:
                failure = _failure_of(error)
                state = ConnectionState.FAILED
                _record(actor, workspace, owner_id, state, failure, error, tested=tested)
    return connection_state(actor, workspace)


def disconnect(actor: Actor, workspace: Workspace, shown: str = "") -> Connection:
    """Forget the stored log-in and with whom it was shared. Clients and decisions stay.

    `shown` as in `update_password`.
    """
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, connection_choice.to_change(tx, actor, shown))
        connections.change_connection(
            tx,
            stored.id,
            email_sealed=None,
            password_sealed=None,
            token_sealed=None,
            seal_mark="",
            token_mark="",
            token_expires_at=None,
            client_count=0,
            shared=False,
            **_outcome(actor, ConnectionState.NOT_CONNECTED, None, "", ""),
        )
        connections.share(tx, stored.id, frozenset())
        audit.record(tx, audit.entry(actor, "disconnect", "connection", stored.id, seal=""))
    return connection_state(actor, workspace)


def note_refusal(
    actor: Actor, workspace: Workspace, error: StoredPasswordRefused, seal: str | None = None
) -> None:
    """LedgerSync no longer takes the stored password: say so wherever the connection is shown.

    Nothing is noted when it is known already: then the password was not sent again.

    Args:
        seal: the mark of the log-in that was refused; another may have been saved meanwhile.
    """
    with access.reading(workspace, actor, Permission.CONNECT) as tx:
        stored = connection_choice.in_use(tx, actor)
    if stored and not stored.is_refused and seal in {None, stored.seal_mark}:
        state, failure = ConnectionState.NEEDS_ATTENTION, Failure.STORED_PASSWORD_REFUSED
        _record(actor, workspace, stored.owner_id, state, failure, error)


def note_success(actor: Actor, workspace: Workspace, client_count: int) -> None:
    """A sync that listed clients proves that the connection works - but no password refused before.

    What worked then is a token that is still good.
    """
    state = ConnectionState.CONNECTED if client_count else ConnectionState.FAILED
    sentence, next_step = ("", "") if client_count else _NO_CLIENTS
    failure = None if client_count else Failure.NO_CLIENTS
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, connection_choice.to_use(tx, actor))
        if stored.is_refused:
            connections.change_connection(tx, stored.id, client_count=client_count)
            return
        values = _outcome(actor, state, failure, sentence, next_step)
        connections.change_connection(tx, stored.id, client_count=client_count, **values)


def _save(actor: Actor, workspace: Workspace, owner_id: str, given: Credentials) -> Connection:
    with _checking(actor, workspace, owner_id) as earlier:
        try:
            token, client_count = _verify(workspace, given)
            if client_count == 0 and _is_working(workspace, actor):
                none = LedgerSyncError(*_NO_CLIENTS)
                _not_kept(actor, workspace, earlier, Failure.NO_CLIENTS, none)
            else:
                _keep_new(actor, workspace, owner_id, given, token, client_count)
        except (FeedError, VaultError) as error:
            _not_kept(actor, workspace, earlier, _failure_of(error), error)
    return connection_state(actor, workspace)


def _checked_input(email: SecretStr, password: SecretStr) -> Credentials:
    address = SecretStr(email.get_secret_value().strip())
    if "@" not in address.get_secret_value():
        raise InvalidInput(
            "The LedgerSync e-mail is not an e-mail address.",
            "Enter the address that you use at app.ledgersync.com.",
        )
    if not password.get_secret_value():
        raise InvalidInput("The LedgerSync password is empty.", "Enter the password.")
    return Credentials(email=address, password=password)


def _verify(workspace: Workspace, given: Credentials) -> tuple[Token, int | None]:
    """Log in and count the clients, all within `_VERIFY_SECONDS`.

    Returns:
        The token, and how many clients there are; None when LedgerSync took the log-in but the
        list is slow: the first sync fetches it.
    """
    began = time.monotonic()
    token = workspace.feed.log_in(given.email, given.password, seconds=_VERIFY_SECONDS)
    left = _VERIFY_SECONDS - (time.monotonic() - began)
    with workspace.feed.session(_no_second_log_in, token, seconds=left) as session:
        try:
            return token, len(session.clients().rows)
        except (FeedUnreachable, FeedThrottled):
            return token, None


def _no_second_log_in() -> Credentials:
    raise FeedNotUnderstood(
        "LedgerSync took the log-in, but then refused the token that it had given for it.",
        "Try again; if it stays, check the [auth] section of the feed profile.",
    )


@contextmanager
def _checking(actor: Actor, workspace: Workspace, owner_id: str) -> Iterator[StoredConnection]:
    """Show "Checking" to everybody while a check runs, and no longer, however it ends."""
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, owner_id)
        connections.change_connection(tx, stored.id, checking_since=clock.now())
    try:
        yield stored
    finally:
        with access.writing(workspace, actor, Permission.CONNECT) as tx:
            connections.change_connection(tx, stored.id, checking_since=None)


def _is_working(workspace: Workspace, actor: Actor) -> bool:
    """Whether the actor can load now, with a log-in of their own or a shared one."""
    with access.reading(workspace, actor, Permission.CONNECT) as tx:
        stored = connection_choice.in_use(tx, actor)
        if stored is None or stored.state is not ConnectionState.CONNECTED:
            return False
        _, locked = connection_view.opened(tx, workspace, stored)
        return locked is None


def _keep_new(
    actor: Actor,
    workspace: Workspace,
    owner_id: str,
    given: Credentials,
    token: Token,
    client_count: int | None,
    *,
    tested: str | None = None,
) -> None:
    """Keep a log-in that worked; one that was `tested` only where it is still the stored one."""
    state, failure, sentence, next_step = ConnectionState.CONNECTED, None, "", ""
    if client_count == 0:
        state, failure = ConnectionState.FAILED, Failure.NO_CLIENTS
        sentence, next_step = _NO_CLIENTS
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, owner_id)
        if _is_another(stored, tested):
            return
        stored = credentials.store_credentials(workspace, tx, stored, given)
        credentials.store_token(workspace, tx, actor, stored, token)
        values = _outcome(actor, state, failure, sentence, next_step)
        connections.change_connection(tx, stored.id, client_count=client_count or 0, **values)
        detail = {"state": state.value, "seal": stored.seal_mark}
        audit.record(tx, audit.entry(actor, "connect", "connection", stored.id, **detail))


def _not_kept(
    actor: Actor,
    workspace: Workspace,
    earlier: StoredConnection,
    failure: Failure,
    error: LedgerSyncError,
) -> None:
    """Tell of a log-in that did not work: beside an earlier one, which stays, or as the state."""
    if earlier.has_credentials:
        _keep_earlier(actor, workspace, earlier.owner_id, error)
    else:
        _record(actor, workspace, earlier.owner_id, ConnectionState.FAILED, failure, error)


def _keep_earlier(
    actor: Actor, workspace: Workspace, owner_id: str, error: LedgerSyncError
) -> None:
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, owner_id)
        connections.change_connection(
            tx, stored.id, attempt_sentence=str(error), attempt_at=clock.now(), checking_since=None
        )
        audit.record(tx, audit.entry(actor, "connect failed", "connection", stored.id))


def _record(
    actor: Actor,
    workspace: Workspace,
    owner_id: str,
    state: ConnectionState,
    failure: Failure,
    error: LedgerSyncError,
    *,
    tested: str | None = None,
) -> None:
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, owner_id)
        if _is_another(stored, tested):
            return
        values = _outcome(actor, state, failure, error.sentence, error.next_step)
        connections.change_connection(tx, stored.id, **values)
        detail = {"failure": failure.value}
        audit.record(tx, audit.entry(actor, "check failed", "connection", stored.id, **detail))


def _is_another(stored: StoredConnection, tested: str | None) -> bool:
    """Whether somebody disconnected or saved another log-in while the one of that mark was tested.

    What they did stays: a test must not bring back what was forgotten or replaced.
    """
    return tested is not None and (not stored.has_credentials or stored.seal_mark != tested)


def _outcome(
    actor: Actor, state: ConnectionState, failure: Failure | None, sentence: str, next_step: str
) -> dict[str, object]:
    return {
        "state": state.value,
        "failure": failure.value if failure else None,
        "sentence": sentence,
        "next_step": next_step,
        "checked_at": clock.now(),
        "checked_by": actor.name,
        "attempt_sentence": "",
        "attempt_at": None,
        "checking_since": None,
    }


def _failure_of(error: FeedError | VaultError) -> Failure:
    if isinstance(error, LogInRefused):
        return _REFUSALS[error.why]
    if isinstance(error, VaultError):
        return Failure.KEY_MISSING
    if isinstance(error, FeedNotUnderstood | FeedIncomplete | FeedForbidden):
        return Failure.NOT_UNDERSTOOD
    return Failure.UNREACHABLE


def _stored_no(error: LogInRefused) -> Failure:
    if error.why is Refusal.WRONG_CREDENTIALS:
        return Failure.STORED_PASSWORD_REFUSED
    return _REFUSALS[error.why]


def _stored_log_in(tx: Tx, actor: Actor, shown: str) -> StoredConnection:
    stored = connections.find_connection(tx, connection_choice.to_change(tx, actor, shown))
    if stored is None or not stored.has_credentials:
        raise InvalidInput(
            "No LedgerSync log-in is stored.", "Enter e-mail and password, then Save Integration."
        )
    return stored
