"""The report on rules: hits where they apply, warnings, and the rows that show them."""

from dataclasses import replace
from datetime import date

import pytest

from ledgersync import clock
from ledgersync.services import client_records, people, rule_lists, rule_report
from ledgersync.services.rule_report import CheckKind, Hits, RuleReport
from ledgersync.services.workspace import Workspace
from tests.services.rule_office import LAST_MONTH, TODAY, UBER, Firm


@pytest.fixture
def firm(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Firm:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    return Firm(workspace)


def reported(firm: Firm) -> RuleReport:
    return rule_report.rule_report(firm.admin, firm.workspace)


def test_hits_are_counted_over_twelve_months_with_the_last_day(firm: Firm) -> None:
    rule = firm.write().rule
    firm.add_lines("UBER OLD", day=date(2025, 11, 14))
    firm.add_lines("UBER 1", day=date(2026, 3, 1))
    firm.add_lines("UBER 2", "TAXI")
    assert reported(firm).hits[rule.id] == Hits(2, LAST_MONTH)


def test_a_client_that_lacks_the_code_gives_no_hits(firm: Firm) -> None:
    rule = firm.write().rule
    firm.add_lines("UBER", account_id=firm.birch_checking)
    assert reported(firm).hits[rule.id].count == 0


def test_a_rule_for_each_way_of_writing_a_code_is_no_conflict(firm: Firm) -> None:
    firm.write()
    second = firm.write(replace(UBER, gl_code="6250")).rule
    firm.add_lines("UBER", account_id=firm.birch_checking)
    report = reported(firm)
    assert report.hits[second.id].count == 1
    assert report.findings == ()


def test_a_conflict_is_shown_with_both_rules_and_its_rows(firm: Firm) -> None:
    first = firm.write(replace(UBER, patterns=("UBER EATS",))).rule
    second = firm.write(replace(UBER, gl_code="6250")).rule
    firm.add_lines("UBER TRIP", day=date(2026, 9, 1))
    ids = firm.add_lines("UBER EATS 1") + firm.add_lines("UBER EATS 2", day=date(2026, 10, 6))
    [conflict] = reported(firm).findings
    assert (conflict.kind, conflict.rule.id) == (CheckKind.CONFLICT, first.id)
    assert set(conflict.line_ids) == set(ids)
    assert reported(firm).of(first.id) == reported(firm).of(second.id) == [conflict]
    rows = rule_report.finding_rows(firm.admin, firm.workspace, [*conflict.line_ids, "gone"])
    assert [row.description for row in rows] == ["UBER EATS 2", "UBER EATS 1"]
    assert (rows[0].client_name, rows[0].amount) == ("Pine", -1250)


def test_a_shadowed_rule_is_a_matter_of_that_rule_alone(firm: Firm) -> None:
    first = firm.write().rule
    second = firm.write(replace(UBER, priority=4)).rule
    firm.add_lines("UBER")
    report = reported(firm)
    assert [finding.kind for finding in report.of(second.id)] == [CheckKind.SHADOWED]
    assert report.of(first.id) == []


def test_what_people_chose_tells_a_rule_that_is_too_broad(firm: Firm) -> None:
    rule = firm.write(replace(UBER, patterns=("SQ",), client_id=firm.pine)).rule
    rows = firm.add_lines(*(f"SQ {number}" for number in range(10)))
    for place, row in enumerate(rows):
        firm.decide(row, gl_code="6550" if place < 4 else "6250")
    assert [f.kind for f in reported(firm).of(rule.id)] == []
    with firm.workspace.database.writing() as tx:
        tx.exec_driver_sql("UPDATE decisions SET gl_code = substr(transaction_id, 30)")
    assert [f.kind for f in reported(firm).of(rule.id)] == [CheckKind.TOO_BROAD]


def test_a_change_of_lists_makes_the_report_new(firm: Firm) -> None:
    def stamp() -> str:
        return rule_lists.list_rules(firm.admin, firm.workspace).stamp

    before = stamp()
    assert stamp() == before
    client_records.add_gl_account(firm.admin, firm.workspace, firm.birch, "6550", "Travel")
    assert stamp() != before


def test_a_report_says_when_it_was_counted(firm: Firm) -> None:
    before = clock.now()
    assert before <= (reported(firm).counted_at or before) <= clock.now()
    assert reported(firm).counted_at


def test_whoever_works_on_some_clients_is_told_that_only_their_rows_count(firm: Firm) -> None:
    rule = firm.write(replace(UBER, gl_code="6250")).rule
    firm.add_lines("UBER 1", "UBER 2")
    firm.add_lines("UBER 3", account_id=firm.birch_checking)
    dana = firm.hire()
    people.assign_clients(firm.admin, firm.workspace, dana.user_id, [firm.birch])
    of_dana = rule_report.rule_report(dana, firm.workspace)
    assert (of_dana.hits[rule.id].count, of_dana.of_some_clients) == (1, True)
    assert (reported(firm).hits[rule.id].count, reported(firm).of_some_clients) == (3, False)
