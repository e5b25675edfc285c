"""Going through a list one transaction at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledgersync.domain.transactions import Status, Transaction


@dataclass(frozen=True, slots=True)
class Walk:
    """The rows of a list in its order, and which of them is looked at."""

    rows: tuple[Transaction, ...]
    at: int

    @property
    def row(self) -> Transaction:
        return self.rows[self.at]

    @property
    def left(self) -> int:
        """How many rows are still to review."""
        return sum(_is_open(row) for row in self.rows)

    @property
    def next(self) -> int | None:
        """The place of the row after this one; None at the end."""
        return self.at + 1 if self.at + 1 < len(self.rows) else None

    @property
    def previous(self) -> int | None:
        """The place of the row before this one; None at the start."""
        return self.at - 1 if self.at else None

    @property
    def next_open(self) -> int | None:
        """The place of the next other row to review, from the top again after the last one."""
        places = (*range(self.at + 1, len(self.rows)), *range(self.at))
        return next((place for place in places if _is_open(self.rows[place])), None)


def first_place(rows: Sequence[Transaction]) -> int:
    """Where to begin: at the first row to review, else at the top."""
    return next((place for place, row in enumerate(rows) if _is_open(row)), 0)


def _is_open(row: Transaction) -> bool:
    return row.status is Status.TO_REVIEW
