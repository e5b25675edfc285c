"""Closings: periods that somebody closed because they tied, and reopened with a reason."""

from dataclasses import dataclass
from datetime import datetime

from ledgersync.domain.periods import Period


@dataclass(frozen=True, slots=True)
class Closing:
    """A period that was closed; `closing` is its balance in cents, `rows` counted at the bank.

    `reopened_at` is None while it is closed.
    """

    id: str
    account_id: str
    period: Period
    closing: int
    rows: int
    closed_at: datetime
    closed_by: str
    reopened_at: datetime | None = None
    reopened_by: str = ""
    reopen_reason: str = ""

    @property
    def closed(self) -> bool:
        return self.reopened_at is None
