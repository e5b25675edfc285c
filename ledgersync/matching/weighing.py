"""How much each level is worth: weights learned from how well it foretold past months."""

import numpy as np
import numpy.typing as npt

from ledgersync.matching.evidence import Findings, Level
from ledgersync.matching.newton import held, lowest

Floats = npt.NDArray[np.float64]
_LEAST_CHANCE = 1e-12
# The weights taken where there is little past: as many rows as this hold them in place.
_HELD_BY = 50.0
_USUAL = {
    Level.CLIENT: -0.3,
    Level.ACCOUNT: 0.25,
    Level.ACCOUNT_DESCRIPTOR: 0.15,
    Level.ACCOUNT_SIZE: 0.1,
    Level.LIKE: 0.1,
    Level.HEAD: 0.0,
    Level.DESCRIPTOR: 0.1,
    Level.DIRECTION: 0.1,
    Level.SIZE: 0.1,
    Level.AMOUNT: 0.3,
    Level.FIRM_LIKE: 0.2,
    Level.FIRM_DESCRIPTOR: 0.1,
}
USUAL_WEIGHTS: Floats = np.array([_USUAL[level] for level in Level] + [0.0])


def sides(findings: Findings) -> Floats:
    """The levels' logarithms, and a side for "something else": n x candidates x sides."""
    n, candidates, _ = findings.logs.shape
    other = np.zeros((n, candidates, 1))
    other[:, -1] = 1
    return np.concatenate([findings.logs, other], axis=2)


def chances(sides_: Floats, possible: npt.NDArray[np.bool_], weights: Floats) -> Floats:
    """The probability of each candidate: all sides multiplied, each to the power of its weight."""
    scores = np.where(possible, sides_ @ weights, -np.inf)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def fitted(sides_: Floats, possible: npt.NDArray[np.bool_], truth: npt.NDArray[np.int64]) -> Floats:
    """The weights that make the true codes likeliest, held near the usual ones."""
    rows = np.arange(len(truth))

    def bowl(weights: Floats) -> tuple[float, Floats, Floats]:
        chance = chances(sides_, possible, weights)
        mean = np.einsum("nc,nck->nk", chance, sides_)
        slope = (mean - sides_[rows, truth]).sum(axis=0)
        apart = ((sides_ - mean[:, None]) * np.sqrt(chance)[..., None]).reshape(-1, len(weights))
        loss = -np.log(np.maximum(chance[rows, truth], _LEAST_CHANCE)).sum()
        return float(loss), slope, apart.T @ apart

    springs = np.full(len(USUAL_WEIGHTS), _HELD_BY)
    return lowest(held(bowl, USUAL_WEIGHTS, springs), USUAL_WEIGHTS)
