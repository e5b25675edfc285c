"""Codes foretold from the past: evidence, weighed, with a confidence learned on past months."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from ledgersync.matching.calibration import AS_IT_IS, Calibration, calibrated
from ledgersync.matching.evidence import Allowed, Evidence, Findings, Near
from ledgersync.matching.memory import Lines, Numbers
from ledgersync.matching.past import Past
from ledgersync.matching.weighing import USUAL, Floats, Weighing, fitted

_MONTHS = 6
_ROWS_A_MONTH = 1500
_FEWEST = 20

Nearness = Callable[[Lines], Near]
Limits = Callable[[Past], Allowed | None]


@dataclass(frozen=True, slots=True)
class Foretold:
    """For n lines: codes best first (n x candidates, -1 fills up), and their probabilities."""

    codes: Numbers
    chances: Floats


@dataclass(frozen=True, slots=True)
class Foresight:
    """What was learned about learning: the worth of each level, and how far to trust the sum."""

    weighing: Weighing
    calibration: Calibration

    def foretell(self, findings: Findings) -> Foretold:
        chance = self.weighing.chances(findings)
        confidence = self.calibration.confidence(findings, chance)
        return _ordered(findings.codes, chance[:, :-1], confidence)


UNTAUGHT = Foresight(USUAL, AS_IT_IS)


def taught(past: Past, width: int, near: Nearness, limits: Limits) -> Foresight:
    """Foretell each of the last months from the months before it, and learn from the outcome."""
    found, truth = [], []
    for rows in _rehearsals(past.lines.day):
        first = int(past.lines.day[rows].min())
        known, coming = past.take(past.lines.day < first), past.take(rows)
        evidence = Evidence(known, width, first)
        near_by = near(coming.lines)
        found.append(evidence.look(coming.lines, coming.groups, near_by, limits(known)))
        truth.append(_place(found[-1].codes, coming.codes))
    return _learned(_joined(found), np.concatenate(truth)) if found else UNTAUGHT


def _rehearsals(days: Numbers) -> Iterator[Numbers]:
    """The rows of each of the last months, where enough rows lie before them."""
    for rows in months(days)[-_MONTHS:]:
        if (days < days[rows].min()).sum() >= _FEWEST:
            yield rows[:: 1 + len(rows) // _ROWS_A_MONTH]


def _learned(findings: Findings, truth: Numbers) -> Foresight:
    weighing = fitted(findings, truth)
    chance = weighing.chances(findings)
    right = chance[:, :-1].argmax(axis=1) == truth
    return Foresight(weighing, calibrated(findings, chance, right))


def months(days: Numbers) -> list[Numbers]:
    """The rows of each calendar month, oldest month first."""
    distinct, which = np.unique(days, return_inverse=True)
    month = np.array([date.fromordinal(int(d)).replace(day=1).toordinal() for d in distinct])
    of_row = month[which] if len(month) else which
    return [np.flatnonzero(of_row == m) for m in np.unique(month)]


def _place(candidates: Numbers, codes: Numbers) -> Numbers:
    """Where each true code stands among its candidates; behind the last one if nowhere."""
    same = candidates == codes[:, None]
    place = np.where(same.any(axis=1), same.argmax(axis=1), candidates.shape[1])
    return np.asarray(place, np.int64)


def _joined(findings: list[Findings]) -> Findings:
    return Findings(
        *(np.concatenate([getattr(f, n) for f in findings]) for n in Findings.__slots__)
    )


def _ordered(codes: Numbers, chance: Floats, confidence: Floats) -> Foretold:
    """Best first; the best gets its confidence, the others share the rest as before."""
    order = np.argsort(-chance, axis=1, kind="stable")
    codes = np.take_along_axis(codes, order, axis=1)
    chance = np.take_along_axis(chance, order, axis=1)
    rest = (1 - confidence) / np.maximum(1 - chance[:, 0], 1e-9)
    others = np.minimum(chance[:, 1:] * rest[:, None], confidence[:, None])
    return Foretold(codes, np.hstack([confidence[:, None], others]))
