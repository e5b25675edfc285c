from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.rules import (
    Direction,
    MatchType,
    Rule,
    describe,
    fold,
    parse_patterns,
    patterns_text,
    precedence,
    validate,
)
from ledgersync.errors import InvalidInput

RULE = Rule("r1", 1, ("UBER",), gl_code="6250")
LAST_YEAR, THIS_YEAR = datetime(2025, 3, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ("UBER", ("UBER",)),
        (" UBER  TRIP ,lyft", ("UBER TRIP", "lyft")),
        ("UBER,,LYFT,", ("UBER", "LYFT")),
        ("LYFT, Uber, UBER", ("LYFT", "Uber")),
        ("SQ *, AMZN*MKTP", ("SQ *", "AMZN*MKTP")),
        ("3M", ("3M",)),
    ],
)
def test_commas_separate_patterns_and_each_counts_once(text: str, patterns: tuple[str]) -> None:
    assert parse_patterns(text) == patterns


@pytest.mark.parametrize("text", ["", "  ", ",", "*", "UBER, *", " * * ,UBER", "**"])
def test_a_text_without_a_pattern_or_with_an_empty_one_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_patterns(text)
    assert refused.value.sentence
    assert refused.value.next_step


def test_a_comma_within_a_pattern_is_written_as_a_star() -> None:
    assert patterns_text(("SMITH, JONES", "ACME")) == "SMITH* JONES, ACME"


@given(st.text("aB*, é"))
def test_patterns_survive_being_written_and_read_again(text: str) -> None:
    try:
        patterns = parse_patterns(text)
    except InvalidInput:
        return
    assert parse_patterns(patterns_text(patterns)) == patterns


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UBER  TRIP\t", "uber trip"),
        ("CAFÉ", "cafe\u0301"),
        ("STRASSE", "Straße"),
        ("ΟΔΟΣ", "οδος"),
        ("A\u00a0B", "a b"),
    ],
)
def test_texts_that_differ_in_case_blanks_or_composition_read_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("sooner", "later"),
    [
        ({"client_id": "acme", "priority": 1}, {"priority": 10, "match_type": MatchType.EXACT}),
        ({"priority": 6}, {"priority": 5, "match_type": MatchType.EXACT}),
        ({"match_type": MatchType.EXACT}, {"match_type": MatchType.STARTS_WITH}),
        ({"match_type": MatchType.ENDS_WITH}, {"patterns": ("UB*LONG PATTERN",)}),
        ({"patterns": ("U*R",)}, {"patterns": ("UBER EATS",)}),
        ({"patterns": ("U*R",)}, {"patterns": ("UBER*",)}),
        ({"patterns": ("U*R",), "match_type": MatchType.EXACT}, {}),
        ({"patterns": ("UBER EATS",)}, {}),
        ({"patterns": ("X", "UBER EATS")}, {"patterns": ("UBER", "LYFT", "CAB")}),
        ({"created_at": LAST_YEAR, "number": 9}, {"created_at": THIS_YEAR, "number": 2}),
        ({"created_at": THIS_YEAR, "number": 9}, {"created_at": None, "number": 2}),
        ({"number": 2}, {"number": 10}),
    ],
)
def test_precedence(sooner: dict[str, Any], later: dict[str, Any]) -> None:
    first, second = replace(RULE, **sooner), replace(RULE, **later)
    assert precedence(first) < precedence(second)


def test_only_the_end_that_a_match_type_fixes_makes_an_outer_star_a_wildcard() -> None:
    starts = replace(RULE, match_type=MatchType.STARTS_WITH)
    assert precedence(replace(starts, patterns=("UBER*",))) == precedence(starts)
    assert precedence(replace(starts, patterns=("*UBER",))) > precedence(starts)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "contains UBER"),
        ({"patterns": ("UBER", "LYFT", "CAB")}, "contains UBER, LYFT or CAB"),
        ({"match_type": MatchType.EXACT}, "is exactly UBER"),
        ({"match_type": MatchType.STARTS_WITH}, "starts with UBER"),
        ({"match_type": MatchType.ENDS_WITH}, "ends with UBER"),
        (
            {
                "patterns": ("UBER", "LYFT"),
                "direction": Direction.OUT,
                "lowest": 1000,
                "highest": 5000,
            },
            "contains UBER or LYFT, money out, $10.00 to $50.00",
        ),
        ({"direction": Direction.IN, "lowest": 1000}, "contains UBER, money in, $10.00 or more"),
        ({"highest": 123456}, "contains UBER, up to $1,234.56"),
        ({"lowest": 999, "highest": 999}, "contains UBER, $9.99"),
    ],
)
def test_a_rule_describes_itself(values: dict[str, Any], words: str) -> None:
    assert describe(replace(RULE, **values)) == words


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"gl_code": "", "vendor_id": "v1"},
        {"lowest": 0, "highest": 0},
        {"lowest": 500, "highest": 500},
        {"lowest": 500},
        {"priority": 1},
        {"priority": 10},
        {"patterns": ("A",), "match_type": MatchType.EXACT},
        {"patterns": ("3M", "BP")},
    ],
)
def test_a_rule_that_can_work_has_no_faults(values: dict[str, Any]) -> None:
    assert validate(replace(RULE, **values)) == []


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"patterns": ()}, "at least one pattern"),
        ({"patterns": ("UBER", "*")}, "'*' says nothing"),
        ({"patterns": ("",)}, "says nothing"),
        ({"patterns": ("A *",)}, "too short"),
        ({"patterns": ("A*",), "match_type": MatchType.EXACT}, "too short"),
        ({"gl_code": ""}, "vendor or a GL code"),
        ({"template_id": "t1"}, "a GL code and a split template; only one"),
        ({"lowest": 5000, "highest": 1000}, "$50.00, is above $10.00"),
        ({"lowest": -1}, "without a sign"),
        ({"highest": -1}, "without a sign"),
        ({"priority": 0}, "from 1 to 10, not 0"),
        ({"priority": 11}, "from 1 to 10, not 11"),
    ],
)
def test_a_rule_that_cannot_work_says_why(values: dict[str, Any], word: str) -> None:
    [fault] = validate(replace(RULE, **values))
    assert word in fault


def test_every_fault_is_named() -> None:
    assert len(validate(replace(RULE, patterns=(), gl_code="", lowest=2, highest=1))) == 3
