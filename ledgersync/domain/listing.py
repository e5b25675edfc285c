"""Names in a sentence: the first few of many."""

from collections.abc import Sequence


def listed_names(names: Sequence[str], most: int = 5) -> str:
    """Names in a sentence, the first few: "Harbor, Pine and 3 more"; "" for none."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
