"""Timelines: which days are loaded, on a statement, or on none, around a period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ledgersync.domain.periods import Period
from ledgersync.domain.spans import gaps, merged, missing, overlaps
from ledgersync.domain.statements import Statement

AROUND = timedelta(days=61)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The days of a window in spans: `twice` are days on two statements, the others as named."""

    window: Period
    loaded: tuple[Period, ...]
    statements: tuple[Period, ...]
    not_loaded: tuple[Period, ...]
    without_statement: tuple[Period, ...]
    twice: tuple[Period, ...]

    def words(self) -> tuple[str, ...]:
        """Gaps and overlaps as sentences; one that says so where there are none."""
        said = (
            *(f"Not loaded: {_days(span)}." for span in self.not_loaded),
            *(f"On no statement: {_days(span)}." for span in self.without_statement),
            *(f"On two statements: {_days(span)}." for span in self.twice),
        )
        return said or ("No gaps and no overlaps around these days.",)


def timeline(period: Period, loaded: Iterable[Period], statements: Sequence[Statement]) -> Timeline:
    """The days around a period; what is missing is told for the period and between what is there.

    A statement that was typed in beside LedgerSync's of the same last day is one statement.
    """
    window = Period(period.start - AROUND, period.end + AROUND)
    papers = {s.end: s.days for s in statements}
    known = merged(_clipped(loaded, window))
    listed = sorted(_clipped(papers.values(), window))
    wanted = [period, *listed]
    unloaded = [*gaps(known), *(span for whole in wanted for span in missing(known, whole))]
    return Timeline(
        window=_shortest(window, [period, *known, *listed]),
        loaded=tuple(known),
        statements=tuple(listed),
        not_loaded=tuple(merged(unloaded)),
        without_statement=tuple(merged([*gaps(listed), *missing(listed, period)])),
        twice=tuple(overlaps(listed)),
    )


def _clipped(spans: Iterable[Period], window: Period) -> list[Period]:
    return [
        Period(max(span.start, window.start), min(span.end, window.end))
        for span in spans
        if span.start <= window.end and span.end >= window.start
    ]


def _shortest(window: Period, shown: Sequence[Period]) -> Period:
    """The window without empty days at its ends."""
    start, end = min(span.start for span in shown), max(span.end for span in shown)
    return Period(max(start, window.start), min(end, window.end))


def _days(span: Period) -> str:
    if span.days == 1:
        return f"{span.start:%m/%d/%Y}"
    return f"{span.words()} ({span.days:,} days)"
