"""What can be taken back of a change without hurting a later one: decided from facts alone.

A row's history is a chain of states. Every change leads from one state to another, and taking a
change back leads to the state before it, from which older changes can be taken back in turn.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ledgersync.domain.batches import BatchItem
from ledgersync.domain.decisions import Decision

State = tuple[str, ...]  # the changes that stand on a row, the oldest first


@dataclass(frozen=True, slots=True)
class Step:
    """A batch's change of one row: the version it gave the row, and who did what.

    `undoes` is the batch that it took back, "" for a change of its own.
    """

    batch_id: str
    version: int
    undoes: str = ""
    who: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class RowNow:
    """A row as it stands: its decision, every step that led there, the export that locks it.

    `exported` tells that it counts with an export, which need not lock it; `closed_by` who closed
    the period that it is in, "" where that is open.
    """

    decision: Decision
    steps: tuple[Step, ...]
    locked_by: int | None = None
    exported: bool = False
    closed_by: str = ""


class Why(StrEnum):
    """Why a row stays as it is."""

    EXPORTED = "exported"
    CHANGED = "changed"
    TAKEN_BACK = "taken back"
    OTHER_LEG = "other leg"
    PAIRED = "paired"
    LOADED = "loaded"
    CLOSED = "closed"
    CODES_GONE = "codes gone"
    OTHER_AMOUNT = "other amount"


@dataclass(frozen=True, slots=True)
class Stay:
    """A row that stays: `who` changed it later or closed its period, `words` say by what.

    `export` has it locked.
    """

    transaction_id: str
    why: Why
    who: str = ""
    words: str = ""
    export: int | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What taking a change back would do: the rows that go back, and those that stay."""

    back: tuple[str, ...] = ()
    stay: tuple[Stay, ...] = ()

    def grouped(self) -> list[tuple[Stay, int]]:
        """The reasons to stay, each once with its number of rows, the most frequent first."""
        found = Counter(Stay("", s.why, s.who, s.words, s.export) for s in self.stay)
        return found.most_common()


_NONE_UNFIT: Mapping[Decision, Why] = MappingProxyType({})


def plan_undo(
    batch_id: str,
    items: Sequence[BatchItem],
    rows: Mapping[str, RowNow],
    unfit: Mapping[Decision, Why] = _NONE_UNFIT,
) -> Outlook:
    """Which rows of a batch can get the decision before it back.

    A row does when nothing newer stands on it: what came later was taken back itself. The two legs
    of a transfer go back together or not at all.

    Args:
        batch_id: the batch to take back.
        items: its rows with their decisions before it.
        rows: the same rows as they are now, by id.
        unfit: why decisions can't be stored any more, of those before where that is so.
    """
    found = {item.before.transaction_id: item.before for item in items}
    stay = {
        id_: s
        for id_, before in found.items()
        if (s := _stays(batch_id, id_, rows[id_], unfit.get(before)))
    }
    left = {id_: before for id_, before in found.items() if id_ not in stay}
    while torn := _torn(left, rows):
        stay |= {id_: Stay(id_, Why.OTHER_LEG) for id_ in torn}
        left = {id_: before for id_, before in left.items() if id_ not in torn}
    return Outlook(tuple(left), tuple(stay[id_] for id_ in found if id_ in stay))


def plan_relock(items: Sequence[BatchItem], rows: Mapping[str, RowNow]) -> Outlook:
    """Which rows of an unlocking can be locked again: those on which no later change stands.

    A row whose export was taken back meanwhile has nothing to be locked by.
    """
    left = {id_: row for id_, row in rows.items() if row.exported}
    gone = [i.before.transaction_id for i in items if i.before.transaction_id not in left]
    found = plan_standing([i for i in items if i.before.transaction_id in left], left)
    return Outlook(found.back, (*found.stay, *(Stay(id_, Why.TAKEN_BACK) for id_ in gone)))


def plan_standing(items: Sequence[BatchItem], rows: Mapping[str, RowNow]) -> Outlook:
    """Which rows of an export are locked again when it stands again after it was taken back."""
    found = [_as_unlocked(item, rows[item.before.transaction_id]) for item in items]
    back = tuple(id_ for id_ in found if isinstance(id_, str))
    return Outlook(back, tuple(stay for stay in found if isinstance(stay, Stay)))


def _as_unlocked(item: BatchItem, row: RowNow) -> str | Stay:
    row_id = item.before.transaction_id
    if row.locked_by is not None:
        return Stay(row_id, Why.EXPORTED, export=row.locked_by)
    before = [step for step in row.steps if step.version <= item.version]
    if _state(row.steps, row.decision.version) != _state(before, item.version):
        return Stay(row_id, Why.CHANGED, row.decision.decided_by)
    return _shut(row_id, row) or row_id


def _state(steps: Sequence[Step], version: int) -> State:
    return trace(steps, version)[1]


def _shut(row_id: str, row: RowNow) -> Stay | None:
    return Stay(row_id, Why.CLOSED, row.closed_by) if row.closed_by else None


def _torn(left: Mapping[str, Decision], rows: Mapping[str, RowNow]) -> set[str]:
    """Legs of a transfer whose other leg would not go the same way."""
    return {
        id_
        for id_, before in left.items()
        if before.transfer_with != rows[id_].decision.transfer_with
        and not {before.transfer_with, rows[id_].decision.transfer_with} - {""} <= left.keys()
    }


def _stays(batch_id: str, row_id: str, row: RowNow, unfit: Why | None) -> Stay | None:
    if row.locked_by is not None:
        return Stay(row_id, Why.EXPORTED, export=row.locked_by)
    spans, state = trace(row.steps, row.decision.version)
    before, after = spans[batch_id]
    if state == after:
        return Stay(row_id, unfit) if unfit else _shut(row_id, row)
    brought_back = len(before) > len(after) and state[: len(before)] == before
    if brought_back or state[: len(after)] != after:
        return Stay(row_id, Why.TAKEN_BACK)
    newer = {step.batch_id: step for step in row.steps}.get(state[-1])
    who, words = (newer.who, newer.words) if newer else (row.decision.decided_by, "")
    return Stay(row_id, Why.CHANGED, who, words)


def trace(steps: Sequence[Step], version: int) -> tuple[dict[str, tuple[State, State]], State]:
    """The states between which each batch led a row, by batch id, and the state it is in now.

    Versions that no batch accounts for are changes of their own, which nothing takes back.

    Args:
        steps: the row's steps in any order.
        version: the row's version now.
    """
    spans: dict[str, tuple[State, State]] = {}
    state: State = ()
    reached = 0
    for step in sorted(steps, key=lambda step: step.version):
        state = _past(state, reached, step.version - 1)
        taken_back = spans.get(step.undoes)
        after = taken_back[0] if taken_back else (*state, step.batch_id)
        spans[step.batch_id] = (state, after)
        state, reached = after, step.version
    return spans, _past(state, reached, version)


def _past(state: State, reached: int, version: int) -> State:
    return (*state, f"version {version}") if version > reached else state
