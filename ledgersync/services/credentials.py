"""Sealing and opening the stored LedgerSync log-in: the only place where the two meet."""

import logging
from dataclasses import dataclass, replace

from pydantic import SecretStr

from ledgersync.bankfeed.client import Credentials, Token
from ledgersync.domain.actors import Actor
from ledgersync.domain.connections import mask_email
from ledgersync.errors import KeyMissing, SealBroken, StoredPasswordRefused, VaultError
from ledgersync.services.master_keys import sealing_key
from ledgersync.services.seal_marks import LOG_IN, TOKEN, earlier_value, is_newest, new_mark
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, connections
from ledgersync.storage.connections import StoredConnection
from ledgersync.storage.engine import Tx
from ledgersync.vault.keys import MasterKey
from ledgersync.vault.sealing import (
    Place,
    Purpose,
    check_value,
    confirm,
    key_id_of,
    seal,
    unseal,
)

_log = logging.getLogger(__name__)

_TABLE = "connections"
_NOT_AGAIN = (
    "The stored password is not sent again before somebody saves it anew, or presses Test again, "
    "in Settings."
)
_ANOTHER = "The stored LedgerSync token is not used, the stored log-in gets another one:"


@dataclass(frozen=True)
class Opener:
    """Opens what was sealed for one connection; the key's check value is confirmed first."""

    workspace: Workspace
    connection: StoredConnection
    checks: dict[str, str]
    refusal: SealBroken | None = None

    def credentials(self) -> Credentials:
        """The stored log-in, in plain text; to be used for the log-in call and forgotten.

        Raises:
            VaultError: when the key is missing or another one, or the sealed text was changed.
        """
        email, password = self.connection.email_sealed, self.connection.password_sealed
        if email is None or password is None:
            raise KeyMissing("", "No LedgerSync log-in is stored.", "Connect in Settings.")
        return Credentials(
            email=self._open(email, Purpose.CREDENTIALS, "email"),
            password=self._open(password, Purpose.CREDENTIALS, "password"),
        )

    def credentials_unless_refused(self) -> Credentials:
        """`credentials`, for a log-in that nobody asked for just now.

        Raises:
            StoredPasswordRefused: when LedgerSync refused them before: it locks accounts.
            VaultError: as `credentials`.
        """
        if self.connection.is_refused:
            raise StoredPasswordRefused(
                self.connection.sentence, f"{self.connection.next_step} {_NOT_AGAIN}".lstrip()
            )
        return self.credentials()

    def masked_email(self) -> str:
        """The e-mail as it may be shown; "" where no log-in is stored.

        Sees that all of the log-in opens, but opens the same sealed texts with the same key only
        once in a process: pages ask with every click, and plain text is for logging in. The key is
        looked for each time, so one that went missing is noticed.

        Raises:
            VaultError: as `credentials`.
        """
        if not self.connection.has_credentials:
            return ""
        if self.refusal:
            raise self.refusal
        sealed = self._fingerprint()
        known, masked = self.workspace.opened_log_ins.get(self.connection.id, ((), ""))
        if known != sealed:
            masked = mask_email(self.credentials().email.get_secret_value())
            self.workspace.opened_log_ins[self.connection.id] = (sealed, masked)
        return masked

    def _fingerprint(self) -> tuple[str, ...]:
        """All that decides whether the log-in opens, without the log-in itself."""
        stored = self.connection
        texts = [text for text in (stored.email_sealed, stored.password_sealed) if text]
        keys = [check_value(self._find(key_id)) for key_id in sorted({*map(key_id_of, texts)})]
        return (stored.owner_id, stored.seal_mark, *texts, *keys)

    def email(self) -> SecretStr:
        sealed = self.connection.email_sealed
        return self._open(sealed, Purpose.CREDENTIALS, "email") if sealed else SecretStr("")

    def token(self, tx: Tx) -> Token | None:
        """The stored token; None when there is none or it can't be used: a log-in replaces it.

        What is used is the token that was stored last, as the audit trail tells, and no earlier one
        that somebody put back.
        """
        stored = self.connection
        if stored.token_sealed is None:
            return None
        if not is_newest(self.workspace, tx, TOKEN, stored.id, stored.token_mark):
            _log.warning("%s it is not the one that the audit trail names last.", _ANOTHER)
            return None
        try:
            value = self._open(stored.token_sealed, Purpose.TOKENS, "token")
        except VaultError:
            _log.warning("%s it can't be opened.", _ANOTHER)
            return None
        return Token(value=value, expires_at=stored.token_expires_at)

    def _open(self, sealed: str, purpose: Purpose, field: str) -> SecretStr:
        if self.refusal:
            raise self.refusal
        place = _place(self.connection, purpose, field)
        return unseal(sealed, place, self._find)

    def _find(self, key_id: str) -> MasterKey:
        key = self.workspace.keys.find(key_id)
        if stored := self.checks.get(key_id):
            confirm(key, stored)
        return key


