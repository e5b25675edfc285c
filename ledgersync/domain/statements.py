"""Statements: what a bank says that an account held, and how its figures are to be read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledgersync.domain.periods import Period

_OWED = ("credit", "card", "loan", "mortgage")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's figures in cents, as their source has them.

    LedgerSync's may count what is owed as positive; what is `typed` in counts it as negative, as
    everything in this program does. `by` is who typed it, `version` grows with each change.
    """

    id: str
    account_id: str
    start: date
    end: date
    opening: int | None
    closing: int | None
    typed: bool
    by: str
    version: int

    @property
    def days(self) -> Period:
        return Period(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Sense:
    """Whether LedgerSync writes what is owed as a positive balance, and whether rows prove it."""

    flipped: bool = False
    proven: bool = True

    def words(self) -> str:
        """What was taken, where there was a choice; "" where there was none."""
        if self.proven:
            taken = "LedgerSync writes what is owed as a positive balance"
            return f"{taken}; here it is negative." if self.flipped else ""
        taken = "as owed, so it is negative here" if self.flipped else "with their own sign"
        return (
            f"LedgerSync's balances of this account are taken {taken}: "
            "no statement with all its rows has proved it yet."
        )


def owes(account_type: str) -> bool:
    """Whether an account of this type holds a debt, as cards and loans do."""
    kind = account_type.lower()
    return any(word in kind for word in _OWED)


def sense_of(
    account_type: str, statements: Iterable[Statement], moved: Callable[[Period], int | None]
) -> Sense:
    """How LedgerSync's balances of an account are to be read.

    Only a debt can be written with the other sign. Statements whose change is the sum of their
    rows, or its opposite, prove which it is; until one does, the sign of most of them decides,
    because a card usually owes.

    Args:
        moved: the sum of the rows of a statement's days; None where they are not all loaded.
    """
    fed = sorted((s for s in statements if not s.typed), key=lambda s: s.end)
    if not owes(account_type) or not fed:
        return Sense()
    votes = [_vote(before, s, moved) for before, s in zip([None, *fed], fed, strict=False)]
    if 1 in votes and -1 not in votes:
        return Sense(flipped=False)
    if -1 in votes and 1 not in votes:
        return Sense(flipped=True)
    positive = sum((s.closing or 0) > 0 for s in fed)
    return Sense(flipped=2 * positive > len(fed), proven=False)


def _vote(
    before: Statement | None, statement: Statement, moved: Callable[[Period], int | None]
) -> int:
    """1 for the sign as it stands, -1 for the opposite, 0 where nothing can be told."""
    opening = statement.opening
    if opening is None and before is not None and before.end + DAY == statement.start:
        opening = before.closing
    rows = moved(statement.days)
    if opening is None or statement.closing is None or not rows:
        return 0
    change = statement.closing - opening
    return 1 if change == rows else -1 if change == -rows else 0


def read_with(sense: Sense, statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements with every figure in this program's sign, by their last day."""
    return tuple(
        _negated(s) if sense.flipped and not s.typed else s
        for s in sorted(statements, key=lambda s: (s.end, s.typed))
    )


def _negated(statement: Statement) -> Statement:
    opening, closing = (
        None if figure is None else -figure for figure in (statement.opening, statement.closing)
    )
    return replace(statement, opening=opening, closing=closing)


def swapped_digits(typed: int, right: int) -> bool:
    """Whether swapping two neighbouring digits of what was typed gives the right figure."""
    text, wanted = f"{abs(typed):03d}", f"{abs(right):03d}"
    if len(text) != len(wanted) or text == wanted:
        return False
    return any(_swapped(text, at) == wanted for at in range(len(text) - 1))


def _swapped(text: Sequence[str] | str, at: int) -> str:
    return "".join((*text[:at], text[at + 1], text[at], *text[at + 2 :]))
