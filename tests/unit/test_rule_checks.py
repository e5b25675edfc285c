from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.charts import Vendor
from ledgersync.domain.codes import Coding, FirmCodes
from ledgersync.domain.rules import Direction, MatchType, Rule
from ledgersync.domain.suggestions import BankLine
from ledgersync.matching.rule_checks import (
    CheckKind,
    Hits,
    IdentifiedLine,
    RuleFinding,
    look_back,
)
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.matching.rule_shadows import covering

TODAY = date(2026, 10, 20)
NEW = datetime(2026, 9, 1, tzinfo=UTC)
UBER = Rule("r1", 1, ("UBER",), gl_code="6250", created_at=NEW)


def rule(number: int, **values: Any) -> Rule:
    return replace(UBER, id=f"r{number}", number=number, **values)


def lines(*descriptions: str, start: int = 1, **values: Any) -> list[IdentifiedLine]:
    line = BankLine("acme", "checking", date(2026, 10, 1), "", -1000)._replace(**values)
    return [
        (f"t{number}", line._replace(description=text))
        for number, text in enumerate(descriptions, start=start)
    ]


def found(
    kind: CheckKind, rules: Sequence[Rule], rows: Sequence[IdentifiedLine]
) -> list[RuleFinding]:
    return [finding for finding in look_back(rules, rows, TODAY).findings if finding.kind is kind]


# Hits


def test_hits_count_the_rows_that_a_rule_decides() -> None:
    eats, off = rule(2, patterns=("UBER EATS",)), rule(3, enabled=False)
    rows = lines("UBER 1", "UBER EATS", "CAB")
    rows += lines("UBER 2", start=4, date=date(2026, 3, 5))
    assert look_back([UBER, eats, off], rows, TODAY).hits == {
        "r1": Hits(2, date(2026, 10, 1)),
        "r2": Hits(1, date(2026, 10, 1)),
        "r3": Hits(0, None),
    }


def test_a_vendor_rule_and_the_gl_rule_after_it_both_decide() -> None:
    vendor, gl = rule(2, vendor_id="uber", gl_code="", priority=9), rule(3)
    rows = lines("UBER 1", "UBER 2")
    assert {
        key: found.count for key, found in look_back([vendor, gl, UBER], rows, TODAY).hits.items()
    } == {
        "r2": 2,
        "r1": 2,
        "r3": 0,
    }
    [shadowed] = look_back([vendor, gl, UBER], rows, TODAY).findings
    assert (shadowed.kind, shadowed.rule) == (CheckKind.SHADOWED, gl)


def test_where_a_client_lacks_a_code_the_rule_takes_nothing_from_others() -> None:
    def sets(one: Rule, client_id: str) -> Coding | None:
        known = {"acme": "6250", "elm": "62500"}[client_id]
        return Coding("", one.gl_code) if one.gl_code == known else None

    long = rule(2, gl_code="62500")
    rows = lines("UBER 1") + lines("UBER 2", "UBER 3", start=2, client_id="elm")
    found = look_back([UBER, long], rows, TODAY, sets=sets).hits
    assert (found["r1"].count, found["r2"].count) == (1, 2)
    assert look_back([UBER, long], rows, TODAY, sets=sets).findings == []


# Conflicts


def test_two_rules_that_claim_the_same_rows_with_other_codes_conflict() -> None:
    eats = rule(2, patterns=("EATS",), gl_code="6300")
    rows = lines("UBER EATS 1", "UBER TRIP", "uber eats 2", "EATS")
    [conflict] = found(CheckKind.CONFLICT, [UBER, eats], rows)
    assert (conflict.rule, conflict.other) == (UBER, eats)
    assert conflict.line_ids == ("t1", "t3")
    assert conflict.sentence == (
        "Rules 1 and 2 both claim 2 rows and set different GL codes, 6250 and 6300; "
        "rule 1 goes first."
    )


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"template_id": "t2", "gl_code": ""}, "different split templates"),
        ({"gl_code": "6250"}, "different things, GL code 6250 and a split template"),
    ],
)
def test_a_split_template_is_a_result_like_a_gl_code(values: dict[str, Any], words: str) -> None:
    one, other = rule(1, gl_code="", template_id="t1"), rule(2, patterns=("EATS",), **values)
    [conflict] = found(CheckKind.CONFLICT, [one, other], lines("UBER EATS"))
    assert words in conflict.sentence
    covered = rule(3, patterns=("UBER EATS",), gl_code="6300", priority=1)
    assert found(CheckKind.SHADOWED, [one, covered], lines("UBER EATS"))


