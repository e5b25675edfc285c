"""Months, business days and paydays. A month is named by its first day."""

from collections.abc import Iterator
from datetime import date, timedelta

EPOCH = date(2025, 1, 1)
WINDOW_MONTHS = 18
_FIRST_PAYDAY = date(2025, 1, 3)
_SATURDAY = 5
_FIXED_HOLIDAYS = {(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}
# Month, weekday, and the how-manieth of the month: Martin Luther King Day to Thanksgiving.
_MOVING_HOLIDAYS = {(1, 0, 3), (2, 0, 3), (9, 0, 1), (10, 0, 2), (11, 3, 4)}


def first_of(day: date) -> date:
    return day.replace(day=1)


def shifted(month: date, months: int) -> date:
    """The month so many months later (or earlier, when negative)."""
    years, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(years, index + 1, 1)


def last_of(month: date) -> date:
    return shifted(month, 1) - timedelta(days=1)


def months(start: date, end: date) -> Iterator[date]:
    """Every month from that of `start` to that of `end`, both included."""
    month = first_of(start)
    while month <= end:
        yield month
        month = shifted(month, 1)


def months_since_epoch(month: date) -> int:
    return (month.year - EPOCH.year) * 12 + month.month - EPOCH.month


def window_start(today: date) -> date:
    """The first day that the feed still serves: 18 calendar months, never before the epoch."""
    return max(EPOCH, shifted(first_of(today), 1 - WINDOW_MONTHS))


def is_business_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and not _is_bank_holiday(day)


def _is_bank_holiday(day: date) -> bool:
    moving = (day.month, day.weekday(), (day.day + 6) // 7) in _MOVING_HOLIDAYS
    memorial_day = day.month == 5 and day.weekday() == 0 and day.day > 24  # noqa: PLR2004  last Monday
    return moving or memorial_day or (day.month, day.day) in _FIXED_HOLIDAYS


def business_day(day: date) -> date:
    """The day itself or the next one that banks work; never leaves the month."""
    later = day
    while not is_business_day(later):
        later += timedelta(days=1)
    if later.month == day.month:
        return later
    while not is_business_day(day):
        day -= timedelta(days=1)
    return day


def paydays(month: date) -> list[date]:
    """Every other Friday of the month, counted from one payday for all."""
    late = (_FIRST_PAYDAY - month).days % 14
    fridays = [month + timedelta(days=late + 14 * turn) for turn in range(3)]
    return [business_day(day) for day in fridays if day.month == month.month]
