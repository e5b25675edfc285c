"""What taking an export back would do to its rows: decided from facts alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row of an export as it stands now.

    `newest` is the number of the newest export that it left with and that stands, `before` that of
    the newest one which stands without this one, None where there is none. `locked` is False for a
    row that somebody unlocked, `changed` tells that its decision was saved since it left.
    """

    transaction_id: str
    newest: int | None
    before: int | None
    locked: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class TakingBack:
    """What taking an export back would do, or did.

    `going` are the rows that no longer count as exported with it, `staying` those that left again
    with a later export. `refusal` says why it can't be done, "" where it can.
    """

    number: int
    going: tuple[SentRow, ...]
    staying: tuple[SentRow, ...]
    refusal: str = ""

    @property
    def locked(self) -> tuple[str, ...]:
        """The rows that it would unlock, by id; the others are unlocked already."""
        return tuple(row.transaction_id for row in self.going if row.locked)

    @property
    def changed(self) -> int:
        """How many rows were unlocked and changed before: their codes stay as they are."""
        return sum(row.changed and not row.locked for row in self.going)

    @property
    def later(self) -> tuple[tuple[int, int], ...]:
        """The later exports that rows stay with, each with how many."""
        return _counted(row.newest for row in self.staying)

    @property
    def earlier(self) -> tuple[tuple[int, int], ...]:
        """The earlier exports that stand and hold rows too, each with how many."""
        return _counted(row.before for row in self.going)


def plan_taking_back(number: int, rows: Sequence[SentRow]) -> TakingBack:
    """Which rows of an export would count as not exported, and which stay with a later one."""
    going = tuple(row for row in rows if row.newest == number)
    return TakingBack(number, going, tuple(row for row in rows if row.newest != number))


def _counted(numbers: Iterable[int | None]) -> tuple[tuple[int, int], ...]:
    found = Counter(number for number in numbers if number is not None)
    return tuple(sorted(found.items()))
