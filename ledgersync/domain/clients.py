"""Clients and their bank accounts, as storage hands them out and as the feed names them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class FeedStatus(StrEnum):
    """What LedgerSync says of a bank account's own connection to its bank."""

    ACTIVE = "active"
    BROKEN = "broken"
    NEEDS_MFA = "needs_mfa"
    OTHER = "other"
    NOT_GIVEN = "not_given"

    @classmethod
    def read(cls, text: str) -> "FeedStatus":
        """The status that the feed's word means; a word we don't know is OTHER, never ACTIVE."""
        word = text.strip().lower().replace(" ", "_").replace("-", "_")
        if not word:
            return cls.NOT_GIVEN
        return cls(word) if word in set(cls) else cls.OTHER

    @property
    def needs_somebody(self) -> bool:
        """Whether a person must act at LedgerSync before this account loads again."""
        return self not in {FeedStatus.ACTIVE, FeedStatus.NOT_GIVEN}


@dataclass(frozen=True, slots=True)
class FeedClient:
    """A client as LedgerSync lists it."""

    source_id: str
    name: str
    email: str
    status: str


@dataclass(frozen=True, slots=True)
class AccountKey:
    """Which account is meant at LedgerSync; its id alone may be unique only within its client."""

    client_id: str
    account_id: str


@dataclass(frozen=True, slots=True)
class FeedAccount:
    """A bank account as LedgerSync lists it; `balance` in cents, None when not given."""

    source_id: str
    name: str
    institution: str
    type: str
    mask: str
    currency: str
    balance: int | None
    balance_date: date | None
    status: str


@dataclass(frozen=True, slots=True)
class FeedStatement:
    """A bank statement's figures in cents, as far as LedgerSync has them."""

    source_id: str
    start: date
    end: date
    opening_balance: int | None
    closing_balance: int | None


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the firm. `removed` when LedgerSync no longer lists it; nothing is deleted."""

    id: str
    source_id: str
    name: str
    email: str
    status: str
    acs_code: str
    accounts: int
    removed: bool


BY_HAND = "hand:"
"""How the source ids of bank accounts begin that LedgerSync does not list."""


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A client's bank account; `balance` in cents, `acs_description` as Accounting CS names it.

    `gl_code` is its own account in the client's chart, "" when nobody has said.
    """

    id: str
    client_id: str
    source_id: str
    name: str
    institution: str
    type: str
    mask: str
    currency: str
    balance: int | None
    balance_date: date | None
    feed_status: FeedStatus
    feed_word: str
    acs_description: str
    last_loaded_at: datetime | None
    data_version: int
    removed: bool
    gl_code: str = ""

    @property
    def by_hand(self) -> bool:
        """Whether people added it: LedgerSync knows nothing of it, so nothing can be loaded."""
        return self.source_id.startswith(BY_HAND)

    @property
    def label(self) -> str:
        """How people tell accounts apart: "First Bank Checking ...4821"."""
        parts = [self.institution, self.name]
        if self.institution and self.institution.lower() in self.name.lower():
            parts = [self.name]
        ending = f"...{self.mask}" if self.mask else ""
        return " ".join(part for part in [*parts, ending] if part)
