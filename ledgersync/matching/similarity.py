"""Similarity of spelling: which names of a list share the most runs of letters with a text.

Runs of rare letters count for more (TF-IDF). This finds candidates; it does not judge them: by
letters alone "MCDONALD ROSS" is as near to McDonald's as its own receipts are.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

_LEAST = 0.3  # cosine below which two spellings have nothing to do with each other


class Spellings:
    """A list of names to search by spelling. Nothing is computed before the first search."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def nearest(self, texts: Sequence[str], count: int) -> list[list[tuple[int, float]]]:
        """For each text up to `count` names: place in the list and cosine, best first."""
        if not texts or not any(self._names):
            return [[] for _ in texts]
        from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415  slow to import, seldom needed

        vectorizer, names = self._fitted
        found = sp_matmul_topn(
            vectorizer.transform(texts), names, top_n=count, threshold=_LEAST, sort=True
        )
        return [
            [
                (int(place), float(cosine))
                for place, cosine in zip(found.indices[a:b], found.data[a:b], strict=True)
            ]
            for a, b in zip(found.indptr, found.indptr[1:], strict=False)
        ]

    @cached_property
    def _fitted(self) -> tuple[Any, Any]:
        from sklearn.feature_extraction.text import (  # noqa: PLC0415  slow to import
            TfidfVectorizer,
        )

        vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
        return vectorizer, vectorizer.fit_transform(self._names).T.tocsr()
