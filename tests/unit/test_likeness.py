"""Likeness: which descriptors read alike."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.matching.likeness import Likeness

KNOWN = ["SHELL OIL", "STAPLES", "CITY WATERWORKS", "BÜCHER MÜLLER"]


def nearest(text: str) -> str:
    alike = Likeness(KNOWN).neighbours([text]).toarray()[0]
    return KNOWN[int(alike.argmax())] if alike.any() else ""


def test_a_text_is_most_like_itself_then_like_its_misspellings() -> None:
    assert nearest("STAPLES") == "STAPLES"
    assert nearest("STAPELS STORE") == "STAPLES"
    assert nearest("BÜCHER") == "BÜCHER MÜLLER"


def test_a_twin_counts_fully_and_a_cousin_less() -> None:
    alike = Likeness(KNOWN).neighbours(["SHELL OIL", "SHELL GAS"]).toarray()[:, 0]
    assert np.isclose(alike[0], 1)
    assert 0 < alike[1] < 0.5


def test_nothing_in_common_is_not_alike() -> None:
    assert nearest("QXZ") == ""


def test_runs_do_not_reach_from_one_text_into_the_next() -> None:
    # "ABC" and "DEF" side by side must not look like "BCDE".
    alike = Likeness(["ABC", "DEF"]).neighbours(["BCDE", "CD"])
    assert alike.nnz == 0


def test_rare_runs_tell_more_than_common_ones() -> None:
    known = ["FIRST CITY STORE", "OTHER CITY STORE", "THIRD CITY STORE", "ZEPHYR"]
    alike = Likeness(known).neighbours(["ZEPHYR CITY STORE"]).toarray()[0]
    assert alike.argmax() == 3


@given(st.lists(st.text(max_size=20), max_size=6), st.lists(st.text(max_size=20), max_size=6))
def test_any_texts_can_be_compared(known: list[str], asked: list[str]) -> None:
    alike = Likeness(known).neighbours(asked)
    assert alike.shape == (len(asked), len(known))
    assert ((alike.data >= 0) & (alike.data <= 1)).all()
