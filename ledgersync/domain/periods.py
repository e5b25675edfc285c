"""Periods of whole days, both ends included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ledgersync.errors import InvalidInput


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start` to `end`, both days included.

    Raises:
        InvalidInput: when the end lies before the start.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidInput(
                f"The period ends on {self.end:%m/%d/%Y}, before its start {self.start:%m/%d/%Y}.",
                "Choose an end date on or after the start date.",
            )

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def words(self) -> str:
        """The period as people write it: "10/01/2026 to 10/31/2026"."""
        return f"{self.start:%m/%d/%Y} to {self.end:%m/%d/%Y}"


def covers(parts: Iterable[Period], whole: Period) -> bool:
    """Whether the parts together hold every day of the whole."""
    missing_from = whole.start
    for part in sorted(parts):
        if part.start > missing_from:
            break
        missing_from = max(missing_from, part.end + timedelta(days=1))
    return missing_from > whole.end


def this_month(today: date) -> Period:
    """From the first of the month to today: later days can hold no transactions yet."""
    return Period(today.replace(day=1), today)


def last_month(today: date) -> Period:
    end = today.replace(day=1) - timedelta(days=1)
    return Period(end.replace(day=1), end)


def year_before(day: date) -> date:
    """The same day of the year before; of a leap day, the last of February."""
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap_day else day.day)
