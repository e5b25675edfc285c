"""Which descriptors read alike: by words and runs of three or four letters, rare ones foremost."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn

from ledgersync.matching.memory import Numbers

NEAREST = 80
"""How many alike descriptors speak for a new one."""

_LEAST = 0.1
_LENGTHS = (3, 4)
_BUCKETS = 1 << 18
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
# Squared, so that one near twin outweighs a crowd of distant cousins.
_SHARPNESS = 2


class Likeness:
    """Compares texts with the texts it was made with."""

    def __init__(self, texts: Sequence[str]) -> None:
        grams = _grams(texts)
        frequency = np.bincount(grams.indices, minlength=_BUCKETS)
        self._rarity = np.log((1 + len(texts)) / (1 + frequency)).astype(np.float32) + 1
        self._known = self._weighed(grams).T.tocsr()

    def neighbours(self, texts: Sequence[str]) -> sp.csr_matrix:
        """For each text the known texts that read like it, 0 to 1: len(texts) x known."""
        alike = sp_matmul_topn(
            self._weighed(_grams(texts)), self._known, top_n=NEAREST, threshold=_LEAST, sort=True
        )
        alike.data = np.minimum(alike.data, 1) ** _SHARPNESS
        return alike

    def _weighed(self, grams: sp.csr_matrix) -> sp.csr_matrix:
        weights = (1 + np.log(grams.data)) * self._rarity[grams.indices]
        rows = np.repeat(np.arange(grams.shape[0]), np.diff(grams.indptr))
        lengths = np.sqrt(np.bincount(rows, weights**2, grams.shape[0]))
        data = (weights / lengths[rows]).astype(np.float32)
        return sp.csr_matrix((data, grams.indices, grams.indptr), grams.shape)


def _grams(texts: Sequence[str]) -> sp.csr_matrix:
    """How often each word and each run of letters occurs in each text: texts x buckets.

    All texts are laid end to end and read in one sweep; runs that reach over an end are left out.
    """
    padded = [f" {text} ".encode("utf-32-le", "replace") for text in texts]
    sizes = np.array([len(text) // 4 for text in padded], np.int64)
    letters = np.frombuffer(b"".join(padded), np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(texts)), sizes)
    found = [_words(texts), *(_runs(letters, owner, length) for length in _LENGTHS)]
    rows, buckets = (np.concatenate(part) for part in zip(*found, strict=True))
    ones = np.ones(len(rows), np.float32)
    return sp.csr_matrix((ones, (rows, buckets)), shape=(len(texts), _BUCKETS))


def _words(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Every word: which text has it, and its bucket."""
    words = [text.split() for text in texts]
    owner = np.repeat(np.arange(len(texts)), [len(found) for found in words])
    # Not hash(): it differs from one start of Python to the next.
    sums = [crc32(word.encode("utf-8", "replace")) for found in words for word in found]
    return owner, np.array(sums, np.int64) % _BUCKETS


def _runs(letters: npt.NDArray[np.uint64], owner: Numbers, length: int) -> tuple[Numbers, Numbers]:
    """Every run of `length` letters within one text: whose it is, and its bucket."""
    count = max(len(letters) - length + 1, 0)
    mixed = np.full(count, length, np.uint64)
    for offset in range(length):
        mixed = (mixed ^ letters[offset : offset + count]) * _SPREAD
    inside = owner[:count] == owner[length - 1 : length - 1 + count]
    bucket = (mixed >> np.uint64(46)).astype(np.int64)
    return owner[:count][inside], bucket[inside]
