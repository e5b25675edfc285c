"""Batches: decisions made with one click, which one click takes back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ledgersync.domain.decisions import Decision


class BatchKind(StrEnum):
    """What kind of click it was."""

    EDIT = "edit"
    BULK = "bulk"
    ACCEPT = "accept"
    SPLIT = "split"
    TRANSFER = "transfer"
    DUPLICATE = "duplicate"
    UNDO = "undo"
    UNLOCK = "unlock"
    TAKE_BACK = "take back"

    @property
    def opens_rows(self) -> bool:
        """Whether it let exported rows be changed again, and left their decisions as they were."""
        return self in {BatchKind.UNLOCK, BatchKind.TAKE_BACK}


@dataclass(frozen=True, slots=True)
class Batch:
    """One click's decisions. `words` say what it did; `undone_by` is "" until it is undone.

    `account_id` is "" for a click on rows of several bank accounts of the client. `undoes` is the
    batch that it took back, "" for a click of its own.
    """

    id: str
    kind: BatchKind
    client_id: str
    account_id: str
    at: datetime
    user_id: str
    user_name: str
    rows: int
    words: str
    undoes: str = ""
    undone_at: datetime | None = None
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A row of a batch: the version that the batch gave it, and the decision before.

    `note` is what LedgerSync had changed of the row since somebody looked at it, "" for nothing.
    """

    version: int
    before: Decision
    note: str = ""
