"""Testing a rule: the rows that it fits, what would become of each, and nothing changed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledgersync import clock
from ledgersync.domain.charts import Vendor
from ledgersync.domain.decisions import Standing
from ledgersync.domain.rules import Direction, MatchType, Rule
from ledgersync.domain.suggestions import BankLine
from ledgersync.errors import InvalidInput
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.services import rule_lists, rule_testing
from ledgersync.services.rule_testing import Outcome, RuleTest
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts, rule_lines
from ledgersync.storage.rule_lines import Scope
from tests.services.rule_office import TODAY, UBER, Firm


@pytest.fixture
def firm(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Firm:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return Firm(workspace)


def tried(firm: Firm, rule: Rule = UBER) -> RuleTest:
    return rule_testing.test_rule(firm.admin, firm.workspace, rule)


def outcomes(test: RuleTest) -> dict[str, Outcome]:
    return {row.description: row.outcome for row in test.rows}


def test_it_counts_what_would_change_and_what_people_decided(firm: Firm) -> None:
    rows = firm.add_lines("UBER 1", "UBER 2", "UBER 3", "UBER 4", "UBER 5", "UBER 6", "TAXI")
    firm.decide(rows[1], gl_code="6250")
    firm.decide(rows[2], gl_code="6550")
    firm.decide(rows[3], standing=Standing.EXCLUDED)
    firm.suggest(rows[4], "6550")
    firm.suggest(rows[5], "6250")
    test = tried(firm)
    assert outcomes(test) == {
        "UBER 1": Outcome.CHANGES,
        "UBER 2": Outcome.BY_HAND,
        "UBER 3": Outcome.SAME,
        "UBER 4": Outcome.BY_HAND,
        "UBER 5": Outcome.SAME,
        "UBER 6": Outcome.CHANGES,
    }
    assert (test.fits, test.would_change, test.by_hand, test.already_same) == (6, 4, 2, 2)
    shown = {row.description: (row.now, row.rule_says) for row in test.rows}
    assert shown["UBER 1"] == ("", "6550")
    assert shown["UBER 6"] == ("6250", "6550")
    assert [row.client_name for row in test.rows] == ["Pine"] * 6
    assert test.rows[0].account_label == "Checking ...4821"
    assert (test.shadowed_by, test.lacking) == ((), ())


def test_testing_changes_nothing(firm: Firm) -> None:
    firm.add_lines("UBER 1")
    before = rule_lists.list_rules(firm.admin, firm.workspace)
    tried(firm)
    assert rule_lists.list_rules(firm.admin, firm.workspace) == before
    assert firm.audit() == []


def test_only_the_last_twelve_months_and_the_rules_scope_count(firm: Firm) -> None:
    firm.add_lines("UBER OLD", day=date(2025, 11, 14))
    firm.add_lines("UBER FIRST DAY", day=date(2025, 11, 15))
    firm.add_lines("UBER BIRCH", account_id=firm.birch_checking)
    pine = replace(UBER, client_id=firm.pine)
    assert list(outcomes(tried(firm, pine))) == ["UBER FIRST DAY"]
    assert list(outcomes(tried(firm, replace(pine, account_id=firm.checking)))) == [
        "UBER FIRST DAY"
    ]
    assert sorted(outcomes(tried(firm))) == ["UBER BIRCH", "UBER FIRST DAY"]


def test_rows_that_ledgersync_no_longer_lists_do_not_count(firm: Firm) -> None:
    firm.add_lines("UBER GONE")
    with firm.workspace.database.writing() as tx:
        tx.exec_driver_sql("UPDATE transactions SET removed_at = '2026-10-10 00:00:00+00:00'")
    assert tried(firm).fits == 0


def test_conditions_count(firm: Firm) -> None:
    firm.add_lines("UBER TRIP", amount=-1250)
    firm.add_lines("UBER REFUND", amount=1250)
    firm.add_lines("UBER LARGE", amount=-90_000)
    rule = replace(UBER, direction=Direction.OUT, lowest=1000, highest=2000)
    assert list(outcomes(tried(firm, rule))) == ["UBER TRIP"]


def test_a_client_that_lacks_the_code_is_named(firm: Firm) -> None:
    firm.add_lines("UBER 1")
    firm.add_lines("UBER 2", "UBER 3", account_id=firm.birch_checking)
    test = tried(firm)
    assert test.lacking == (("Birch", 2),)
    assert (test.fits, test.would_change) == (3, 1)
    assert outcomes(test)["UBER 2"] is Outcome.LACKING


def test_a_vendor_brings_its_default_where_the_client_has_it(firm: Firm) -> None:
    firm.add_lines("LYFT 1")
    firm.add_lines("LYFT 2", account_id=firm.birch_checking)
    rule = Rule("", 0, ("LYFT",), vendor_id=firm.lyft)
    assert {row.description: row.rule_says for row in tried(firm, rule).rows} == {
        "LYFT 1": "Lyft, 6550",
        "LYFT 2": "Lyft",
    }


def test_rules_that_go_first_are_named_with_their_rows(firm: Firm) -> None:
    firm.add_lines("UBER EATS 1", "UBER EATS 2", "UBER TRIP", "UBER EATS TIP")
    firm.write(replace(UBER, patterns=("UBER EATS",), gl_code="6250"))
    firm.write(replace(UBER, patterns=("TIP",), client_id=firm.pine))
    firm.write(replace(UBER, patterns=("UBER",), priority=10, enabled=False))
    test = tried(firm)
    assert test.shadowed_by == ((1, 2), (2, 1))
    assert test.fits == 4
    assert {row.description: row.taken_by for row in test.rows} == {
        "UBER EATS 1": 1,
        "UBER EATS 2": 1,
        "UBER TRIP": None,
        "UBER EATS TIP": 2,
    }


def test_a_rule_that_does_not_apply_to_a_client_takes_nothing_there(firm: Firm) -> None:
    firm.write(replace(UBER, priority=10))
    firm.add_lines("UBER", account_id=firm.birch_checking)
    test = tried(firm, replace(UBER, gl_code="6250"))
    assert outcomes(test) == {"UBER": Outcome.CHANGES}


def test_a_vendor_rule_leaves_the_gl_code_to_a_gl_rule_after_it(firm: Firm) -> None:
    with firm.workspace.database.writing() as tx:
        [cab] = charts.add_vendors(tx, [Vendor("", "", "C1", "Cab", "")])
    firm.write(Rule("", 0, ("UBER TRIP",), vendor_id=cab))
    firm.add_lines("UBER TRIP", "UBER EATS")
    test = tried(firm, replace(UBER, vendor_id=firm.lyft))
    assert {row.description: row.rule_says for row in test.rows} == {
        "UBER TRIP": "6550",
        "UBER EATS": "Lyft, 6550",
    }
    assert (test.would_change, test.shadowed_by) == (2, ())


def test_an_edited_rule_is_not_in_its_own_way(firm: Firm) -> None:
    firm.add_lines("UBER EATS", "UBER TRIP")
    stored = firm.write(replace(UBER, patterns=("UBER EATS",), priority=10))
    test = tried(firm, replace(stored.rule, patterns=("UBER",), enabled=False))
    assert (test.fits, test.shadowed_by) == (2, ())


def test_a_new_rule_goes_behind_older_ones_that_are_as_specific(firm: Firm) -> None:
    firm.add_lines("UBER")
    firm.write()
    assert tried(firm).shadowed_by == ((1, 1),)


def test_what_could_not_be_saved_is_not_tried(firm: Firm) -> None:
    with pytest.raises(InvalidInput, match="too short"):
        tried(firm, replace(UBER, patterns=("U",), gl_code=""))
    with pytest.raises(InvalidInput, match="not in any chart"):
        tried(firm, replace(UBER, gl_code="9999"))


def test_many_rows_are_counted_in_full_and_shown_in_part(firm: Firm) -> None:
    firm.add_lines(*(f"UBER {number}" for number in range(600)))
    old = firm.add_lines("UBER OLD", day=date(2026, 1, 2))
    test = tried(firm)
    assert (test.fits, len(test.rows)) == (601, 500)
    assert old[0] not in {row.transaction_id for row in test.rows}


WORDS = st.text(
    st.sampled_from([*"abUK %_\\*é'ß-", "\u212a", "\u0301", "\u00a0", "\n", "\u0130"]), max_size=6
)


@given(
    descriptions=st.lists(WORDS, min_size=1, max_size=8),
    pattern=WORDS.filter(lambda text: text.strip("* \u00a0\n")),
    match_type=st.sampled_from(MatchType),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.parametrize("backend", ["sqlite", "postgresql"], indirect=True)
def test_the_database_leaves_out_no_line_that_fits(
    firm: Firm, descriptions: list[str], pattern: str, match_type: MatchType
) -> None:
    rule = Rule("x", 1, (pattern,), match_type, gl_code="6250")
    day = date(2026, 10, 5)
    lines = [BankLine(firm.pine, firm.checking, day, text, -1) for text in descriptions]
    fitting = {
        line.description
        for line, found in zip(lines, RuleBook([rule]).first(lines), strict=True)
        if found
    }
    with firm.workspace.database.writing() as tx:
        tx.exec_driver_sql("DELETE FROM transactions")
    firm.add_lines(*descriptions)
    with firm.workspace.database.reading() as tx:
        given_ = rule_lines.lines_with(tx, Scope(day), rule.patterns)
    assert fitting <= {now.line.description for now in given_}


def test_a_pattern_alone_shows_the_rows_that_it_fits(firm: Firm) -> None:
    firm.write(replace(UBER, patterns=("UBER EATS",)))
    firm.add_lines("UBER 1", "UBER EATS", "TAXI")
    test = tried(firm, replace(UBER, gl_code=""))
    assert outcomes(test) == {"UBER 1": Outcome.FITS, "UBER EATS": Outcome.FITS}
    assert (test.fits, test.would_change) == (2, 0)
