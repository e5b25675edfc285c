"""Learning: what the past says about a line, how sure it is, and that corrections count at once."""

from datetime import date, timedelta

import pytest

from ledgersync.domain.suggestions import BankLine, CodedLine
from ledgersync.matching.evidence import Level
from ledgersync.matching.learning import Learner

DAY = date(2026, 3, 2)


def line(
    description: str,
    amount: int = -4_200,
    *,
    client: str = "c1",
    account: str = "a1",
    day: date = DAY,
) -> BankLine:
    return BankLine(client, account, day, description, amount)


def coded(
    description: str,
    gl: str,
    amount: int = -4_200,
    *,
    vendor: str = "",
    client: str = "c1",
    account: str = "a1",
    day: date = DAY,
) -> CodedLine:
    return CodedLine(line(description, amount, client=client, account=account, day=day), vendor, gl)


def months_of(description: str, gl: str, months: int = 12, **others: str) -> list[CodedLine]:
    """The same purchase coded once a month, up to the month before DAY."""
    return [
        coded(description, gl, day=DAY - timedelta(days=30 * back), **others)
        for back in range(months, 0, -1)
    ]


def test_what_was_always_coded_alike_is_foretold_with_its_reason() -> None:
    past = months_of("GRAINGER 8842", "6250") + months_of("CITY WATERWORKS", "6400")
    (told,) = Learner(past).predict([line("GRAINGER 9921")])
    assert told.gl_code == "6250"
    assert told.confidence > 0.8
    assert told.reason.level is Level.ACCOUNT_DESCRIPTOR
    assert told.why == "coded 6250 in 12 of 12 past rows of this account, last on 01/31"


def test_a_correction_counts_from_the_next_line_on() -> None:
    learner = Learner(months_of("GRAINGER", "6250"))
    learner.learn([coded("ZEPHYR TACK & SADDLE", "7100")])
    (told,) = learner.predict([line("ZEPHYR TACK & SADDLE")])
    assert told.gl_code == "7100"


@pytest.mark.parametrize("past", [[], [coded("GRAINGER", "")]], ids=["no past", "nothing chosen"])
def test_without_a_past_nothing_is_foretold(past: list[CodedLine]) -> None:
    (told,) = Learner(past).predict([line("GRAINGER")])
    assert (told.gl_code, told.confidence, told.vendor_id) == ("", 0.0, "")
