"""Changes of an account's rows as its list shows them: clicks and loads, and what undoing does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ledgersync.domain.undoing import Outlook, Stay, Why


class Blocked(StrEnum):
    """Why a change can't be undone at all; all but the last are about loads."""

    NEWER_LOAD = "newer load"
    CLOSED = "closed"
    NOT_RECORDED = "not recorded"
    FOR_ADMINISTRATORS = "for administrators"


@dataclass(frozen=True, slots=True)
class Block:
    """What stands in the way of undoing a change: since when, and by whom."""

    why: Blocked
    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A click's batch or a load, with what undoing it would do now.

    `id` is the batch's, or the run's of a load; `file_name` is that of a statement file where the
    load was the import of one. `undone_by` is "" for what was never undone; where only a part went
    back, `outlook` tells what still can.
    """

    id: str
    what: str
    who: str
    at: datetime
    rows: int
    outlook: Outlook
    load: bool = False
    file_name: str = ""
    block: Block | None = None
    undone_at: datetime | None = None
    undone_by: str = ""

    @property
    def can_be_undone(self) -> bool:
        """A load of nothing new can be, too: its days no longer count as loaded then."""
        if self.block or (self.load and self.undone_at):
            return False
        return bool(self.outlook.back) or (self.load and not self.outlook.stay)


@dataclass(frozen=True, slots=True)
class LoadedRow:
    """A row that a load added or changed, with what happened to it since.

    `added` rows can only be taken away whole. `reloaded` tells that a later load changed the row.
    """

    transaction_id: str
    added: bool
    decided_at: datetime | None = None
    decided_by: str = ""
    export: int | None = None
    exported_at: datetime | None = None
    paired: bool = False
    reloaded: bool = False


def plan_load_undo(rows: Sequence[LoadedRow], at: datetime) -> Outlook:
    """Which rows of a load made at this moment can go back to how they were before it.

    A row that it added goes away where nobody has decided, exported or paired it; one that it
    changed gets its former values where nobody has worked on it since.
    """
    found = [(row.transaction_id, _stays(row, at)) for row in rows]
    back = tuple(id_ for id_, stay in found if stay is None)
    return Outlook(back, tuple(stay for _, stay in found if stay is not None))


def _stays(row: LoadedRow, at: datetime) -> Stay | None:
    if row.exported_at is not None and (row.added or row.exported_at > at):
        return Stay(row.transaction_id, Why.EXPORTED, export=row.export)
    if row.decided_at is not None and (row.added or row.decided_at > at):
        return Stay(row.transaction_id, Why.CHANGED, row.decided_by)
    if row.paired:
        return Stay(row.transaction_id, Why.PAIRED)
    return Stay(row.transaction_id, Why.LOADED) if row.reloaded else None
