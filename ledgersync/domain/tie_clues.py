"""Clues: what may explain that an account does not tie to its statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from ledgersync import money
from ledgersync.domain.periods import Period
from ledgersync.domain.statements import swapped_digits
from ledgersync.domain.ties import TieOut

_MOST = 5


@dataclass(frozen=True, slots=True)
class TieRow:
    """A row in the search for a difference; `counts` tells whether it is in the sums."""

    id: str
    date: date
    description: str
    amount: int
    counts: bool
    pending: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class Clue:
    """One possible cause in words, with the rows that it speaks of."""

    words: str
    ids: tuple[str, ...] = ()


def clues(tie: TieOut, rows: Sequence[TieRow], not_loaded: Sequence[Period]) -> tuple[Clue, ...]:
    """What would explain the difference to the cent, the likeliest first; then missing days.

    Raises:
        ValueError: where there is no difference to explain.
    """
    if not tie.difference:
        raise ValueError("clues are for a difference")
    counting = [row for row in rows if row.counts]
    found = [
        *_typing_slip(tie),
        *_left_out(tie, [row for row in rows if not row.counts]),
        *_too_many(tie, counting),
        *_wrong_way(tie, counting),
        *_pairs(tie, counting),
    ]
    return (*islice(found, _MOST), *map(_not_loaded, not_loaded))


def _typing_slip(tie: TieOut) -> Iterator[Clue]:
    paper, closing = tie.statement, tie.closing
    if paper is None or paper.closing is None or closing is None or not paper.typed:
        return
    if swapped_digits(paper.closing, closing):
        typed = money.dollars(paper.closing, tie.currency)
        wanted = money.dollars(closing, tie.currency)
        yield Clue(f"Two digits of the typed-in {typed} may be swapped: the rows give {wanted}.")


def _left_out(tie: TieOut, rows: Sequence[TieRow]) -> Iterator[Clue]:
    """Rows that do not count, of which one alone would make it tie."""
    for row in rows:
        if row.amount == tie.difference:
            why = (
                "LedgerSync no longer lists it"
                if row.gone
                else "it is pending"
                if row.pending
                else "it was taken out as a duplicate"
            )
            yield Clue(
                f"{_named(row, tie)} is the difference, and does not count: {why}.", (row.id,)
            )


def _too_many(tie: TieOut, rows: Sequence[TieRow]) -> Iterator[Clue]:
    """Rows without which it would tie; of two alike, one may be there twice."""
    alike = [row for row in rows if row.amount == -(tie.difference or 0)]
    days = [row.date for row in alike]
    for row in alike:
        if days.count(row.date) > 1:
            twins = tuple(other.id for other in alike if other.date == row.date)
            if row.id == twins[0]:
                yield Clue(f"{_named(row, tie)} may be here twice: one of them is the rest.", twins)
        else:
            yield Clue(f"Without {_named(row, tie)} it would tie.", (row.id,))


def _wrong_way(tie: TieOut, rows: Sequence[TieRow]) -> Iterator[Clue]:
    """Rows of half the difference, counted in the wrong direction."""
    for row in rows:
        if 2 * row.amount == -(tie.difference or 0):
            words = f"{_named(row, tie)} is half the difference: in and out may be mixed up."
            yield Clue(words, (row.id,))


def _pairs(tie: TieOut, rows: Sequence[TieRow]) -> Iterator[Clue]:
    """Two rows that together are too many."""
    seen: dict[int, TieRow] = {}
    for row in rows:
        other = seen.get(-(tie.difference or 0) - row.amount)
        if other is not None and row.amount * other.amount > 0:
            yield Clue(
                f"Without {_named(other, tie)} and {_named(row, tie)} it would tie.",
                (other.id, row.id),
            )
        seen.setdefault(row.amount, row)


def _not_loaded(days: Period) -> Clue:
    if days.days == 1:
        return Clue(f"{days.start:%m/%d/%Y} is not loaded: load it first.")
    return Clue(f"{days.words()} is not loaded: load these days first.")


def _named(row: TieRow, tie: TieOut) -> str:
    return f"{row.date:%m/%d/%Y} {row.description}, {money.dollars(row.amount, tie.currency)}"
