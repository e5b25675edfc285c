"""Dates as banks and spreadsheets write them; a whole column tells whether days come first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_WITHOUT_MARKS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", re.ASCII)
# A time, or the day that a broker counts from, such as 10/20/2026 as of 10/19/2026.
_BEHIND = re.compile(
    r"(?<=\d)(?:[T ]+\d{1,2}:\d{2}| +as of ).*", re.ASCII | re.DOTALL | re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?[.,]* +(?=\w)", re.IGNORECASE
)
_MONTH_NAMED = re.compile(
    r"([a-z]{3,9})\.?[- ]?(\d{1,2})[-, ]+(\d{4}|\d{2})", re.ASCII | re.IGNORECASE
)
_DAY_NAMED = re.compile(
    r"(\d{1,2})[- ]?([a-z]{3,9})\.?[-, ]*(\d{4}|\d{2})", re.ASCII | re.IGNORECASE
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_OTHER_SHORT_FORM = {"sept": "september"}
_LAST_MONTH, _LAST_DAY = 12, 31
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_THIS_CENTURY = 70  # a year of two digits below this is 20xx, as in spreadsheets


@dataclass(frozen=True, slots=True)
class DateColumn:
    """How a column writes its dates: 10/31/2026, or with the day first."""

    day_first: bool = False

    @classmethod
    def of(cls, texts: Iterable[str]) -> "DateColumn":
        """Day first where some date can only be meant so, and none the other way round.

        Otherwise the month comes first, as in the United States.
        """
        return cls(bool(day_comes_first(texts)))

    def read(self, text: str) -> date:
        """The date that a text of this column stands for; a time of day is left out.

        Raises:
            ValueError: when it is none; the message is a sentence.
        """
        part = _day_part(text)
        if not part:
            raise ValueError("The date is empty.")
        example = "31/10/2026" if self.day_first else "10/31/2026"
        return day_of(part, self._numbers(part), example)

    def reads(self, text: str) -> bool:
        """Whether `read` takes a text."""
        try:
            self.read(text)
        except ValueError:
            return False
        return True

    def _numbers(self, text: str) -> tuple[int, int, int] | None:
        """Year, month and day as they are written; None where the text has another shape."""
        if match := _YEAR_FIRST.fullmatch(text) or _WITHOUT_MARKS.fullmatch(text):
            return int(match[1]), int(match[2]), int(match[3])
        if match := _YEAR_LAST.fullmatch(text):
            first, second = int(match[1]), int(match[2])
            day, month = (first, second) if self.day_first else (second, first)
            return _year(match[3]), month, day
        if match := _MONTH_NAMED.fullmatch(text):
            return _year(match[3]), _month(match[1]), int(match[2])
        if match := _DAY_NAMED.fullmatch(text):
            return _year(match[3]), _month(match[2]), int(match[1])
        return None


def is_day(text: str) -> bool:
    """Whether a text is a date, with the month first or the day."""
    return DateColumn().reads(text) or DateColumn(day_first=True).reads(text)


def day_comes_first(texts: Iterable[str]) -> bool | None:
    """Whether a column writes the day before the month.

    None where some of its dates, such as `either_way` finds, can be meant both ways and no other
    one tells; False where all can be meant one way only, even if not all the same.
    """
    known = list(texts)
    shown = order_shown(known)
    return False if shown is None and not either_way(known) else shown


def order_shown(texts: Iterable[str]) -> bool | None:
    """Whether days come first as some dates can only be meant so; False where months do.

    None where no date shows it, or some the one and some the other.
    """
    pairs = {pair for text in texts if (pair := _first_two(text))}
    us_only = any(first <= _LAST_MONTH < second <= _LAST_DAY for first, second in pairs)
    day_only = any(second <= _LAST_MONTH < first <= _LAST_DAY for first, second in pairs)
    return day_only if us_only != day_only else None


def either_way(texts: Iterable[str]) -> str:
    """The first date that is another day where the day comes first; "" for none."""
    found = (text for text in texts if (pair := _first_two(text)) and _is_either_way(pair))
    return next(found, "")


def _first_two(text: str) -> tuple[int, int] | None:
    match = _YEAR_LAST.fullmatch(_day_part(text))
    return (int(match[1]), int(match[2])) if match else None


def _is_either_way(pair: tuple[int, int]) -> bool:
    return pair[0] != pair[1] and min(pair) > 0 and max(pair) <= _LAST_MONTH


def day_of(text: str, numbers: tuple[int, int, int] | None, example: str = "10/31/2026") -> date:
    """The day of these numbers, year first, that were read from a text.

    Raises:
        ValueError: when there is no such day in the years that books are kept of; the message is a
            sentence.
    """
    try:
        found = date(*numbers) if numbers else date.min
    except ValueError:
        found = date.min
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(f"The date {text[:40]!r} is not a date such as 2026-10-31 or {example}.")
    return found


def _day_part(text: str) -> str:
    text = text.strip()
    weekday = _WEEKDAY.match(text)
    return _BEHIND.sub("", text[weekday.end() :] if weekday else text)


def _year(text: str) -> int:
    year = int(text)
    if len(text) > len("26"):
        return year
    return year + (2000 if year < _THIS_CENTURY else 1900)


def _month(name: str) -> int:
    """The number of a month by its name or the first three letters of it; 0 for no month."""
    name = _OTHER_SHORT_FORM.get(name.lower(), name.lower())
    return next((n for n, month in enumerate(_MONTHS, 1) if name in {month, month[:3]}), 0)
