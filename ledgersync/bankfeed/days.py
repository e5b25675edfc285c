"""Days as feeds write them, in answers and in parameters; never shifted by a time zone."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from ledgersync.bankfeed.profiles import DateFormat

_WHOLE = re.compile(r"-?\d+", re.ASCII)
_CLOCK = r"(?:[Tt ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)? ?(?:[Zz]|[+-]\d\d:?(?:\d\d)?)?)?"
_ISO = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d){_CLOCK}", re.ASCII)
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_EPOCH = date(1970, 1, 1)
_DAY_IN_MS = 86_400_000
_YEARS = range(1900, 2200)  # 0001 and 9999 are how programs write that they know no day


@lru_cache(maxsize=4096)
def read_day(text: str, written: DateFormat) -> date | None:
    """The calendar day that `text` names, None when it names none.

    A time of day and an offset beside an ISO date are passed over: the bank wrote that day, and
    shifting it into another zone would move it. Milliseconds have no day of their own; they are
    read in UTC, as whoever made them out of a plain date most likely wrote them.
    """
    day = _named(text, written)
    return day if day and day.year in _YEARS else None


def stands_for_none(text: str, written: DateFormat) -> bool:
    """Whether it is a day of a year that no bank knows, as programs write a day they lack."""
    day = _named(text, written)
    return day is not None and day.year not in _YEARS


def _named(text: str, written: DateFormat) -> date | None:
    try:
        if written == "epoch_ms":
            return _from_milliseconds(text)
        if written == "us":
            found = _US.fullmatch(text)
            return date(int(found[3]), int(found[1]), int(found[2])) if found else None
        found = _ISO.fullmatch(text)
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except (ValueError, OverflowError):
        return None


def _from_milliseconds(text: str) -> date | None:
    if len(text) > 18 or not _WHOLE.fullmatch(text):  # noqa: PLR2004  beyond every calendar
        return None
    return _EPOCH + timedelta(days=int(text) // _DAY_IN_MS)


def write_day(day: date, written: DateFormat, *, end: bool = False) -> str:
    """A day as a parameter; as milliseconds, an `end` is the last of its day, to include it."""
    if written == "us":
        return f"{day:%m/%d/%Y}"
    if written == "iso":
        return day.isoformat()
    midnight = int(datetime.combine(day, time(), UTC).timestamp()) * 1000
    return str(midnight + _DAY_IN_MS - 1 if end else midnight)
