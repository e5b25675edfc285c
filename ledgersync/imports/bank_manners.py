"""What one file of transactions tells of how it writes dates and amounts, for another that doesn't.

A firm's files mostly come from the same programs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ledgersync.imports.dates import DateColumn, either_way, order_shown


@dataclass(frozen=True, slots=True)
class Manners:
    """Whether days come before months, and commas before cents; None where a file doesn't tell.

    `whose` are the words for the file.
    """

    day_first: bool | None = None
    decimal_comma: bool | None = None
    whose: str = ""


NOTHING_TOLD = Manners()
_DAY_FIRST = "The dates were read day first, as some can only be meant so."


@dataclass(frozen=True, slots=True)
class BankDates:
    """How a file's dates are read, whether they tell it themselves, and what to say of it."""

    column: DateColumn
    day_first: bool | None
    remarks: tuple[str, ...] = ()

    @classmethod
    def of(cls, texts: Iterable[str], other: Manners) -> "BankDates":
        """As its own dates tell, else as another file does, else with the month first."""
        days = list(texts)
        shown = order_shown(days)
        day_first = other.day_first if shown is None else shown
        example = either_way(days).strip() if shown is None else ""
        remarks = [_DAY_FIRST] if shown else [_said(example, other)] if example else []
        return cls(DateColumn(bool(day_first)), shown, tuple(remarks))


def _said(example: str, other: Manners) -> str:
    """What to say of dates where all can be meant both ways."""
    if other.day_first is None:
        return f"Dates such as {example} can be meant both ways; they were read month first."
    order = "day" if other.day_first else "month"
    return f"Dates such as {example} were read {order} first, as in {other.whose}."
