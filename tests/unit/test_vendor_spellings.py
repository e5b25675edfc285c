"""Spellings of vendors: refused where they tell nothing, proposed where people agree."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.spellings import SpellingProposal
from ledgersync.domain.suggestions import BankLine, CodedLine
from ledgersync.matching.vendor_spellings import (
    propose,
    spelling_fault,
    spelling_key,
    starts_with,
)
from ledgersync.matching.vendors import VendorIndex

NAMES = {"nl": "Northern Lights Catering", "sp": "Smith Plumbing", "hc": "Harbor Coffee"}


def coded(*lines: tuple[str, str]) -> list[CodedLine]:
    """Lines of one day after the other, each with its vendor's id."""
    first = date(2026, 1, 1)
    return [
        CodedLine(BankLine("c", "a", first + timedelta(n), text, -100), vendor, "")
        for n, (text, vendor) in enumerate(lines)
    ]


def spelt(*lines: tuple[str, str], **known: str) -> list[tuple[str, str]]:
    return [(one.spelling, one.vendor_id) for one in propose(coded(*lines), NAMES, known)]


def test_what_a_vendor_s_rows_share_is_proposed_with_the_newest_of_them() -> None:
    lines = coded(
        ("NLC EVENTS 0091 AUSTIN TX", "nl"),
        ("NLC EVENTS LLC 0092", "nl"),
        ("QUIX REPAIRS", "sp"),
        ("NLC EVENTS WEST HALL", "nl"),
        ("QUIX REPAIRS 77", "sp"),
    )
    assert propose(lines, NAMES, {}) == [
        SpellingProposal("nl", "NLC EVENTS", 3, "NLC EVENTS WEST HALL", date(2026, 1, 4)),
        SpellingProposal("sp", "QUIX REPAIRS", 2, "QUIX REPAIRS 77", date(2026, 1, 5)),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [("QUIX REPAIRS", "sp")],
        [("QUIX REPAIRS", "sp"), ("QUIX REPAIRS", "hc")],
        [("QUIX REPAIRS", "gone"), ("QUIX REPAIRS", "gone")],
        [("QUIX REPAIRS", ""), ("QUIX REPAIRS", "")],
        [("HARBOR COFFEE 12", "hc"), ("HARBOR COFFEE 0042", "hc")],
        [("CHECK 101", "sp"), ("CHECK 102", "sp")],
        [("CITY PAYMENT 1", "sp"), ("CITY PAYMENT 2", "sp")],
        [("ATM WITHDRAWAL 1 MAIN ST", "sp"), ("ATM WITHDRAWAL 2 ELM ST", "sp")],
    ],
    ids=[
        "one row",
        "two vendors",
        "a vendor that has gone",
        "no vendor",
        "its own name",
        "a bank's word",
        "words of many names",
        "the bank's machine",
    ],
)
def test_what_is_not_repeated_not_agreed_or_not_telling_is_not_proposed(
    lines: list[tuple[str, str]],
) -> None:
    assert spelt(*lines) == []


def test_where_a_head_has_two_vendors_the_whole_text_decides() -> None:
    lines = [("QUIX ONE", "sp"), ("QUIX TWO", "hc"), ("QUIX ONE", "sp"), ("QUIX TWO 9", "hc")]
    assert set(spelt(*lines)) == {("QUIX ONE", "sp"), ("QUIX TWO", "hc")}


def test_a_spelling_that_would_also_name_another_vendor_s_rows_is_not_proposed() -> None:
    lines = [("QUIXOTE", "sp"), ("QUIXOTE", "sp"), ("QUIXOTE TILES WEST", "hc")]
    assert ("QUIXOTE", "sp") not in spelt(*lines)


def test_what_is_written_down_already_is_not_proposed() -> None:
    assert spelt(("QUIX REPAIRS", "sp"), ("QUIX REPAIRS", "sp"), quix="sp") == []


def test_words_are_compared_whole() -> None:
    assert starts_with("SHELL OIL", "SHELL")
    assert not starts_with("SHELLFISH HOUSE", "SHELL")


@pytest.mark.parametrize("text", ["", "  ", "7", "H&", "PAYMENT", "ACH DEBIT", "check 1002"])
def test_a_spelling_that_names_nobody_has_a_fault(text: str) -> None:
    assert spelling_fault(text)


@pytest.mark.parametrize("text", ["AMZN", "7-Eleven", "amzn mktp", "Café Noir", "SHELL OIL"])
def test_a_spelling_that_names_somebody_has_none(text: str) -> None:
    assert spelling_fault(text) == ""


_WORD = st.text(st.sampled_from("ABCDEKLMNORSTX 0129*#&'-é"), min_size=1, max_size=18)


@given(st.lists(st.tuples(_WORD, st.sampled_from([*NAMES, "", "gone"])), max_size=25))
def test_every_proposal_does_what_it_promises(lines: list[tuple[str, str]]) -> None:
    rows = coded(*lines)
    for one in propose(rows, NAMES, {}):
        assert spelling_key(one.spelling) == one.spelling
        assert one.rows >= 2
        index = VendorIndex(NAMES, {one.spelling: one.vendor_id})
        [[match]] = index.best([one.example], count=1)
        assert match.vendor == one.vendor_id
        others = [c for c in rows if c.vendor_id in NAMES and c.vendor_id != one.vendor_id]
        assert not any(starts_with(spelling_key(c.line.description), one.spelling) for c in others)
