"""Newton's method for smooth, bowl-shaped losses: a dozen numbers are learned in a few steps."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bowl = Callable[[Floats], tuple[float, Floats, Floats]]
"""From weights to the loss, its slope and its curvature."""

_STEPS = 30
_HALVINGS = 12
_ENOUGH = 1e-6
_NAILED = 1e9


def lowest(bowl: Bowl, start: Floats) -> Floats:
    """The weights with the least loss; each step is halved until it leads downwards."""
    here = start
    loss, slope, curve = bowl(here)
    for _ in range(_STEPS):
        step = np.linalg.solve(curve, slope)
        for _ in range(_HALVINGS):
            lower = bowl(here - step)
            if lower[0] <= loss:
                break
            step = step / 2
        else:
            return here
        gained = loss - lower[0]
        here, (loss, slope, curve) = here - step, lower
        if gained < _ENOUGH * (1 + abs(loss)):
            break
    return here


def held(bowl: Bowl, anchor: Floats, strength: Floats) -> Bowl:
    """The same bowl with springs that hold each weight near its anchor."""

    def with_springs(weights: Floats) -> tuple[float, Floats, Floats]:
        loss, slope, curve = bowl(weights)
        away = weights - anchor
        pull = strength * away
        return loss + 0.5 * float(away @ pull), slope + pull, curve + np.diag(strength)

    return with_springs


def lowest_above(bowl: Bowl, anchor: Floats, springs: Floats, floor: Floats) -> Floats:
    """The weights with the least loss that keep to their floors, held near their anchors.

    A weight that wants to sink below its floor is nailed to it, and the others settle again.
    """
    nailed = np.zeros(len(anchor), bool)
    while True:
        near, tight = np.where(nailed, floor, anchor), np.where(nailed, _NAILED, springs)
        weights = lowest(held(bowl, near, tight), near)
        sunk = (weights < floor) & ~nailed
        if not sunk.any():
            return np.maximum(weights, floor)
        nailed |= sunk