def test_rules_that_set_other_vendors_conflict() -> None:
    one, other = rule(1, vendor_id="v1", gl_code=""), rule(2, vendor_id="v2", gl_code="")
    [conflict] = found(CheckKind.CONFLICT, [one, other], lines("UBER"))
    assert "1 row and set different vendors" in conflict.sentence


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"gl_code": "", "vendor_id": "v1"},
        {"gl_code": "6300", "enabled": False},
        {"gl_code": "6300", "client_id": "acme"},
        {"gl_code": "6300", "direction": Direction.IN},
        {"gl_code": "6300", "patterns": ("LYFT",)},
    ],
)
def test_rules_that_agree_override_or_never_meet_do_not_conflict(values: dict[str, Any]) -> None:
    assert not found(CheckKind.CONFLICT, [UBER, rule(2, **values)], lines("UBER", "LYFT"))


CODES = FirmCodes(
    {"uber": Vendor("uber", "", "", "Uber", ""), "cab": Vendor("cab", "", "", "Cab", "6100")},
    {"acme": frozenset({"6100", "6250", "6300"}), "elm": frozenset({"6250", "6300"})},
)


def conflicts(rules: Sequence[Rule], rows: Sequence[IdentifiedLine]) -> list[RuleFinding]:
    findings = look_back(rules, rows, TODAY, sets=CODES.result).findings
    return [finding for finding in findings if finding.kind is CheckKind.CONFLICT]


@pytest.mark.parametrize("client_id", ["", "acme"])
def test_gl_rules_conflict_behind_a_vendor_rule_that_leaves_the_code_open(client_id: str) -> None:
    vendor = rule(2, patterns=("UBER EATS",), vendor_id="uber", gl_code="", client_id=client_id)
    eats = rule(3, patterns=("EATS",), gl_code="6300")
    [conflict] = conflicts([vendor, UBER, eats], lines("UBER EATS 1", "UBER EATS 2", "EATS"))
    assert (conflict.rule, conflict.other, conflict.line_ids) == (UBER, eats, ("t1", "t2"))
    assert "different GL codes, 6250 and 6300; rule 1 goes first." in conflict.sentence


@pytest.mark.parametrize(
    ("priority", "words"),
    [
        (9, "Rules 2 and 1 both claim 1 row and set different GL codes, 6100 (the default of its "),
        (4, "Rules 1 and 2 both claim 1 row and set different GL codes, 6250 and 6100 (the "),
    ],
)
def test_the_default_of_a_vendor_conflicts_where_the_client_has_it(
    priority: int, words: str
) -> None:
    cab = rule(2, vendor_id="cab", gl_code="", priority=priority)
    rows = lines("UBER") + lines("UBER", start=2, client_id="elm")
    [conflict] = conflicts([cab, UBER], rows)
    assert conflict.line_ids == ("t1",)
    assert words in conflict.sentence


def test_every_two_of_many_rules_are_compared() -> None:
    other, again = rule(2, gl_code="6300"), rule(3, gl_code="6300", vendor_id="uber")
    cab = rule(4, vendor_id="cab", gl_code="6300")
    pairs = [
        (c.rule.number, c.other and c.other.number, c.sentence)
        for c in conflicts([UBER, other, again, cab], lines("UBER"))
    ]
    assert [pair[:2] for pair in pairs] == [(1, 2), (1, 3), (1, 4), (3, 4)]
    assert "set different vendors; rule 3" in pairs[3][2]


# Shadows


