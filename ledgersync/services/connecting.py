"""Connecting to LedgerSync: save, test again, update the password, disconnect.

Each is one human action and leads to at most one log-in: LedgerSync locks accounts.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from pydantic import SecretStr

from ledgersync import clock
from ledgersync.bankfeed.client import Credentials, Token
from ledgersync.domain.actors import Actor
from ledgersync.domain.connections import (
    Connection,
    ConnectionState,
    Failure,
    mask_email,
)
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
from ledgersync.services import access, connection_choice, credentials
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections, users
from ledgersync.storage.connections import StoredConnection
from ledgersync.storage.engine import Tx

# A check that died with its process must not say "Checking" for ever.
_CHECKING_LASTS = timedelta(seconds=30)
_VERIFY_SECONDS = 10.0

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
        return _shown(workspace, tx, actor, stored) if stored else _not_connected(tx, actor)


def save_integration(
    actor: Actor, workspace: Workspace, email: SecretStr, password: SecretStr
) -> Connection:
    """Verify a log-in at LedgerSync and keep it sealed; an earlier one stays until this one worked.

    Raises:
        InvalidInput: when e-mail or password is empty, or the e-mail is no address.
    """
    given = _checked_input(email, password)
    with _checking(actor, workspace) as earlier:
        try:
            token, client_count = _verify(workspace, given)
            if client_count == 0 and _is_working(workspace, actor):
                _keep_earlier(actor, workspace, *_NO_CLIENTS)
            else:
                _keep_new(actor, workspace, given, token, client_count)
        except (FeedError, VaultError) as error:
            if earlier.has_credentials:
                _keep_earlier(actor, workspace, error.sentence, error.next_step)
            else:
                _record(actor, workspace, ConnectionState.FAILED, _failure_of(error), error)
    return connection_state(actor, workspace)


def update_password(actor: Actor, workspace: Workspace, password: SecretStr) -> Connection:
    """Verify a new password for the stored e-mail, then keep it like `save_integration`.

    Raises:
        InvalidInput: when the password is empty or no log-in is stored.
        VaultError: when the stored e-mail can't be opened.
    """
    with access.reading(workspace, actor, Permission.CONNECT) as tx:
        stored = _stored_log_in(tx, actor)
        email = credentials.opener(workspace, tx, stored).email()
    return save_integration(actor, workspace, email, password)


def test_again(actor: Actor, workspace: Workspace) -> Connection:
    """Log in once with the stored credentials and say how that went.

    Raises:
        InvalidInput: when no log-in is stored.
    """
    with access.reading(workspace, actor, Permission.CONNECT) as tx:
        opener = credentials.opener(workspace, tx, _stored_log_in(tx, actor))
    try:
        given = opener.credentials()
    except VaultError:
        # The state tells what locks it; what is stored stays, so that the key can come back.
        return connection_state(actor, workspace)
    with _checking(actor, workspace):
        try:
            _keep_new(actor, workspace, given, *_verify(workspace, given))
        except LogInRefused as error:
            _record(actor, workspace, ConnectionState.NEEDS_ATTENTION, _stored_no(error), error)
        except FeedError as error:
            _record(actor, workspace, ConnectionState.FAILED, _failure_of(error), error)
    return connection_state(actor, workspace)


def disconnect(actor: Actor, workspace: Workspace) -> Connection:
    """Forget the stored log-in and with whom it was shared. Clients and decisions stay."""
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, connection_choice.to_change(tx, actor))
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


def note_refusal(actor: Actor, workspace: Workspace, error: StoredPasswordRefused) -> None:
    """LedgerSync no longer takes the stored password: say so wherever the connection is shown."""
    failure = Failure.STORED_PASSWORD_REFUSED
    whose = connection_choice.to_use
    _record(actor, workspace, ConnectionState.NEEDS_ATTENTION, failure, error, whose)


def note_success(actor: Actor, workspace: Workspace, client_count: int) -> None:
    """A sync that listed clients proves that the connection works."""
    state = ConnectionState.CONNECTED if client_count else ConnectionState.FAILED
    sentence, next_step = ("", "") if client_count else _NO_CLIENTS
    failure = None if client_count else Failure.NO_CLIENTS
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, connection_choice.to_use(tx, actor))
        values = _outcome(actor, state, failure, sentence, next_step)
        connections.change_connection(tx, stored.id, client_count=client_count, **values)


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
    """Log in and count the clients, all within ten seconds.

    Returns:
        The token, and how many clients there are; None when LedgerSync took the log-in but the
        list is slow: the first sync fetches it.
    """
    began = time.monotonic()
    token = workspace.feed.log_in(given.email, given.password)
    left = max(_VERIFY_SECONDS - (time.monotonic() - began), 1.0)
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
def _checking(actor: Actor, workspace: Workspace) -> Iterator[StoredConnection]:
    """Show "Checking" to everybody while a check runs, and no longer, however it ends."""
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, connection_choice.to_change(tx, actor))
        connections.change_connection(tx, stored.id, checking_since=clock.now())
    try:
        yield stored
    finally:
        with access.writing(workspace, actor, Permission.CONNECT) as tx:
            connections.change_connection(tx, stored.id, checking_since=None)


def _is_working(workspace: Workspace, actor: Actor) -> bool:
    with access.reading(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.find_connection(tx, connection_choice.to_change(tx, actor))
        if stored is None or stored.state is not ConnectionState.CONNECTED:
            return False
        return _locked_by(workspace, tx, stored) is None


def _keep_new(
    actor: Actor, workspace: Workspace, given: Credentials, token: Token, client_count: int | None
) -> None:
    state, failure, sentence, next_step = ConnectionState.CONNECTED, None, "", ""
    if client_count == 0:
        state, failure = ConnectionState.FAILED, Failure.NO_CLIENTS
        sentence, next_step = _NO_CLIENTS
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, connection_choice.to_change(tx, actor))
        stored = credentials.store_credentials(workspace, tx, stored, given)
        credentials.store_token(workspace, tx, stored, token)
        values = _outcome(actor, state, failure, sentence, next_step)
        connections.change_connection(tx, stored.id, client_count=client_count or 0, **values)
        detail = {"state": state.value, "seal": stored.seal_mark}
        audit.record(tx, audit.entry(actor, "connect", "connection", stored.id, **detail))


def _keep_earlier(actor: Actor, workspace: Workspace, sentence: str, next_step: str) -> None:
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, connection_choice.to_change(tx, actor))
        connections.change_connection(
            tx,
            stored.id,
            attempt_sentence=f"{sentence} {next_step}".strip(),
            attempt_at=clock.now(),
            checking_since=None,
        )
        audit.record(tx, audit.entry(actor, "connect failed", "connection", stored.id))


def _record(
    actor: Actor,
    workspace: Workspace,
    state: ConnectionState,
    failure: Failure,
    error: LedgerSyncError,
    whose: Callable[[Tx, Actor], str] = connection_choice.to_change,
) -> None:
    with access.writing(workspace, actor, Permission.CONNECT) as tx:
        stored = connections.ensure_connection(tx, whose(tx, actor))
        values = _outcome(actor, state, failure, error.sentence, error.next_step)
        connections.change_connection(tx, stored.id, **values)
        detail = {"failure": failure.value}
        audit.record(tx, audit.entry(actor, "check failed", "connection", stored.id, **detail))


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


def _stored_log_in(tx: Tx, actor: Actor) -> StoredConnection:
    stored = connections.find_connection(tx, connection_choice.to_change(tx, actor))
    if stored is None or not stored.has_credentials:
        raise InvalidInput(
            "No LedgerSync log-in is stored.", "Enter e-mail and password, then Save Integration."
        )
    return stored


def _shown(workspace: Workspace, tx: Tx, actor: Actor, stored: StoredConnection) -> Connection:
    may_change = connection_choice.may_change(tx, actor, stored)
    locked = _locked_by(workspace, tx, stored)
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
        masked_email=_masked(workspace, tx, stored) if may_change and not locked else "",
        attempt_sentence=stored.attempt_sentence if may_change else "",
        attempt_at=stored.attempt_at,
        may_change=may_change,
        owner_name=_owner_name(tx, actor, stored) if may_change else "",
    )


def _locked_by(workspace: Workspace, tx: Tx, stored: StoredConnection) -> VaultError | None:
    """What keeps the stored log-in from being opened; None when it opens or none is stored."""
    if not stored.has_credentials:
        return None
    try:
        credentials.opener(workspace, tx, stored).credentials()
    except VaultError as error:
        return error
    return None


def _masked(workspace: Workspace, tx: Tx, stored: StoredConnection) -> str:
    email = credentials.opener(workspace, tx, stored).email().get_secret_value()
    return mask_email(email) if email else ""


def _owner_name(tx: Tx, actor: Actor, stored: StoredConnection) -> str:
    """Whose connection it is, where it is another's."""
    owner = users.find_user(tx, stored.owner_id)
    return owner.name if owner and owner.id != actor.user_id else ""


def _not_connected(tx: Tx, actor: Actor) -> Connection:
    admin = connection_choice.is_admin(tx, actor)
    sentence, next_step = ("", "") if admin else connection_choice.NOTHING_SHARED
    return Connection(
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
