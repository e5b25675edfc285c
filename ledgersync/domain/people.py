"""People of the firm: who they are, what they see, and how long a sign-in lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ledgersync.domain.actors import Role


class Standing(StrEnum):
    """Where a person stands with the app, in a word for lists."""

    INVITED = "Invited"
    ACTIVE = "Active"
    DISABLED = "Disabled"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may act; `client_ids` are the clients of those who don't see all."""

    id: str
    name: str
    email: str
    role: Role
    standing: Standing
    all_clients: bool
    client_ids: frozenset[str]
    last_seen_at: datetime | None
    is_command_line: bool = False

    @property
    def sees_all(self) -> bool:
        return self.all_clients or self.role is Role.ADMIN


class Ending(StrEnum):
    """Why a sign-in is over."""

    SIGNED_OUT = "signed out"
    EVERYWHERE = "signed out everywhere"
    IDLE = "idle"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a sign-in lasts without a click, and at all."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """A sign-in: when it began, when it was last used, and when it was ended, if it was."""

    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None

    def ending(self, valid_after: datetime | None, limits: Limits, now: datetime) -> Ending | None:
        """Why it is over; None while it lasts."""
        if valid_after and self.began_at < valid_after:
            return Ending.EVERYWHERE
        if self.ended_at:
            return Ending.SIGNED_OUT
        if now - self.began_at >= limits.whole:
            return Ending.TOO_LONG
        return Ending.IDLE if now - self.seen_at >= limits.idle else None


def address_key(email: str) -> str:
    """An e-mail address as it is compared: without blanks around, ASCII letters small.

    Other letters stay: some of them become ASCII when made small, and would pass for another's.
    """
    return "".join(c.lower() if c.isascii() else c for c in email.strip())