def test_a_rule_whose_rows_all_go_to_others_is_shadowed() -> None:
    first = rule(2, patterns=("POS UBER",))
    second = rule(3, patterns=("UBER T", "UBER E"))
    rows = lines("POS UBER A", "UBER TRIP", "UBER EATS")
    [shadow] = found(CheckKind.SHADOWED, [UBER, first, second], rows)
    assert (shadow.rule, shadow.other) == (UBER, second)
    assert shadow.line_ids == ("t1", "t2", "t3")
    assert shadow.sentence == (
        "Rule 1 decides none of the 3 rows it claims: rules 3 and 2 go first."
    )


def test_a_rule_that_decides_one_row_is_not_shadowed() -> None:
    first = rule(2, patterns=("UBER TRIP",))
    assert not found(CheckKind.SHADOWED, [UBER, first], lines("UBER TRIP", "UBER"))


def test_a_firm_rule_that_a_client_overrides_is_not_shadowed() -> None:
    assert not found(CheckKind.SHADOWED, [UBER, rule(2, client_id="acme")], lines("UBER"))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"patterns": ("uber",)},
        {"patterns": ("UBER EATS",), "priority": 4},
        {"patterns": ("UBER EATS", "THE UBER"), "priority": 4},
        {"patterns": ("UBER*EATS",), "priority": 4},
        {"match_type": MatchType.EXACT, "priority": 4},
        {"match_type": MatchType.STARTS_WITH, "priority": 4},
        {"match_type": MatchType.ENDS_WITH, "priority": 1, "patterns": ("X UBER",)},
        {"account_id": "checking"},
        {"direction": Direction.OUT},
        {"lowest": 100, "highest": 200},
        {"client_id": ""},
    ],
)
def test_a_rule_that_another_covers_is_shadowed_without_any_row(values: dict[str, Any]) -> None:
    [shadow] = found(CheckKind.SHADOWED, [UBER, rule(2, **values)], [])
    assert shadow.other == UBER
    assert shadow.line_ids == ()
    assert (
        shadow.sentence == "Rule 2 can never decide a row: rule 1 goes first wherever it matches."
    )


@pytest.mark.parametrize(
    ("broad", "narrow"),
    [
        ({}, {"patterns": ("UBER EATS",)}),
        ({}, {"patterns": ("UBER EATS", "LYFT"), "priority": 4}),
        ({}, {"client_id": "acme", "priority": 1}),
        ({"account_id": "checking"}, {}),
        ({"account_id": "checking"}, {"account_id": "savings"}),
        ({"direction": Direction.IN}, {}),
        ({"lowest": 100}, {}),
        ({"highest": 100}, {}),
        ({"highest": 100}, {"highest": 101}),
        ({"match_type": MatchType.STARTS_WITH}, {"priority": 4}),
        ({"patterns": ("A*B",)}, {"patterns": ("B*A",), "priority": 4}),
        ({"enabled": False}, {}),
    ],
)
def test_a_rule_that_has_something_of_its_own_is_not(
    broad: dict[str, Any], narrow: dict[str, Any]
) -> None:
    assert not found(CheckKind.SHADOWED, [rule(1, **broad), rule(2, **narrow)], [])


PATTERNS = st.lists(st.text("ab *", max_size=4), min_size=1, max_size=2).map(tuple)
RULES = st.builds(
    rule,
    number=st.just(0),
    patterns=PATTERNS,
    match_type=st.sampled_from(MatchType),
    direction=st.sampled_from([Direction.ANY, Direction.ANY, Direction.OUT]),
    lowest=st.sampled_from([None, None, 0, 2]),
    highest=st.sampled_from([None, None, 1, 3]),
    client_id=st.sampled_from(["", "", "acme"]),
    priority=st.sampled_from([4, 5]),
)


@given(
    st.lists(RULES, min_size=2, max_size=6),
    st.lists(st.tuples(st.text("ab *", max_size=6), st.integers(-4, 4)), max_size=10),
)
def test_a_covered_rule_never_decides(drafts: list[Rule], texts: list[tuple[str, int]]) -> None:
    rules = [replace(draft, id=f"r{n}", number=n) for n, draft in enumerate(drafts)]
    book = RuleBook(rules)
    rows = [line for text, cents in texts for _, line in lines(text, amount=cents)]
    deciding = {first.id for first in book.first(rows) if first}
    assert not deciding & covering(rules, book).keys()


# Stale rules


