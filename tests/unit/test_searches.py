"""The search of Review: words, phrases and amounts, and nothing that can't be typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync import money
from ledgersync.domain.searches import Search, literally, parse_search, searchable

TEXT = searchable("THE HOME DEPOT #1234 PORTLAND", "Home Depot (HD1)", "6250 Repairs")
CENTS = st.integers(1, 10**14)


def finds(typed: str, cents: int = -4217, text: str = TEXT) -> bool:
    return parse_search(typed).finds(text, cents)


@pytest.mark.parametrize(
    "typed",
    ["home", "HOME depot", '"home depot"', "6250", "1234", "hd1", "repairs portland", '"home dep'],
)
def test_words_are_found_in_any_case(typed: str) -> None:
    assert finds(typed)


@pytest.mark.parametrize(
    "typed", ["uber", "home uber", '"depot home"', "-home", "-depot home", '-"home depot"']
)
def test_all_words_must_be_there_and_unwanted_ones_not(typed: str) -> None:
    assert not finds(typed)


def test_a_word_is_not_found_across_two_texts() -> None:
    assert not finds('"portland home"')
    assert finds("portland home -uber")


def test_a_phrase_is_found_whatever_blanks_the_bank_puts_between_its_words() -> None:
    text = searchable("HOME DEPOT   #1234\tPORTLAND", "Repairs")
    assert parse_search('"depot #1234 portland"').finds(text, -1250)
    assert not parse_search('-"depot #1234"').finds(text, -1250)
    assert not parse_search('"portland repairs"').finds(text, -1250)


@pytest.mark.parametrize(
    ("typed", "amounts"),
    [
        ("12.50", {-1250, 1250}),
        ("-12.50", {-1250}),
        ("+12.50", {1250}),
        ("-$12.50", {-1250}),
        ("$12.5", {-1250, 1250}),
        ("$1,234.56", {-123456, 123456}),
        ("1234.56", {-123456, 123456}),
        (">12.49", {-1250, 1250, 1251, -123456, 123456}),
        (">= 12.50", {-1250, 1250, 1251, -123456, 123456}),
        ("<12.50", {-900, 0}),
        ("<=$12.50", {-1250, 1250, -900, 0}),
        ("12.50..1,000", {-1250, 1250, 1251}),
        ("1000..12.51", {1251}),
        (">500 <2000", {-123456, 123456}),
        ("12.50 coffee", set()),
    ],
)
def test_amounts_are_found_by_size_and_sign(typed: str, amounts: set[int]) -> None:
    everything = {-1250, 1250, 1251, -900, 0, -123456, 123456}
    found = {cents for cents in everything if finds(typed, cents, "no number here")}
    assert found == amounts


@pytest.mark.parametrize(
    "typed", [">abc", ">", "<=", "1..", "..2", "1...2", "12.345", "1,23", "--1", "$", "-", ">1e5"]
)
def test_what_is_no_amount_is_searched_for_as_text(typed: str) -> None:
    assert parse_search(typed) == Search(words=(typed,))
    assert finds(typed, text=searchable(f"odd {typed} text"))


def test_a_number_with_more_digits_than_any_amount_is_text() -> None:
    assert parse_search(">" + "9" * 16).amounts == ()


@given(st.text(max_size=60))
def test_whatever_is_typed_is_taken(typed: str) -> None:
    found = parse_search(typed)
    assert isinstance(found.finds(TEXT, -4217), bool)
    assert bool(found) or not typed.replace('"', " ").replace("-", " ").strip()


@given(st.text(max_size=60), st.integers(-(10**14), 10**14))
def test_the_words_of_a_text_are_found_in_it(text: str, cents: int) -> None:
    wanted = parse_search(literally(text))
    assert not wanted.without
    assert not wanted.amounts
    assert wanted.finds(searchable(text), cents)


@given(CENTS, st.sampled_from([1, -1]), CENTS, CENTS)
def test_comparing_amounts_agrees_with_arithmetic(cents: int, sign: int, a: int, b: int) -> None:
    low, high = sorted((a, b))
    here = {
        f">{money.plain(a)}": cents > a,
        f">={money.plain(a)}": cents >= a,
        f"<{money.plain(a)}": cents < a,
        f"<={money.plain(a)}": cents <= a,
        f"{money.plain(a)}..{money.plain(b)}": low <= cents <= high,
        money.dollars(a): cents == a,
        money.plain(a): cents == a,
        money.plain(-a): cents == a and sign < 0,
    }
    for typed, expected in here.items():
        assert finds(typed, sign * cents, "") is expected, typed


@given(CENTS, st.sampled_from([1, -1]))
def test_an_amount_is_found_as_it_is_shown(cents: int, sign: int) -> None:
    assert finds(money.dollars(sign * cents), sign * cents, "")
    assert not finds(money.dollars(cents), sign * (cents + 1), "")
