"""Codes of the firm: what a rule sets where, and which rules have a say on a row."""

from dataclasses import replace

import pytest

from ledgersync.domain.charts import Vendor
from ledgersync.domain.codes import Coding, FirmCodes, as_written, having_a_say
from ledgersync.domain.rules import Rule

UBER = Rule("r1", 1, ("UBER",), gl_code="6550")
CODES = FirmCodes(
    {
        "own": Vendor("own", "pine", "U1", "Uber", "6550"),
        "wide": Vendor("wide", "", "L1", "Lyft", "6550"),
    },
    {"pine": frozenset({"6550"}), "birch": frozenset({"6250"}), "": frozenset({"1000"})},
)


@pytest.mark.parametrize(
    ("rule", "client_id", "result"),
    [
        (UBER, "pine", Coding("", "6550")),
        (UBER, "birch", None),
        (replace(UBER, gl_code="1000"), "birch", Coding("", "1000")),
        (replace(UBER, vendor_id="own"), "pine", Coding("own", "6550")),
        (replace(UBER, vendor_id="own", gl_code="6250"), "birch", None),
        (replace(UBER, vendor_id="wide", gl_code=""), "pine", Coding("wide", "6550")),
        (replace(UBER, vendor_id="wide", gl_code=""), "birch", Coding("wide", "")),
        (replace(UBER, vendor_id="gone"), "pine", None),
    ],
)
def test_a_rule_sets_what_its_client_has(rule: Rule, client_id: str, result: Coding | None) -> None:
    assert CODES.result(rule, client_id) == result


def test_a_coding_is_within_another_that_says_at_least_as_much() -> None:
    assert Coding("", "6550").within(Coding("own", "6550"))
    assert not Coding("own", "6550").within(Coding("", "6550"))
    assert not Coding("", "6550").within(Coding("own", "6250"))


def test_rules_have_a_say_until_nothing_is_open() -> None:
    vendor = replace(UBER, id="v", vendor_id="wide", gl_code="")
    other = replace(vendor, id="o", vendor_id="own")
    gl, late = replace(UBER, id="g"), replace(UBER, id="l")
    rules = [vendor, other, gl, late]
    assert [rule.id for rule in having_a_say(rules, "", as_written)] == ["v", "g"]
    assert [rule.id for rule in having_a_say(rules, "pine", CODES.result)] == ["v"]
    assert [rule.id for rule in having_a_say(rules, "birch", CODES.result)] == ["v"]
