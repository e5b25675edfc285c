"""Groups: open rows of a list that read alike, so that one decision serves them all."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledgersync.domain.transactions import Status, Transaction


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same normalised description and the same direction of money."""

    text: str
    rows: tuple[Transaction, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(row.id for row in self.rows)

    @property
    def total(self) -> int:
        """The sum of the amounts, in cents."""
        return sum(row.amount for row in self.rows)

    @property
    def vendor_id(self) -> str:
        """The vendor that all rows show; "" where they differ."""
        return _shared(row.vendor_id for row in self.rows)

    @property
    def gl_code(self) -> str:
        """The GL code that all rows show; "" where they differ."""
        return _shared(row.gl_code for row in self.rows)

    @property
    def gl_codes(self) -> tuple[tuple[str, int], ...]:
        """The GL codes that rows show, with how many rows, the most frequent first."""
        return tuple(Counter(row.gl_code for row in self.rows if row.gl_code).most_common())

    @property
    def acceptable(self) -> tuple[Transaction, ...]:
        """The open rows that would have codes if they were accepted as they are suggested."""
        return tuple(
            row
            for row in self.rows
            if row.suggested and row.coded and row.status is Status.TO_REVIEW and not row.pending
        )

    @property
    def least_sure(self) -> Transaction:
        """The row whose suggestion is the least sure; one without a suggestion before all."""
        return min(self.rows, key=_sureness)


def groups_of(rows: Iterable[Transaction], texts: Mapping[str, str]) -> list[Group]:
    """The open rows by what they read and their direction, the largest group first.

    Rows that are pending at the bank are in none: they may still change. Among groups of one size,
    those that nothing is suggested for come first.

    Args:
        rows: the rows of a list.
        texts: each row's normalised description, by transaction id.
    """
    found: defaultdict[tuple[str, bool], list[Transaction]] = defaultdict(list)
    for row in rows:
        if row.status is Status.TO_REVIEW and not row.pending:
            found[texts[row.id], row.amount < 0].append(row)
    groups = [Group(text, tuple(some)) for (text, _), some in found.items()]
    return sorted(groups, key=_rank)


def _sureness(row: Transaction) -> float:
    return (row.confidence or 0.0) if row.suggested else -1.0


def _rank(group: Group) -> tuple[int, bool, int, str]:
    return -len(group.rows), bool(group.acceptable), -abs(group.total), group.text


def _shared(values: Iterable[str]) -> str:
    found = set(values)
    return found.pop() if len(found) == 1 else ""
