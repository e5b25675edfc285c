"""Transactions: what the feed said, and what a person sees on Review."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from ledgersync.domain.splits import Split


class FeedTransaction(NamedTuple):
    """A transaction as LedgerSync gave it, read but not judged; a tuple, for they come by the many.

    `amount` in cents, negative is money out. `source_id` is "" when the feed gives no id.
    `raw` is the row's own JSON text, kept beside everything that we derive.
    """

    source_id: str
    date: date
    description: str
    amount: int
    payee: str
    check_number: str
    memo: str
    pending: bool
    raw: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row of the feed that can't be read: why, and its own text as it came.

    `source_id` is its id where at least that could be read, so that the stored row of that id is
    not taken for one that vanished.
    """

    reason: str
    raw: str
    source_id: str = ""


class Status(StrEnum):
    """Where a transaction stands; one word each, as on screen and in the command's JSON."""

    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"
    EXCLUDED = "excluded"
    EXPORTED = "exported"
    PROBLEM = "problem"


class Method(StrEnum):
    """Which way a transaction came to its vendor and GL code."""

    RULE = "rule"
    AI = "ai"
    SEMANTIC = "semantic"
    MANUAL = "manual"
    NONE = "none"


class Transaction(NamedTuple):
    """A stored transaction with its decision: one row of Review.

    A tuple, for a year of a large account has them by the hundred thousand.

    `amount` in cents, negative is money out. `version` grows with every saved decision and is 0
    before the first. `suggested` tells that vendor and GL code are the matcher's proposal, which no
    person has confirmed; `confidence` is its probability of being right. `rule_id` names the rule
    that spoke. `problem` says in words why the row needs a look ("" when it doesn't). `split`
    shares the amount between GL codes, and `gl_code` is "" then. `transfer_with` is the id of the
    other leg of a confirmed transfer. `exported_version` is the newest that says what the newest
    export said. `exported_at` and `exported_by` tell of the newest export.
    `locked` tells that it left in an export and nobody unlocked it since, whatever its status.
    """

    id: str
    account_id: str
    source_id: str
    date: date
    description: str
    amount: int
    currency: str
    payee: str
    check_number: str
    memo: str
    pending: bool
    vendor_id: str
    vendor_code: str
    vendor_name: str
    gl_code: str
    gl_name: str
    suggested: bool
    method: Method
    confidence: float | None
    why: str
    rule_id: str
    status: Status
    problem: str
    version: int
    decided_by: str
    decided_at: datetime | None
    export_number: int | None
    exported_version: int | None
    exported_at: datetime | None = None
    exported_by: str = ""
    split: Split = ()
    transfer_with: str = ""
    locked: bool = False

    @property
    def coded(self) -> bool:
        """Whether the row says where its whole amount goes."""
        return bool(self.gl_code or self.split)

    @property
    def exported(self) -> bool:
        return self.export_number is not None

    @property
    def changed_since_export(self) -> bool:
        return self.exported_version is not None and self.exported_version != self.version
