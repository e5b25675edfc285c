"""Words behind a payee's name: which say nothing against it, and which make it somebody else."""

import pytest

from ledgersync.matching.normalise import Line
from ledgersync.matching.small_talk import is_small_talk, may_be_another, strange_words


@pytest.mark.parametrize(
    "word", ["PAYMENT", "VENDORPMT", "TAXPYMT", "UTILBILLPAY", "0412", "BOSTON", "TX"]
)
def test_payments_numbers_and_places_are_small_talk(word: str) -> None:
    assert is_small_talk(word)


@pytest.mark.parametrize("word", ["LANTERN", "PAYNE", "ROOFING"])
def test_names_and_trades_are_none(word: str) -> None:
    assert not is_small_talk(word)


@pytest.mark.parametrize(
    ("rest", "strange"),
    [
        ("AUTO PAY", []),
        ("AUTO GLASS", ["AUTO", "GLASS"]),
        ("WEB PAYMEN", []),
        ("PAYMEN LANTERN", ["PAYMEN", "LANTERN"]),
        ("CORPORATIO", []),
    ],
)
def test_a_payment_word_may_be_cut_where_the_line_ends(rest: str, strange: list[str]) -> None:
    assert strange_words(rest.split()) == strange


@pytest.mark.parametrize(
    ("rest", "located", "another"),
    [
        ("KITES", False, True),
        ("KITES", True, False),
        ("OF LARKSPUR", False, False),
        ("SUPERCENT", False, False),
        ("JACKSON", False, False),
        ("KITES MOTORS", True, True),
    ],
)
def test_behind_an_outlet_a_real_word_may_make_another_business(
    rest: str, *, located: bool, another: bool
) -> None:
    words = rest.split()
    assert may_be_another(words, Line(("ALOFT", *words), located)) is another
