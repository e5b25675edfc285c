"""Similarity of spelling: which names of a list share the most runs of letters with a text.

Runs of rare letters count for more (TF-IDF). This finds candidates; it does not judge them: by
letters alone "MCDONALD ROSS" is as near to McDonald's as its own receipts are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn

_LEAST = 0.3  # cosine below which two spellings have nothing to do with each other
_LENGTHS = (2, 3, 4)


class Spellings:
    """A list of names to search by spelling. Nothing is computed before the first search."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def nearest(self, texts: Sequence[str], count: int) -> list[list[tuple[int, float]]]:
        """For each text up to `count` names: place in the list and cosine, best first."""
        if not texts or not any(self._names):
            return [[] for _ in texts]
        known = self._known
        counts = _counts(texts, known.places)
        found = sp_matmul_topn(
            known.weighed(counts), known.names, top_n=count, threshold=_LEAST, sort=True
        )
        places, cosines = found.indices.tolist(), found.data.tolist()
        return [
            list(zip(places[a:b], cosines[a:b], strict=True))
            for a, b in zip(found.indptr, found.indptr[1:], strict=False)
        ]

    @cached_property
    def _known(self) -> "_Known":
        runs = dict.fromkeys(run for name in self._names for run in _runs(name))
        places = {run: place for place, run in enumerate(runs)}
        counts = _counts(self._names, places)
        occurs = np.bincount(counts.indices, minlength=len(places))
        rarity = np.log((1 + len(self._names)) / (1 + occurs)) + 1
        return _Known(places, rarity, _weighed(counts, rarity).T.tocsr())


@dataclass(frozen=True, slots=True)
class _Known:
    """The runs of letters in the names, how rare each is, and the names: runs x names."""

    places: dict[str, int]
    rarity: npt.NDArray[np.float64]
    names: sp.csr_matrix

    def weighed(self, counts: sp.csr_matrix) -> sp.csr_matrix:
        return _weighed(counts, self.rarity)


def _runs(text: str) -> Iterable[str]:
    return (run for word in text.split() for run in _runs_of_word(word))


@lru_cache(maxsize=1 << 14)
def _runs_of_word(word: str) -> tuple[str, ...]:
    """Every run of letters, with a blank for the beginning and the end of the word."""
    whole = f" {word} "
    return tuple(whole[at : at + n] for n in _LENGTHS for at in range(len(whole) - n + 1))


def _counts(texts: Sequence[str], places: dict[str, int]) -> sp.csr_matrix:
    """How often each run occurs in each text: texts x runs; unknown runs are left out."""
    columns = [[places[run] for run in _runs(text) if run in places] for text in texts]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((place for row in columns for place in row), np.int64, ends[-1])
    counts = sp.csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(texts), len(places)))
    counts.sum_duplicates()
    return counts


def _weighed(counts: sp.csr_matrix, rarity: npt.NDArray[np.float64]) -> sp.csr_matrix:
    """Rows of length one, in which a repeated run counts little more than a single one."""
    weights = (1 + np.log(counts.data)) * rarity[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(rows, weights**2, counts.shape[0]))
    return sp.csr_matrix((weights / lengths[rows], counts.indices, counts.indptr), counts.shape)
