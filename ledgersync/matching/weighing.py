"""How much each level is worth: weights learned from how well it foretold past months."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ledgersync.matching.evidence import SIDES, Findings
from ledgersync.matching.levels import Level
from ledgersync.matching.newton import lowest_above

Floats = npt.NDArray[np.float64]
Truth = npt.NDArray[np.int64]

_LEAST_CHANCE = 1e-12
_NOTHING = 1e-9
# As many rows as these hold the weights at what is usual, and those of a kind at those of all.
_HELD_BY, _KIND_HELD_BY = 50.0, 20.0
# What is worth most to know of a line, best first: this account's rows with its descriptor, this
# client's, other clients'. Lines of which less is known need other weights.
_BEST_KNOWN = (Level.ACCOUNT_DESCRIPTOR, Level.DESCRIPTOR, Level.FIRM_DESCRIPTOR)
_KINDS = len(_BEST_KNOWN) + 1
# Taken where there is little past to learn from: they fitted the first 1 to 160 rows of many
# departments of a city, so that a confidence is honest from the first row on.
_USUAL = {
    Level.CLIENT: -0.55,
    Level.ACCOUNT: 0.15,
    Level.ACCOUNT_DESCRIPTOR: 0.23,
    Level.ACCOUNT_SIZE: 0.2,
    Level.LIKE: 0.03,
    Level.AMOUNT: 0.55,
    Level.WORDING: 0.0,
    Level.FIRM_LIKE: 0.25,
    Level.FIRM_WORDING: 0.1,
}
_SOMETHING_ELSE = 1.7
_USUAL_WEIGHTS: Floats = np.array([*(_USUAL[level] for level in SIDES), _SOMETHING_ELSE])
# No side may speak against what it saw: two alike sides with opposite weights foretell the past
# well and the future badly. Only the client's habits do, as they are part of every other side.
_AT_LEAST: Floats = np.array([*(-np.inf if s is Level.CLIENT else 0.0 for s in SIDES), -np.inf])


@dataclass(frozen=True, slots=True)
class Weighing:
    """The worth of each level for each kind of line: kinds x sides."""

    weights: Floats

    def chances(self, findings: Findings) -> Floats:
        """The probability of each candidate of each line; the last is "something else"."""
        weights = self.weights[_kind(findings)]
        scores = np.einsum("nck,nk->nc", _sides(findings), weights)
        return _shares(scores, findings.possible)


USUAL = Weighing(np.tile(_USUAL_WEIGHTS, (_KINDS, 1)))


def fitted(findings: Findings, truth: Truth) -> Weighing:
    """The weights that make the true candidates likeliest, held near the usual ones."""
    sides, possible, kind = _sides(findings), findings.possible, _kind(findings)
    general = _fit(sides, possible, truth, _USUAL_WEIGHTS, _HELD_BY)
    of_kind = [
        _fit(sides[rows], possible[rows], truth[rows], general, _KIND_HELD_BY)
        for rows in (kind == k for k in range(_KINDS))
    ]
    return Weighing(np.stack(of_kind))


def _fit(
    sides: Floats, possible: npt.NDArray[np.bool_], truth: Truth, anchor: Floats, held_by: float
) -> Floats:
    rows = np.arange(len(truth))

    def bowl(weights: Floats) -> tuple[float, Floats, Floats]:
        chance = _shares(sides @ weights, possible)
        mean = np.einsum("nc,nck->nk", chance, sides)
        slope = (mean - sides[rows, truth]).sum(axis=0)
        apart = ((sides - mean[:, None]) * np.sqrt(chance)[..., None]).reshape(-1, len(weights))
        loss = -np.log(np.maximum(chance[rows, truth], _LEAST_CHANCE)).sum()
        return float(loss), slope, apart.T @ apart

    return lowest_above(bowl, anchor, np.full(len(anchor), held_by), _AT_LEAST)


def _shares(scores: Floats, possible: npt.NDArray[np.bool_]) -> Floats:
    if not len(scores):
        return scores
    scores = np.where(possible, scores, -np.inf)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def _kind(findings: Findings) -> npt.NDArray[np.int64]:
    """The first of _BEST_KNOWN that knows the line, counted from 0; _KINDS - 1 for none."""
    known = findings.seen[:, _BEST_KNOWN] > _NOTHING
    return np.where(known.any(axis=1), known.argmax(axis=1), _KINDS - 1)


def _sides(findings: Findings) -> Floats:
    """The logarithms, and a side for "something else": n x candidates x sides."""
    n, candidates, _ = findings.logs.shape
    other = np.zeros((n, candidates, 1))
    other[:, -1] = 1
    return np.concatenate([findings.logs, other], axis=2)
