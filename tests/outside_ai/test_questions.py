"""What leaves this machine: words of a description, and nothing that identifies anybody."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.rules import Direction
from ledgersync.domain.suggestions import BankLine
from ledgersync.outside_ai.questions import (
    LONGEST_DESCRIPTION,
    Question,
    fit_to_send,
    names_to_hide,
    question_about,
    rounded,
)
from tests.conftest import DEMO_TODAY


def sent(descriptor: str, *clients: str) -> str | None:
    fit = fit_to_send(Question(descriptor, Direction.OUT, 40), names_to_hide(clients))
    return fit.descriptor if fit else None


@pytest.mark.parametrize(
    ("descriptor", "words"),
    [
        (
            "CHECKCARD 0203 BLUE BOTTLE COFFEE OAKLAND CA",
            "CHECKCARD # BLUE BOTTLE COFFEE OAKLAND CA",
        ),
        ("PURCHASE AUTHORIZED ON 03/02 LOWES #00907", "PURCHASE AUTHORIZED ON LOWES #"),
        ("WITHDRAWAL 2026-03-02 TELLER", "WITHDRAWAL TELLER"),
        ("WIRE MAR 3, 2026 CHASE", "WIRE CHASE"),
        ("RENT 03MAR26 ELM ST", "RENT ELM ST"),
        ("ONLINE TRANSFER TO CHK ...5521", "ONLINE TRANSFER TO CHK ...#"),
        ("TRANSFER TO SAVINGS XXXX 912", "TRANSFER TO SAVINGS #"),
        ("CARD **** 4417 PAYMENT", "CARD # PAYMENT"),
        ("VISA 4111 1111 1111 1111", "VISA #"),
        ("ACH 12-345-6789 PAYEE", "ACH # PAYEE"),
        ("AMZN Mktp US*2K4AB8J30", "AMZN Mktp US*#"),
        ("FEE $12.50 MONTHLY", "FEE # MONTHLY"),
        ("FEE 9.99 MONTHLY", "FEE # MONTHLY"),
        ("CASHBACK $20 KROGER", "CASHBACK # KROGER"),
        ("CALL 415-555-0134 HELP", "CALL # HELP"),
        ("PAYPAL *JANE jane.roe@mail.example", "PAYPAL *JANE"),
        ("7-ELEVEN", "7-ELEVEN"),
        ("24 HOUR FITNESS", "24 HOUR FITNESS"),
        ("3M COMPANY", "3M COMPANY"),
        ("CAFÉ\u00a0MÜLLER\x00\ud800", "CAFÉ MÜLLER"),
    ],
)
def test_numbers_dates_and_addresses_stay_here(descriptor: str, words: str) -> None:
    assert sent(descriptor) == words


@pytest.mark.parametrize("descriptor", ["", "   ", "1234 5678", "03/02/2026", "$12.50", "#", "A 1"])
def test_a_description_without_words_is_not_asked_about(descriptor: str) -> None:
    assert sent(descriptor) is None


@pytest.mark.parametrize(
    "descriptor",
    [
        "GUSTO DES:PAYROLL INDN:MARIGOLD LANE BOUT CO ID:9138864 CCD",
        "GUSTO DES:PAYROLL IND NAME:Marigold Lane B TRN: 991",
        "GUSTO PAYROLL IND NAME: MARIGOLD LANE",
    ],
)
def test_whose_account_it_is_stays_here(descriptor: str) -> None:
    """A bank names the account's owner in an ACH entry, often cut short."""
    assert "MARIGOLD" not in str(sent(descriptor)).upper()
    assert str(sent(descriptor)).startswith("GUSTO")


@pytest.mark.parametrize(
    ("client", "descriptor"),
    [
        ("Marigold Lane Boutique, LLC", "SQ MARIGOLD LANE BOUTIQUE DEPOSIT"),
        ("Joe's Diner Inc.", "JOES DINER SQUARE DEPOSIT"),
        ("Joes Diner", "Joe's  Diner - DEPOSIT"),
        ("A+B (Dental)", "A + B DENTAL DEPOSIT"),
    ],
)
def test_names_of_clients_stay_here(client: str, descriptor: str) -> None:
    words = str(sent(descriptor, "Some Other Client", client))
    assert "DEPOSIT" in words
    assert not re.search("marigold|diner|dental", words, re.IGNORECASE)


def test_part_of_another_word_is_no_clients_name() -> None:
    assert sent("SUMMITVIEW LODGE", "Summit") == "SUMMITVIEW LODGE"
    assert sent("CO OP MARKET", "Co", "LLC") == "CO OP MARKET"


@given(st.text(alphabet=string.printable + "éß٣４", max_size=200))
def test_no_long_number_ever_leaves(descriptor: str) -> None:
    words = sent(descriptor)
    if words is not None:
        assert len(words) <= LONGEST_DESCRIPTION
        assert words.isprintable()
        assert not re.search(r"\d{4}", words)
        assert all(sum(c.isdigit() for c in word) < 4 for word in re.findall(r"\w+", words))


@pytest.mark.parametrize(
    ("dollars", "told"),
    [(0, 0), (7, 7), (10, 10), (42, 40), (45, 50), (96, 100), (1264, 1000), (1500, 2000)],
)
def test_amounts_are_rounded_to_one_digit(dollars: int, told: int) -> None:
    assert rounded(dollars) == told


@given(st.integers(0, 10**13))
def test_a_rounded_amount_is_near_and_stays(dollars: int) -> None:
    assert abs(rounded(dollars) - dollars) * 3 <= dollars
    assert rounded(rounded(dollars)) == rounded(dollars)
    assert len(str(rounded(dollars)).rstrip("0")) <= 1


@pytest.mark.parametrize(
    ("cents", "direction", "dollars"),
    [(-4217, Direction.OUT, 40), (4217, Direction.IN, 40), (-49, Direction.OUT, 0)],
)
def test_a_line_becomes_a_question(cents: int, direction: Direction, dollars: int) -> None:
    line = BankLine("c", "a", DEMO_TODAY, "SHELL OIL", cents)
    assert question_about(line) == Question("SHELL OIL", direction, dollars)


def test_an_amount_that_a_caller_left_exact_is_rounded_before_it_leaves() -> None:
    fit = fit_to_send(Question("SHELL", Direction.OUT, 1264), names_to_hide([]))
    assert fit == Question("SHELL", Direction.OUT, 1000)