def opener(workspace: Workspace, tx: Tx, connection: StoredConnection) -> Opener:
    refusal = earlier_value(workspace, tx, LOG_IN, connection.id, connection.seal_mark)
    return Opener(workspace, connection, connections.key_checks(tx), refusal)


def store_credentials(
    workspace: Workspace, tx: Tx, connection: StoredConnection, credentials: Credentials
) -> StoredConnection:
    """Seal a log-in into a connection, in the place of what was there, under a mark of its own.

    The caller records "connect" with that mark, as `seal`, in the same transaction.

    The old values go first: where they were the last ones that a lost key had sealed, a new key
    may be made. As long as other sealed values exist, it may not.

    Raises:
        KeyMissing: when the key that sealed other values is not here.
    """
    connections.change_connection(
        tx, connection.id, email_sealed=None, password_sealed=None, token_sealed=None
    )
    key = sealing_key(workspace.keys, tx)
    connection = replace(connection, seal_mark=new_mark())
    places = {
        "email_sealed": (credentials.email, _place(connection, Purpose.CREDENTIALS, "email")),
        "password_sealed": (
            credentials.password,
            _place(connection, Purpose.CREDENTIALS, "password"),
        ),
    }
    sealed = {column: seal(secret, place, key) for column, (secret, place) in places.items()}
    connections.change_connection(tx, connection.id, seal_mark=connection.seal_mark, **sealed)
    return connection


def store_token(
    workspace: Workspace, tx: Tx, actor: Actor, connection: StoredConnection, token: Token
) -> None:
    """Seal a token, so that the next start needs no new log-in; the audit trail names its mark.

    Raises:
        KeyMissing: when the key is not here.
    """
    key = sealing_key(workspace.keys, tx)
    mark = new_mark()
    connection = replace(connection, token_mark=mark)
    connections.change_connection(
        tx,
        connection.id,
        token_mark=mark,
        token_sealed=seal(token.value, _place(connection, Purpose.TOKENS, "token"), key),
        token_expires_at=token.expires_at,
    )
    [kept] = TOKEN.storing
    audit.record(tx, audit.entry(actor, kept, TOKEN.subject, connection.id, seal=mark))


def sealed_places(connection: StoredConnection) -> list[tuple[str, Place, str | None]]:
    """Each sealed column of a connection, the place that it is sealed for, and what it holds."""
    log_in, tokens, c = Purpose.CREDENTIALS, Purpose.TOKENS, connection
    return [
        ("email_sealed", _place(c, log_in, "email"), c.email_sealed),
        ("password_sealed", _place(c, log_in, "password"), c.password_sealed),
        ("token_sealed", _place(c, tokens, "token"), c.token_sealed),
    ]


def _place(connection: StoredConnection, purpose: Purpose, field: str) -> Place:
    mark = connection.seal_mark
    if purpose is Purpose.TOKENS:  # a token belongs to its log-in, and is stored more often
        mark = f"{mark}.{connection.token_mark}" if connection.token_mark else ""
    return Place(
        purpose=purpose,
        table=_TABLE,
        row_id=connection.id,
        owner_id=connection.owner_id,
        field=field,
        mark=mark,
    )
