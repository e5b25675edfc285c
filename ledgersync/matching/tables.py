"""Counts of codes under a key: how often was what coded, for this account, this descriptor ..."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from ledgersync.matching.memory import Numbers

Weights = npt.NDArray[np.float64]

_SPREAD = np.int64(-7046029254386353131)


def key(*columns: Numbers) -> Numbers:
    """One number for a combination: equal ones are equal, others differ all but surely."""
    mixed = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        mixed = (mixed + column + 1) * _SPREAD
        mixed ^= mixed >> np.int64(29)
    return mixed


@dataclass(frozen=True, slots=True)
class Table:
    """How much each code weighs under each key: `counts` is keys x codes; its last row is empty.

    `keys` is sorted. `totals` are the sums of the rows.
    """

    keys: Numbers
    counts: sp.csr_matrix
    totals: Weights

    @classmethod
    def of(cls, keys: Numbers, codes: Numbers, weights: Weights, width: int) -> "Table":
        distinct, rows = np.unique(keys, return_inverse=True)
        shape = (len(distinct) + 1, width)
        return cls.around(distinct, sp.csr_matrix((weights, (rows, codes)), shape=shape))

    @classmethod
    def around(cls, keys: Numbers, counts: sp.csr_matrix) -> "Table":
        return cls(keys, counts, np.asarray(counts.sum(axis=1)).ravel())

    def rows(self, keys: Numbers) -> Numbers:
        """The row of each key; the empty last one for a key that is not here."""
        nothing = len(self.keys)
        if not nothing:
            return np.zeros(len(keys), np.int64)
        found = np.minimum(np.searchsorted(self.keys, keys), nothing - 1)
        return np.where(self.keys[found] == keys, found, nothing)

    def weights(self, rows: Numbers, codes: Numbers) -> Weights:
        """The weight of each of the given codes (n x candidates) in the given rows (n)."""
        spread = np.broadcast_to(rows[:, None], codes.shape)
        picked = self.counts[spread.ravel(), codes.ravel()]
        return np.asarray(picked, np.float64).reshape(codes.shape)
