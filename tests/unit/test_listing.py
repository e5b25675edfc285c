"""Names in a sentence: of many the first few, and how many more there are."""

import pytest

from ledgersync.domain.listing import listed_names


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, ""),
        (1, "A"),
        (3, "A, B, C"),
        (4, "A, B, C and 1 more"),
        (1_004, "A, B, C and 1,001 more"),
    ],
)
def test_the_first_few_are_named(number: int, words: str) -> None:
    names = [*"ABC", *map(str, range(1_001))][:number]
    assert listed_names(names, 3) == words
