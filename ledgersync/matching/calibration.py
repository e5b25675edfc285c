"""Confidence that keeps its word: of the rows shown as 90%, nine in ten are right."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ledgersync.matching.evidence import Findings
from ledgersync.matching.levels import Level
from ledgersync.matching.newton import held, lowest

Floats = npt.NDArray[np.float64]
_HELD_BY = 5.0
_FURTHEST = 1e-4
# People slip too: no row is surer than this.
_SUREST = 0.99
_SEEN = (Level.ACCOUNT_DESCRIPTOR, Level.DESCRIPTOR, Level.AMOUNT, Level.FIRM_DESCRIPTOR)
# As it is: a chance of 70% is a confidence of 70%.
_USUAL: Floats = np.array([0.0, 1.0] + [0.0] * (1 + len(_SEEN)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns the chance of the best candidate into a confidence, as past months teach."""

    weights: Floats

    def confidence(self, findings: Findings, chance: Floats) -> Floats:
        return np.minimum(_squeezed(_signs(findings, chance) @ self.weights), _SUREST)


AS_IT_IS = Calibration(_USUAL)


def calibrated(findings: Findings, chance: Floats, right: npt.NDArray[np.bool_]) -> Calibration:
    """Logistic regression of "was right" on the chance, its lead and the rows seen."""
    signs = _signs(findings, chance)

    def bowl(weights: Floats) -> tuple[float, Floats, Floats]:
        score = signs @ weights
        told = _squeezed(score)
        loss = np.logaddexp(0, np.where(right, -score, score)).sum()
        curve = (signs * (told * (1 - told))[:, None]).T @ signs
        return float(loss), signs.T @ (told - right), curve

    return Calibration(lowest(held(bowl, _USUAL, np.full(len(_USUAL), _HELD_BY)), _USUAL))


def _signs(findings: Findings, chance: Floats) -> Floats:
    """What tells right from wrong: n x signs."""
    best, second = -np.partition(-chance[:, :-1], 1, axis=1)[:, :2].T
    seen = np.log1p(findings.seen[:, _SEEN])
    lead = np.log(best + _FURTHEST) - np.log(second + _FURTHEST)
    columns = np.ones(len(best)), _logit(best), lead / 10, *(seen.T / 5)
    return np.stack(columns, axis=1)


def _logit(chance: Floats) -> Floats:
    chance = np.clip(chance, _FURTHEST, 1 - _FURTHEST)
    return np.asarray(np.log(chance / (1 - chance)))


def _squeezed(score: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))))
