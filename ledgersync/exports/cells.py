"""Values as cells: what each kind of column accepts, and the strict text of dates and amounts.

These never pass the guard for free text, so they are held to a pattern instead: a date or an
amount that does not match ends the export before a file exists.
"""

import re
from datetime import date
from functools import lru_cache

from ledgersync import money
from ledgersync.errors import ExportRefused

_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")
_AMOUNT = re.compile(r"-?\d{1,13}\.\d{2}")
# Excel keeps fifteen digits of a number, and counts days rightly from March 1900.
_LARGEST = 10**15 - 1
_EARLIEST = date(1900, 3, 1)


def require_date(value: object, header: str) -> date:
    """The value, when it is a plain day that a spreadsheet can hold.

    Raises:
        ExportRefused: when it is something else, a date with a time, or before March 1900.
    """
    if type(value) is not date or value < _EARLIEST:
        raise _refused(header, "a date from March 1900 on", value)
    return value


def require_cents(value: object, header: str) -> int:
    """The value, when it is a whole number of cents of at most fifteen digits.

    Raises:
        ExportRefused: when it is not.
    """
    if type(value) is not int or abs(value) > _LARGEST:
        raise _refused(header, "an amount of at most fifteen digits", value)
    return value


def require_text(value: object, header: str) -> str:
    if not isinstance(value, str):
        raise _refused(header, "a text", value)
    return value


def date_text(value: object, header: str) -> str:
    """A date as MM/DD/YYYY."""
    return _matching(_DATE, _day_text(require_date(value, header)), header)


@lru_cache(maxsize=4_096)  # a file has few days, and each of them on very many rows
def _day_text(day: date) -> str:
    return f"{day.month:02d}/{day.day:02d}/{day.year:04d}"


def amount_text(value: object, header: str) -> str:
    """Cents as a plain number with two decimals: -1250 is "-12.50"."""
    return _matching(_AMOUNT, money.plain(require_cents(value, header)), header)


def _matching(pattern: re.Pattern[str], text: str, header: str) -> str:
    if not pattern.fullmatch(text):
        raise _refused(header, "a plain date or amount", text)
    return text


def _refused(header: str, expected: str, value: object) -> ExportRefused:
    return ExportRefused(
        f"The column {header} needs {expected}, and a transaction has {str(value)[:40]!r} there.",
        "Correct or exclude this transaction, then export again.",
    )
