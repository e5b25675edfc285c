"""Reasons: the past rows behind a code, from the most alike to the least, in one sentence."""

from datetime import date

import pytest

from ledgersync.domain.past_rows import NamedRows, Whose, named_rows
from ledgersync.domain.suggestions import BankLine, CodedLine
from ledgersync.matching.learning import Learner
from ledgersync.matching.levels import Level
from ledgersync.matching.reasons import NO_REASON, WHOSE, Reason

DAY = date(2026, 3, 2)


def coded(
    description: str, gl: str, amount: int = -10_00, *, client: str = "c1", account: str = "a1"
) -> CodedLine:
    return CodedLine(BankLine(client, account, date(2025, 12, 5), description, amount), "", gl)


SEVERAL = [coded("HARDWARE HOUSE", "5100", amount) for amount in (-11_00, -12_00, -13_00)]
SEVERAL += [coded("HARDWARE HOUSE", "5200", -99_00)]


@pytest.mark.parametrize(
    ("past", "asked", "level", "counted"),
    [
        (SEVERAL, coded("HARDWARE HOUSE", ""), Level.ACCOUNT_DESCRIPTOR, (3, 4)),
        (SEVERAL, coded("HARDWARE HOUSE", "", account="a2"), Level.DESCRIPTOR, (3, 4)),
        (SEVERAL, coded("HARDWARE HOUSE PRO SHOP", ""), Level.HEAD, (3, 4)),
        (SEVERAL, coded("HARDWARE HOUSE", "", client="c2"), Level.FIRM_DESCRIPTOR, (3, 4)),
        (SEVERAL[:3], coded("MY HARDWARE HOUSE", ""), Level.LIKE, (3, 3)),
        (SEVERAL[:3], coded("QWX", ""), Level.ACCOUNT, (3, 3)),
        (SEVERAL[:3], coded("QWX", "", account="a2"), Level.CLIENT, (3, 3)),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Level) else "",
)
def test_the_rows_most_alike_are_named(
    past: list[CodedLine], asked: CodedLine, level: Level, counted: tuple[int, int]
) -> None:
    (told,) = Learner(past).predict([asked.line])
    assert told.gl_code == "5100"
    assert told.reason.level is level
    assert (told.reason.agreed, told.reason.rows) == counted
    assert told.reason.last == date(2025, 12, 5)


def test_an_amount_that_decided_is_named() -> None:
    past = [coded("ACME PROPERTIES", "6710", -n * 7_00) for n in range(1, 9)]
    past += [coded("ACME PROPERTIES", "6700", -1_850_00) for _ in range(4)]
    (told,) = Learner(past).predict([coded("ACME PROPERTIES", "", -1_850_00).line])
    assert told.gl_code == "6700"
    assert told.reason.level is Level.AMOUNT
    assert told.why == (
        "coded 6700 in 4 of 4 past rows of this client with this amount, last on 12/05/2025"
    )


def test_the_last_time_is_told_with_its_year() -> None:
    reason = Reason(Level.DESCRIPTOR, 1, 1, date(2025, 8, 26), "ULINE")
    assert reason.sentence("6250") == (
        "coded 6250 in 1 of 1 past row of this client, last on 08/26/2025"
    )


def test_no_reason_says_so() -> None:
    assert NO_REASON.sentence("6250") == "nothing like it was coded before"


@pytest.mark.parametrize("level", set(WHOSE), ids=lambda level: level.name.lower())
def test_a_sentence_is_read_as_it_was_meant(level: Level) -> None:
    said = Reason(level, 1_200, 1_300, DAY).sentence("Bob, in 1 of 2")
    assert named_rows(said) == NamedRows(WHOSE[level], "Bob, in 1 of 2", DAY)
    assert named_rows(f"Rule 3: contains BOB; the GL code was {said}") == named_rows(said)


def test_a_text_that_looks_alike_is_read_from_its_sentence() -> None:
    said = Reason(Level.FIRM_LIKE, 3, 3, DAY, "SHELL OIL").sentence("6250, in part")
    assert said == "looks like SHELL OIL, coded 6250, in part, last on 03/02/2026"
    assert named_rows(said) == NamedRows(Whose.ALIKE, "6250, in part", DAY, "SHELL OIL")


@pytest.mark.parametrize(
    "why",
    [
        "",
        NO_REASON.sentence("6250"),
        "Rule 14: contains UBER",
        "Reads like Uber (its name), usually coded 6250",
        "Proposed by the outside model that an administrator has set up",
    ],
)
def test_other_reasons_name_no_past_rows(why: str) -> None:
    assert named_rows(why) is None
