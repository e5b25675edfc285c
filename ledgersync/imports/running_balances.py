"""Balances that a bank writes beside each row: believed only where they lead from row to row."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

Moved = tuple[date, int, int]
"""A row's day, amount and the balance after it, in cents."""


class Balances(NamedTuple):
    """What the account held before the first row, and after the last one of `day`."""

    opening: int
    day: date
    closing: int


def balances_of(rows: Sequence[Moved], *, owes: bool) -> Balances | None:
    """The balances around rows that stand in the order of time, either way round.

    Of an account that holds a debt the bank may write what is owed without a sign; then every step
    of the chain shows it, and the figures are negated.
    """
    if not rows or (owes and len(rows) == 1):
        return None
    found = {
        Balances(sign * first[2] - first[1], last[0], sign * last[2])
        for order in (rows, rows[::-1])
        for sign in ((1, -1) if owes else (1,))
        if _leads(order, sign)
        for first, last in [(order[0], order[-1])]
    }
    return found.pop() if len(found) == 1 else None


def _leads(rows: Sequence[Moved], sign: int) -> bool:
    return all(
        before[0] <= after[0] and sign * (after[2] - before[2]) == after[1]
        for before, after in pairwise(rows)
    )


def signs_of_steps(rows: Sequence[Moved]) -> list[int] | None:
    """Which way each row but the first went, 1 for in, where each balance leads to the next by it.

    The amounts have no sign, and the rows stand in the order of time. None where some do not fit.
    """
    steps = [(after[2] - before[2], after[1]) for before, after in pairwise(rows)]
    in_time = all(before[0] <= after[0] for before, after in pairwise(rows))
    if not in_time or any(abs(step) != amount for step, amount in steps):
        return None
    return [1 if step > 0 else -1 for step, _ in steps]
