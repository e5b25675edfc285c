"""Learning as smart_importer does it, written from the description of its design.

Runs of one to three words of the description are counted, the day of the month stands beside them
with a small weight, and a support vector machine with a linear kernel chooses the account. A model
is trained for the bank account that a file is imported for. With `one_for_all` one model is trained
on all rows instead, as if they came from one bank account.
"""

import time
import warnings
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.svm import SVC, LinearSVC

from tests.benchmarks.categorise_files import Cut
from tests.benchmarks.toronto import Purchase

_WORDS_WEIGH, _DAY_WEIGHS = 0.8, 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program took, and the code that it gave to each transaction; "" for none."""

    seconds: float
    codes: list[str]


class _Model:
    """Foretells the code of purchases like those it was trained on."""

    def __init__(self, known: Sequence[Purchase], *, kernel: bool) -> None:
        self._words = CountVectorizer(ngram_range=(1, 3))
        self._words.fit([row.line.description for row in known])
        self._machine: Any = SVC(kernel="linear") if kernel else LinearSVC()
        self._machine.fit(self._features(known), [row.gl_code for row in known])

    def codes(self, rows: Sequence[Purchase]) -> list[str]:
        return [str(code) for code in self._machine.predict(self._features(rows))]

    def _features(self, rows: Sequence[Purchase]) -> sp.csr_matrix:
        words = self._words.transform([row.line.description for row in rows])
        days = np.array([[row.line.date.day] for row in rows], np.float64)
        return sp.hstack([words * _WORDS_WEIGH, sp.csr_matrix(days * _DAY_WEIGHS)], "csr")


def run(some: Cut, *, one_for_all: bool, kernel: bool) -> Outcome:
    """Train on the history and foretell the transactions; reading files is not counted."""
    start = time.perf_counter()
    codes = [""] * len(some.transactions)
    known = _grouped(some.history, one_for_all=one_for_all)
    asked = _grouped(some.transactions, one_for_all=one_for_all)
    for name, places in asked.items():
        past = [some.history[place] for place in known.get(name, [])]
        rows = [some.transactions[place] for place in places]
        for place, code in zip(places, _foretold(past, rows, kernel=kernel), strict=True):
            codes[place] = code
    return Outcome(time.perf_counter() - start, codes)


def _grouped(rows: Sequence[Purchase], *, one_for_all: bool) -> dict[str, list[int]]:
    """The places of each client's rows; a card by itself has too few to train on."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups["" if one_for_all else row.line.client_id].append(place)
    return groups


def _foretold(past: Sequence[Purchase], rows: Sequence[Purchase], *, kernel: bool) -> Sequence[str]:
    kinds = {row.gl_code for row in past}
    if len(kinds) > 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of few rows, and many codes among them
            return _Model(past, kernel=kernel).codes(rows)
    return [*kinds, ""][:1] * len(rows)
