"""Counts of codes in each group: how often was what coded, for this account, this descriptor ..."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from ledgersync.matching.memory import Numbers

Weights = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """How much each code weighs in each group: `counts` is groups x codes, its last row is empty.

    `totals` are the sums of the rows.
    """

    counts: sp.csr_matrix
    totals: Weights

    @classmethod
    def of(
        cls, groups: Numbers, codes: Numbers, weights: Weights, size: int, width: int
    ) -> "Table":
        """A table of `size` groups and `width` codes from one weight for each past row."""
        return cls.around(sp.csr_matrix((weights, (groups, codes)), shape=(size + 1, width)))

    @classmethod
    def around(cls, counts: sp.csr_matrix) -> "Table":
        return cls(counts, np.asarray(counts.sum(axis=1)).ravel())

    def damped(self) -> sp.csr_matrix:
        """The counts pressed together, so that a weekly purchase does not outvote all others."""
        return self.counts.log1p().sqrt()

    def weights(self, groups: Numbers, codes: Numbers) -> Weights:
        """The weight of each of the given codes (n x candidates) in the given groups (n)."""
        spread = np.broadcast_to(groups[:, None], codes.shape)
        picked = self.counts[spread.ravel(), codes.ravel()]
        return np.asarray(picked, np.float64).reshape(codes.shape)
