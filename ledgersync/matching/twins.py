"""Whether two descriptions may name one payee: the same row, worded twice by its bank."""

from rapidfuzz.distance import OSA

_ALIKE = 0.75


def may_be_one_payee(first: str, second: str) -> bool:
    """Compare two normalised descriptions: nearly the same letters, or one has all words of both.

    A shared first word alone says little: "ZELLE TO ANIKA" and "ZELLE TO SAM" are two people.
    """
    if OSA.normalized_similarity(first, second) >= _ALIKE:
        return True
    words, others = set(first.split()), set(second.split())
    return bool(words and others) and (words <= others or others <= words)
