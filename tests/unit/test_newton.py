"""Newton's method: finds the lowest point, keeps to floors, never steps upwards."""

import numpy as np
import pytest

from ledgersync.matching.newton import Bowl, Floats, held, lowest, lowest_above


def bowl_around(centre: list[float]) -> Bowl:
    middle = np.array(centre)

    def bowl(weights: Floats) -> tuple[float, Floats, Floats]:
        """Flat far out, where a full step would leap over the bowl and fly away."""
        away = weights - middle
        reach = np.sqrt(1 + away**2)
        return float(reach.sum()), away / reach, np.diag(1 / reach**3)

    return bowl


@pytest.mark.parametrize("start", [0.0, 3.0, -40.0])
def test_the_lowest_point_is_found_from_anywhere(start: float) -> None:
    found = lowest(bowl_around([1.0, -2.0]), np.full(2, start))
    assert found == pytest.approx([1.0, -2.0], abs=1e-2)


def test_springs_hold_weights_near_their_anchor() -> None:
    bowl, anchor = bowl_around([1.0]), np.zeros(1)
    loose = lowest(held(bowl, anchor, np.array([0.01])), anchor)
    tight = lowest(held(bowl, anchor, np.array([100.0])), anchor)
    assert 0 < tight[0] < 0.1
    assert 0.9 < loose[0] < 1


def test_no_weight_sinks_below_its_floor() -> None:
    springs, floor = np.full(2, 1e-3), np.array([0.0, -np.inf])
    found = lowest_above(bowl_around([-1.0, -1.0]), np.zeros(2), springs, floor)
    assert found == pytest.approx([0.0, -1.0], abs=1e-2)
    assert found[0] >= 0
