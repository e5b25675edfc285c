"""Spans: where periods leave days out, and where they cover days twice."""

from collections.abc import Iterable
from datetime import timedelta

from ledgersync.domain.periods import Period

_DAY = timedelta(days=1)


def merged(parts: Iterable[Period]) -> list[Period]:
    """The same days in as few periods as possible, by date."""
    whole: list[Period] = []
    for part in sorted(parts):
        if whole and part.start <= whole[-1].end + _DAY:
            whole[-1] = Period(whole[-1].start, max(whole[-1].end, part.end))
        else:
            whole.append(part)
    return whole


def missing(parts: Iterable[Period], whole: Period) -> list[Period]:
    """The days of the whole that none of the parts has."""
    left: list[Period] = []
    start = whole.start
    for part in merged(parts):
        if part.start > whole.end:
            break
        if part.start > start:
            left.append(Period(start, part.start - _DAY))
        start = max(start, part.end + _DAY)
    return [*left, Period(start, whole.end)] if start <= whole.end else left


def gaps(parts: Iterable[Period]) -> list[Period]:
    """The days between the first and the last of the parts that none of them has."""
    found = merged(parts)
    return missing(found, Period(found[0].start, found[-1].end)) if found else []


def overlaps(parts: Iterable[Period]) -> list[Period]:
    """The days that at least two of the parts have."""
    twice: list[Period] = []
    reached = None
    for part in sorted(parts):
        if reached is not None and part.start <= reached:
            twice.append(Period(part.start, min(part.end, reached)))
        reached = part.end if reached is None else max(reached, part.end)
    return merged(twice)