@pytest.mark.parametrize("created_at", [None, datetime(2025, 10, 19, tzinfo=UTC)])
def test_an_old_rule_without_a_row_in_a_year_is_stale(created_at: datetime | None) -> None:
    rows = lines("CAB") + lines("UBER", start=2, date=date(2025, 10, 19))
    [stale] = found(CheckKind.STALE, [replace(UBER, created_at=created_at)], rows)
    assert stale.sentence == "Rule 1 matched no row since 10/20/2025."


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ({"created_at": datetime(2025, 10, 20, tzinfo=UTC)}, lines("CAB")),
        ({"created_at": None}, lines("UBER", date=date(2025, 10, 20))),
        ({"created_at": None}, []),
        ({"created_at": None, "client_id": "bistro"}, lines("CAB")),
        ({"created_at": None, "enabled": False}, lines("CAB")),
    ],
)
def test_a_rule_that_is_young_or_met_or_could_not_be_met_is_not_stale(
    values: dict[str, Any], rows: list[IdentifiedLine]
) -> None:
    assert not found(CheckKind.STALE, [replace(UBER, **values)], rows)


def test_a_year_before_a_leap_day() -> None:
    rows = lines("CAB", date=date(2028, 2, 1))
    [stale] = look_back([replace(UBER, created_at=None)], rows, date(2028, 2, 29)).findings
    assert stale.sentence.endswith("since 02/28/2027.")


# Broad rules


def test_a_rule_that_claims_more_than_a_fifth_of_a_client_is_too_broad() -> None:
    rows = lines(*["UBER"] * 11, *["CAB"] * 39)
    rows += lines(*["UBER"] * 10, *["CAB"] * 40, start=100, client_id="bistro")
    [broad] = found(CheckKind.TOO_BROAD, [UBER], rows)
    assert broad.line_ids == tuple(f"t{n}" for n in range(1, 12))
    assert broad.sentence == "Rule 1 claims 11 of the 50 rows of a client, more than 20%."


def test_a_client_with_few_rows_says_nothing_of_a_rule() -> None:
    assert not found(CheckKind.TOO_BROAD, [UBER], lines(*["UBER"] * 49))


def test_a_rule_whose_rows_people_code_in_many_ways_is_too_broad() -> None:
    rows = lines(*["UBER"] * 12)
    coded = {f"t{n}": str(6000 + n % 3) for n in range(1, 11)} | {"t11": ""}
    [broad] = look_back([UBER], rows, TODAY, coded).findings
    assert broad.kind is CheckKind.TOO_BROAD
    assert broad.line_ids == tuple(f"t{n}" for n in range(1, 11))
    assert "the 10 rows that rule 1 claims to 3 GL codes, at most 4 of them" in broad.sentence


@pytest.mark.parametrize(
    ("values", "coded"),
    [
        ({}, {f"t{n}": str(n) for n in range(1, 10)}),
        ({}, {f"t{n}": "6250" if n % 2 else str(n) for n in range(1, 13)}),
        ({"gl_code": "", "vendor_id": "v1"}, {f"t{n}": str(n) for n in range(1, 13)}),
    ],
)
def test_a_rule_is_not_too_broad_for_a_few_odd_codes(
    values: dict[str, Any], coded: dict[str, str]
) -> None:
    assert look_back([replace(UBER, **values)], lines(*["UBER"] * 12), TODAY, coded).findings == []


def test_findings_stand_by_kind_and_number() -> None:
    rules = [
        rule(4, patterns=("NEVER",), created_at=None),
        rule(3, patterns=("UBER",), gl_code="6300"),
        rule(2, patterns=("UBER",), gl_code="6400"),
        UBER,
    ]
    findings = look_back(rules, lines("UBER"), TODAY).findings
    assert [(f.kind, f.rule.number, f.other and f.other.number) for f in findings] == [
        (CheckKind.CONFLICT, 1, 2),
        (CheckKind.CONFLICT, 1, 3),
        (CheckKind.CONFLICT, 2, 3),
        (CheckKind.SHADOWED, 2, 1),
        (CheckKind.SHADOWED, 3, 1),
        (CheckKind.STALE, 4, None),
    ]
