"""The connection to LedgerSync: its states, and what a person reads of each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConnectionState(StrEnum):
    NOT_CONNECTED = "not_connected"
    CHECKING = "checking"
    CONNECTED = "connected"
    FAILED = "failed"
    LOCKED = "locked"
    NEEDS_ATTENTION = "needs_attention"


class Failure(StrEnum):
    """Which thing failed when connecting; each has its own words and next step."""

    WRONG_CREDENTIALS = "wrong_credentials"
    ACCOUNT_LOCKED = "account_locked"
    SUSPENDED = "suspended"
    NO_CLIENTS = "no_clients"
    UNREACHABLE = "unreachable"
    NOT_UNDERSTOOD = "not_understood"
    KEY_MISSING = "key_missing"
    STORED_PASSWORD_REFUSED = "stored_password_refused"  # noqa: S105  the name of a failure


@dataclass(frozen=True, slots=True)
class Connection:
    """What the app knows of a connection, without its secrets.

    `failure`, `sentence` and `next_step` describe the last thing that failed, and are empty while
    all is well. `attempt_sentence` speaks of a failed attempt to replace a log-in that still works.
    `masked_email` is "" for people who may not see it: those who may not change it either.
    `owner_name` is whose it is, where it is another's.
    """

    id: str
    owner_id: str
    state: ConnectionState
    failure: Failure | None
    sentence: str
    next_step: str
    checked_at: datetime | None
    checked_by: str
    client_count: int
    masked_email: str
    attempt_sentence: str
    attempt_at: datetime | None
    may_change: bool = True
    owner_name: str = ""


def mask_email(email: str) -> str:
    """Enough of an address to recognise it, not enough to use it: "j***@firm.com"."""
    name, at, domain = email.rpartition("@")
    return f"{name[:1]}***@{domain}" if at else f"{email[:1]}***"
