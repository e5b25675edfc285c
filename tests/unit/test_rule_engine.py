"""Beside examples, the engine is held against a slow version that asks every rule in turn."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.rules import Direction, MatchType, Rule, fold
from ledgersync.domain.suggestions import BankLine
from ledgersync.matching.rule_engine import RuleBook

CONTAINS, EXACT, STARTS, ENDS = MatchType
RULE = Rule("r1", 1, ("UBER",), gl_code="6250")
LINE = BankLine("acme", "checking", date(2026, 3, 2), "UBER TRIP", -1250)


def hits(match_type: MatchType, pattern: str, description: str) -> bool:
    rule = replace(RULE, patterns=(pattern,), match_type=match_type)
    [found] = RuleBook([rule]).first([LINE._replace(description=description)])
    return found is rule


@pytest.mark.parametrize(
    ("match_type", "pattern", "description"),
    [
        (CONTAINS, "uber", "POS UBER TRIP"),
        (CONTAINS, "Uber  Trip", "pos UBER\t TRIP 12"),
        (CONTAINS, "UBER*TRIP", "UBERTRIP"),
        (CONTAINS, "UBER*TRIP", "SQ UBER EATS TRIP 9"),
        (CONTAINS, "UBER * TRIP", "UBER TRIP"),
        (CONTAINS, "UBER * TRIP", "UBER EATS TRIP"),
        (CONTAINS, "* BAR *", "BAR"),
        (CONTAINS, "* BAR *", "THE BAR LEEDS"),
        (CONTAINS, "A*B*C", "xxA1B2C"),
        (CONTAINS, "AMZN MKTP US*", "AMZN Mktp US*2K4"),
        (CONTAINS, "caf\u00e9", "CAFE\u0301 RIVOLI"),
        (CONTAINS, "STRASSE", "Hauptstraße 1"),
        (CONTAINS, "\u0131st", "ISTANBUL \u0131STANBUL"),
        (CONTAINS, "A, B", "SMITH A, B"),
        (EXACT, "sq *joes", "SQ *JOES"),
        (EXACT, "UBER  TRIP", " uber trip "),
        (EXACT, "UBER*9", "UBER TRIP 9"),
        (EXACT, "UBER *", "UBER"),
        (EXACT, "* TRIP", "TRIP"),
        (STARTS, "SQ *", "SQ *JOES"),
        (STARTS, "UBER", "UBER"),
        (STARTS, "A*C", "A B C D"),
        (ENDS, "TRIP", "UBER TRIP"),
        (ENDS, "U*P", "THE UBER TRIP"),
        (ENDS, "AA", "AAA"),
        (EXACT, "A*A", "AA"),
    ],
)
def test_a_pattern_hits(match_type: MatchType, pattern: str, description: str) -> None:
    assert hits(match_type, pattern, description)


@pytest.mark.parametrize(
    ("match_type", "pattern", "description"),
    [
        (CONTAINS, "UBER", ""),
        (CONTAINS, "UBER", "U BER"),
        (CONTAINS, "UBER * TRIP", "UBER EATSTRIP"),
        (CONTAINS, "UBER*TRIP", "TRIP UBER"),
        (CONTAINS, "* BAR *", "BARCLAYS"),
        (CONTAINS, "cafe", "CAFÉ"),
        (CONTAINS, "*", "UBER"),
        (CONTAINS, "", "UBER"),
        (CONTAINS, "", ""),
        (EXACT, "* *", ""),
        (EXACT, "UBER", "UBER TRIP"),
        (EXACT, "A*A", "A"),
        (EXACT, "UBER*9", "UBER TRIP 91"),
        (STARTS, "SQ *", "SQUARESPACE"),
        (STARTS, "UBER", "POS UBER"),
        (STARTS, "A*C", "X A C"),
        (ENDS, "TRIP", "TRIP UBER"),
        (ENDS, "U*P", "UBER TRIPS"),
    ],
)
def test_a_pattern_does_not_hit(match_type: MatchType, pattern: str, description: str) -> None:
    assert not hits(match_type, pattern, description)


@pytest.mark.parametrize(
    ("conditions", "line"),
    [
        ({"client_id": "other"}, {}),
        ({"account_id": "savings"}, {}),
        ({"direction": Direction.IN}, {}),
        ({"direction": Direction.OUT}, {"amount": 1250}),
        ({"direction": Direction.IN}, {"amount": 0}),
        ({"direction": Direction.OUT}, {"amount": 0}),
        ({"lowest": 1251}, {}),
        ({"highest": 1249}, {}),
        ({"enabled": False}, {}),
    ],
)
def test_a_condition_that_is_not_met(conditions: dict[str, Any], line: dict[str, Any]) -> None:
    rule = replace(RULE, **conditions)
    assert RuleBook([rule]).first([LINE._replace(**line)]) == [None]


@pytest.mark.parametrize(
    "conditions",
    [
        {"client_id": "acme"},
        {"account_id": "checking"},
        {"direction": Direction.OUT},
        {"lowest": 1250, "highest": 1250},
        {"highest": 1250},
    ],
)
def test_a_condition_that_is_met(conditions: dict[str, Any]) -> None:
    rule = replace(RULE, **conditions)
    assert RuleBook([rule]).first([LINE]) == [rule]


def test_the_pattern_that_hits_decides_who_goes_first() -> None:
    broad = replace(RULE, patterns=("UBER", "LYFT RIDE SHARE"))
    narrow = replace(RULE, id="r2", number=2, patterns=("UBER EATS",))
    lines = [LINE._replace(description=text) for text in ("UBER EATS 1", "UBER 2", "NOTHING")]
    book = RuleBook([broad, narrow])
    assert book.first(lines) == [narrow, broad, None]
    assert book.all(lines) == [(narrow, broad), (broad,), ()]


def test_a_rule_whose_condition_fails_leaves_the_line_to_the_next() -> None:
    small = replace(RULE, id="r2", number=2, patterns=("UBER TRIP",), highest=1000)
    assert RuleBook([RULE, small]).first([LINE, LINE._replace(amount=-900)]) == [RULE, small]


def test_each_client_has_its_own_rules_beside_the_firm_s() -> None:
    own = replace(RULE, id="r2", number=2, client_id="acme", priority=1)
    lines = [LINE, LINE._replace(client_id="bistro"), LINE]
    assert RuleBook([RULE, own]).first(lines) == [own, RULE, own]


def test_the_hitting_pattern_is_named_as_it_was_written() -> None:
    rule = replace(RULE, patterns=("Lyft", "Uber", "Uber Trip"))
    book = RuleBook([rule])
    assert book.pattern_hit(rule, LINE) == "Uber Trip"
    assert book.pattern_hit(rule, LINE._replace(description="CAB")) == ""
    assert RuleBook([]).pattern_hit(rule, LINE) == ""
    [claim] = book.first_claims([LINE])
    assert claim
    assert (claim.rule, claim.pattern) == (rule, "Uber Trip")


def test_a_rule_book_without_rules_or_lines() -> None:
    assert RuleBook([]).first([LINE]) == [None]
    assert RuleBook([RULE]).all([]) == []


def test_more_lines_than_one_search_takes() -> None:
    lines = [LINE._replace(description=f"{'UBER' if n % 3 else 'CAB'} {n}") for n in range(9000)]
    assert RuleBook([RULE]).first(lines) == [RULE if n % 3 else None for n in range(9000)]


def test_a_description_that_holds_the_mark_between_descriptions() -> None:
    lines = [LINE._replace(description=text) for text in ("\0\u00a0", "UBER\u00a0")]
    assert RuleBook([RULE]).first(lines) == [None, RULE]


# The slow version: letter by letter, straight from what the words of a rule mean.

ALPHABET = "aAbB *\n\0\x1c\u00a0éÉe\u0301ßsSİi,\ud800"
WHOLE = {CONTAINS: "*{}*", EXACT: "{}", STARTS: "{}*", ENDS: "*{}"}


def slowly_hits(rule: Rule, pattern: str, description: str) -> bool:
    if not fold(pattern).replace("*", "").strip():
        return False
    wanted = f" {WHOLE[rule.match_type].format(fold(pattern))} "
    text = f" {fold(description)} "

    @cache
    def fits(i: int, j: int) -> bool:
        if i == len(wanted):
            return j == len(text)
        if wanted[i] == "*":
            return any(fits(i + 1, k) for k in range(j, len(text) + 1))
        if wanted[i] == " " and text[:j].endswith(" ") and fits(i + 1, j):
            return True  # blanks that meet count as one
        return text[j : j + 1] == wanted[i] and fits(i + 1, j + 1)

    return fits(0, 0)


def slowly_claims(rule: Rule, line: BankLine) -> bool:
    return (
        rule.enabled
        and (not rule.client_id or rule.client_id == line.client_id)
        and (not rule.account_id or rule.account_id == line.account_id)
        and (rule.direction != Direction.IN or line.amount > 0)
        and (rule.direction != Direction.OUT or line.amount < 0)
        and (rule.lowest is None or abs(line.amount) >= rule.lowest)
        and (rule.highest is None or abs(line.amount) <= rule.highest)
        and any(slowly_hits(rule, pattern, line.description) for pattern in rule.patterns)
    )


def slow_order(rule: Rule, pattern: str) -> tuple[object, ...]:
    text = fold(pattern)
    if rule.match_type in (CONTAINS, STARTS):
        text = text.rstrip("*")
    if rule.match_type in (CONTAINS, ENDS):
        text = text.lstrip("*")
    kind = 2 if "*" in text else {EXACT: 0, STARTS: 1, ENDS: 1, CONTAINS: 3}[rule.match_type]
    age = (rule.created_at is None, rule.created_at)
    return (rule.client_id == "", -rule.priority, kind, -len(text.replace("*", "")), age)


def slowly_all(rules: list[Rule], line: BankLine) -> tuple[Rule, ...]:
    claiming = [rule for rule in rules if slowly_claims(rule, line)]

    def place(rule: Rule) -> tuple[object, ...]:
        hit = [p for p in rule.patterns if slowly_hits(rule, p, line.description)]
        return (*min(slow_order(rule, pattern) for pattern in hit), rule.number)

    return tuple(sorted(claiming, key=place))


SIZES = st.one_of(st.none(), st.integers(0, 3))
RULES = st.builds(
    Rule,
    id=st.just(""),
    number=st.just(0),
    patterns=st.lists(st.text(ALPHABET, max_size=5), max_size=3).map(tuple),
    match_type=st.sampled_from(MatchType),
    client_id=st.sampled_from(["", "", "x", "y"]),
    account_id=st.sampled_from(["", "", "", "1"]),
    direction=st.sampled_from([Direction.ANY, *Direction]),
    lowest=SIZES,
    highest=SIZES,
    priority=st.sampled_from([4, 5]),
    enabled=st.sampled_from([True, True, True, False]),
    created_at=st.sampled_from([None, datetime(2026, 1, 1, tzinfo=UTC)]),
)
LINES = st.builds(
    BankLine,
    client_id=st.sampled_from("xyz"),
    account_id=st.sampled_from("12"),
    date=st.just(date(2026, 3, 2)),
    description=st.text(ALPHABET, max_size=8),
    amount=st.integers(-3, 3),
)


@given(st.lists(RULES, max_size=8), st.lists(LINES, max_size=8))
def test_the_engine_agrees_with_asking_every_rule(rules: list[Rule], lines: list[BankLine]) -> None:
    rules = [replace(rule, id=f"r{n}", number=n) for n, rule in enumerate(rules)]
    book, expected = RuleBook(rules), [slowly_all(rules, line) for line in lines]
    assert book.all(lines) == expected
    assert book.first(lines) == [claiming[0] if claiming else None for claiming in expected]


@given(st.lists(RULES, min_size=1, max_size=4), LINES)
def test_the_hitting_pattern_hits(rules: list[Rule], line: BankLine) -> None:
    rules = [replace(rule, id=f"r{n}", number=n) for n, rule in enumerate(rules)]
    book = RuleBook(rules)
    for rule in book.all([line])[0]:
        assert slowly_hits(rule, book.pattern_hit(rule, line), line.description)
