"""Calibration: what the past teaches about a chance that promises too much or too little."""

import numpy as np
import pytest

from ledgersync.matching.calibration import AS_IT_IS, Floats, calibrated
from ledgersync.matching.evidence import CANDIDATES, SIDES, Findings
from ledgersync.matching.levels import Level


def found(n: int) -> Findings:
    """Lines of which everything is known equally well."""
    codes = np.tile(np.arange(CANDIDATES), (n, 1))
    logs = np.zeros((n, CANDIDATES + 1, len(SIDES)))
    return Findings(codes, logs, np.full((n, len(Level)), 5.0))


def chances(best: list[float]) -> Floats:
    """The best candidate has its chance, the rest is shared."""
    rest = [(1 - chance) / CANDIDATES for chance in best]
    return np.array(
        [[chance, *[other] * CANDIDATES] for chance, other in zip(best, rest, strict=True)]
    )


def test_a_chance_is_taken_as_it_is_before_anything_was_learned() -> None:
    told = AS_IT_IS.confidence(found(3), chances([0.3, 0.6, 0.9]))
    assert told == pytest.approx([0.3, 0.6, 0.9])


@pytest.mark.parametrize("share", [0.5, 0.7, 0.95])
def test_a_promise_of_80_percent_becomes_what_was_kept(share: float) -> None:
    right = np.arange(400) < 400 * share
    learned = calibrated(found(400), chances([0.8] * 400), right)
    assert learned.confidence(found(1), chances([0.8])) == pytest.approx([share], abs=0.03)


def test_a_few_rows_change_little() -> None:
    learned = calibrated(found(2), chances([0.8, 0.8]), np.array([False, False]))
    assert 0.5 < learned.confidence(found(1), chances([0.8]))[0] < 0.8


def test_nothing_is_certain() -> None:
    learned = calibrated(found(500), chances([0.99] * 500), np.ones(500, bool))
    assert learned.confidence(found(1), chances([1.0]))[0] == pytest.approx(0.99)
