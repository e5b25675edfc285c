"""How far rules and usual codes are trusted: by their own past rows, and by those of all."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest

from ledgersync.domain.charts import Vendor
from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.rules import Rule
from ledgersync.domain.suggestions import BankLine, CodedLine
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.matching.track_record import TrackRecord

UBER, LYFT = (Rule(name, 1, (name,), gl_code="6250") for name in ("UBER", "LYFT"))
CODES = FirmCodes(
    {"v": Vendor("v", "", "V", "Deli", "6400"), "w": Vendor("w", "", "W", "Cafe", "6400")},
    {"": frozenset({"6250", "6400", "6100"})},
)


def coded(text: str, gl_code: str, vendor: str = "", rows: int = 1) -> list[CodedLine]:
    line = BankLine("c", "a", date(2026, 3, 2), text, -500)
    return [CodedLine(line, vendor, gl_code)] * rows


def record(*past: list[CodedLine]) -> TrackRecord:
    return TrackRecord(CODES, RuleBook([UBER, LYFT]), [*chain.from_iterable(past)])


def test_before_anybody_looked_a_rule_is_trusted_more_than_a_habit() -> None:
    assert record().of_rule(UBER) == pytest.approx(0.95)
    assert record().of_default("v") == pytest.approx(0.8)


def test_a_rule_that_is_mostly_corrected_loses_its_trust() -> None:
    fresh, corrected = record(), record(coded("UBER 1", "6100", rows=90))
    assert corrected.of_rule(UBER) < 0.2 < fresh.of_rule(UBER)
    assert record(coded("UBER 1", "6250", rows=60)).of_rule(UBER) > 0.98


def test_a_rule_without_rows_is_as_good_as_the_firm_s_rules_are() -> None:
    poor = record(coded("UBER 1", "6100", rows=150), coded("UBER 1", "6250", rows=50))
    good = record(coded("UBER 1", "6250", rows=200))
    assert poor.of_rule(LYFT) == pytest.approx((50 + 19) / (200 + 20))
    assert good.of_rule(LYFT) > 0.99


def test_a_rule_s_own_rows_are_counted_once() -> None:
    assert record(coded("UBER 1", "6100", rows=9)).of_rule(UBER) == pytest.approx(19 / 29)


def test_a_vendor_without_rows_is_as_regular_as_the_firm_s_vendors_are() -> None:
    past = coded("X", "6100", "v", rows=95)
    assert record(past).of_default("w") == pytest.approx(4 / 100)


def test_rows_that_nobody_gave_a_gl_code_say_nothing() -> None:
    assert record(coded("UBER", "", "v", rows=50)).of_rule(UBER) == pytest.approx(0.95)
    assert record(coded("UBER", "", "v", rows=50)).of_default("v") == pytest.approx(0.8)


def test_a_rule_does_not_answer_for_rows_that_were_decided_before_it_was_changed() -> None:
    changed = datetime(2026, 3, 9, tzinfo=UTC)
    uber = replace(UBER, changed_at=changed)
    before, since = changed - timedelta(days=1), changed + timedelta(days=1)
    habit = [one._replace(decided_at=before) for one in coded("UBER 1", "6100", rows=90)]
    kept = [one._replace(decided_at=since) for one in coded("UBER 1", "6250", rows=10)]
    undone = [one._replace(decided_at=since) for one in coded("UBER 1", "6100", rows=10)]

    def trust(past: list[CodedLine]) -> float:
        return TrackRecord(CODES, RuleBook([uber]), past).of_rule(uber)

    assert trust(habit) == pytest.approx(0.95)
    assert trust([*habit, *kept]) == pytest.approx(29 / 30)
    assert trust([*habit, *undone]) == pytest.approx(19 / 30)
    assert trust(coded("UBER 1", "6100", rows=90)) < 0.2  # from a file: nobody knows when
