"""Money: what is read as cents, what is refused, and how cents are written."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync import money


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("42.17", 4217),
        ("-42.17", -4217),
        ("+42", 4200),
        ("42.1", 4210),
        ("42.170000000000000", 4217),
        ("-0.05", -5),
        ("0", 0),
        ("-0.00", 0),
        ("007", 700),
        ("999999999999999.99", 99_999_999_999_999_999),
    ],
)
def test_plain_amounts_are_read(text: str, cents: int) -> None:
    assert money.parse_cents(text) == cents


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", ".5", "5.", "1,000", "1e3", "1E999", "NaN", "inf", "-Infinity", "--1"),
        *("$5", "5 ", " 5", "5\n", "0x10", "1_000", "1/2", "٤٢.١٧", "４２", "−5"),  # noqa: RUF001  such digits come by copy and paste
        *("1234567890123456", "9" * 400, "1.0000000000000001"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain amount"):
        money.parse_cents(text)


@pytest.mark.parametrize(
    "text",
    ["0.001", "-12.345", "123456789012345.670000000000001", "999999999999999.999999999999999"],
)
def test_fractions_of_a_cent_are_refused_however_small(text: str) -> None:
    with pytest.raises(ValueError, match="fractions of a cent"):
        money.parse_cents(text)


@given(st.integers(-(10**17) + 1, 10**17 - 1))
def test_what_is_written_plainly_reads_back_the_same(cents: int) -> None:
    assert money.parse_cents(money.plain(cents)) == cents
    assert Decimal(money.plain(cents)) * 100 == cents


@given(st.text(max_size=40))
def test_a_text_is_read_exactly_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert money.parse_cents(text) == Fraction(text) * 100


@pytest.mark.parametrize(
    ("cents", "currency", "words"),
    [
        (-4217, "USD", "-$42.17"),
        (123456789, "USD", "$1,234,567.89"),
        (5, "USD", "$0.05"),
        (-4217, "CAD", "-42.17 CAD"),
    ],
)
def test_people_read_dollars(cents: int, currency: str, words: str) -> None:
    assert money.dollars(cents, currency) == words
