"""Dates as banks and spreadsheets write them; a whole column tells whether days come first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_WITHOUT_MARKS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", re.ASCII)
_TIME = re.compile(r"(?<=\d)[T ]+\d{1,2}:\d{2}.*", re.ASCII | re.DOTALL)
_MONTH_NAMED = re.compile(
    r"([a-z]{3,9})\.? ?(\d{1,2})[-, ]+(\d{4}|\d{2})", re.ASCII | re.IGNORECASE
)
_DAY_NAMED = re.compile(
    r"(\d{1,2})[- ]?([a-z]{3,9})\.?[-, ]+(\d{4}|\d{2})", re.ASCII | re.IGNORECASE
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_OTHER_SHORT_FORM = {"sept": "september"}
_LAST_MONTH = 12
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
        found = [match for text in texts if (match := _YEAR_LAST.fullmatch(_day_part(text)))]
        can_be_us = all(int(match[1]) <= _LAST_MONTH for match in found)
        return cls(not can_be_us and all(int(match[2]) <= _LAST_MONTH for match in found))

    def read(self, text: str) -> date:
        """The date that a text of this column stands for; a time of day is left out.

        Raises:
            ValueError: when it is none; the message is a sentence.
        """
        part = _day_part(text)
        if not part:
            raise ValueError("The date is empty.")
        try:
            found = date(*self._numbers(part))
        except ValueError:
            found = date.min
        if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
            example = "31/10/2026" if self.day_first else "10/31/2026"
            raise ValueError(
                f"The date {part[:40]!r} is not a date such as 2026-10-31 or {example}."
            )
        return found

    def _numbers(self, text: str) -> tuple[int, int, int]:
        """Year, month and day as they are written."""
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
        raise ValueError(text)


def _day_part(text: str) -> str:
    return _TIME.sub("", text.strip())


def _year(text: str) -> int:
    year = int(text)
    if len(text) > len("26"):
        return year
    return year + (2000 if year < _THIS_CENTURY else 1900)


def _month(name: str) -> int:
    """The number of a month by its name or the first three letters of it."""
    name = _OTHER_SHORT_FORM.get(name.lower(), name.lower())
    months = [n for n, month in enumerate(_MONTHS, 1) if name in {month, month[:3]}]
    if not months:
        raise ValueError(name)
    return months[0]
