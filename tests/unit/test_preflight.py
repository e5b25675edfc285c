from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.domain.export_lines import ExportLine
from ledgersync.domain.transactions import Status
from ledgersync.exports.preflight import (
    CHECKS,
    Finding,
    FindingKind,
    PreflightContext,
    Severity,
    check,
    goes_out,
)
from ledgersync.exports.registry import LAYOUTS, Layout
from tests.unit.export_samples import line

ACS = LAYOUTS["acs-xlsx"]
QBO = LAYOUTS["qbo-csv"]
KNOWN = PreflightContext(frozenset({"6100-00", "6200-00"}), frozenset({"0042"}))
NEW_ONLY = PreflightContext(
    KNOWN.chart_codes, KNOWN.vendor_codes, include_unreviewed=False, again=False
)
BEFORE: dict[str, Any] = {"status": Status.EXPORTED, "export_number": 3, "exported_version": 1}


def found(
    lines: Sequence[ExportLine], layout: Layout = ACS, context: PreflightContext = KNOWN
) -> dict[FindingKind, Finding]:
    return {finding.kind: finding for finding in check(lines, layout, context)}


def test_a_clean_batch_has_no_findings() -> None:
    assert check([line()], ACS, KNOWN) == ()
    assert check([], ACS, KNOWN) == ()


@pytest.mark.parametrize(
    ("changes", "kind", "severity"),
    [
        ({"gl_code": ""}, FindingKind.BLANK_GL, Severity.ERROR),
        ({"gl_code": " "}, FindingKind.BLANK_GL, Severity.ERROR),
        ({"gl_code": "6100"}, FindingKind.UNKNOWN_GL, Severity.ERROR),
        ({"vendor_code": ""}, FindingKind.VENDOR_WITHOUT_CODE, Severity.WARNING),
        ({"vendor_code": "42"}, FindingKind.UNKNOWN_VENDOR, Severity.ERROR),
        ({"description": "CHECK 1042"}, FindingKind.CHECK_WITHOUT_NUMBER, Severity.WARNING),
        ({"description": "chk paid"}, FindingKind.CHECK_WITHOUT_NUMBER, Severity.WARNING),
        (
            {"check_number": "9", "payee": "", "vendor_name": " "},
            FindingKind.CHECK_WITHOUT_PAYEE,
            Severity.WARNING,
        ),
        ({"amount": 0}, FindingKind.AMOUNT_ZERO, Severity.WARNING),
        ({"amount": -100_000_000_000}, FindingKind.AMOUNT_TOO_LARGE, Severity.ERROR),
        ({"amount": 100_000_000_000}, FindingKind.AMOUNT_TOO_LARGE, Severity.ERROR),
        ({"status": Status.TO_REVIEW}, FindingKind.NOT_REVIEWED, Severity.WARNING),
        ({"status": Status.PROBLEM}, FindingKind.PROBLEM, Severity.WARNING),
        ({"pending": True}, FindingKind.PENDING, Severity.INFO),
        (BEFORE, FindingKind.ALREADY_EXPORTED, Severity.WARNING),
        ({"bank_account": ""}, FindingKind.NO_ACS_BANK_ACCOUNT, Severity.WARNING),
    ],
)
def test_each_fault_is_found_alone_and_names_its_transaction(
    changes: dict[str, Any], kind: FindingKind, severity: Severity
) -> None:
    (finding,) = check([line(), line(transaction_id="bad", **changes)], ACS, KNOWN)
    assert (finding.kind, finding.severity) == (kind, severity)
    assert finding.transaction_ids == ("bad",)
    assert finding.sentence.startswith("1 ")
    assert finding.sentence.endswith(".")
    assert finding.next_step.endswith(".")


@pytest.mark.parametrize(
    "changes",
    [
        {"vendor_code": "", "has_vendor": False},
        {"description": "CHECK CARD PURCHASE"},
        {"description": "CHECKCARD 1005 GROCER"},
        {"description": "CHECK ORDER FEE"},
        {"description": "CHECK 1042", "check_number": "1042"},
        {"description": "CHECK DEPOSIT", "amount": 100},
        {"check_number": "9", "payee": ""},
        {"amount": 99_999_999_999},
        {"amount": -99_999_999_999},
        {"status": Status.EXCLUDED, "gl_code": ""},
    ],
)
def test_what_is_right_is_not_reported(changes: dict[str, Any]) -> None:
    assert check([line(**changes)], ACS, KNOWN) == ()


def test_counts_are_spelled_for_one_and_for_many() -> None:
    one = found([line(gl_code="")])[FindingKind.BLANK_GL]
    many = found([line(transaction_id=str(n), gl_code="") for n in range(1_200)])
    assert one.sentence == (
        "1 transaction has no GL code; Accounting CS would post it to Undistributed."
    )
    assert many[FindingKind.BLANK_GL].sentence == (
        "1,200 transactions have no GL code; Accounting CS would post them to Undistributed."
    )
    assert len(many[FindingKind.BLANK_GL].transaction_ids) == 1_200


def test_a_split_counts_as_one_transaction() -> None:
    parts = [
        line(amount=-300, distribution=-100, gl_code=""),
        line(amount=-300, distribution=-200, gl_code=""),
    ]
    assert found(parts)[FindingKind.BLANK_GL].transaction_ids == ("t1",)


def test_errors_come_first() -> None:
    lines = [line(gl_code="", bank_account=""), line(transaction_id="t2", pending=True)]
    severities = [finding.severity for finding in check(lines, ACS, KNOWN)]
    assert severities == [Severity.ERROR, Severity.WARNING, Severity.INFO]


def test_a_layout_is_checked_only_for_what_it_carries() -> None:
    bare = line(gl_code="", vendor_code="", bank_account="", description="CHECK", amount=0)
    assert list(found([bare], QBO)) == [FindingKind.AMOUNT_ZERO]
    eleven = found([bare], LAYOUTS["acs-csv-11"])
    assert FindingKind.BLANK_GL in eleven
    assert FindingKind.NO_ACS_BANK_ACCOUNT not in eleven


@pytest.mark.parametrize(
    "changes",
    [{"status": Status.TO_REVIEW}, BEFORE, {"pending": True}, {"status": Status.PROBLEM}],
)
def test_rows_that_stay_out_are_told_of_but_their_content_does_not_block(
    changes: dict[str, Any],
) -> None:
    (finding,) = check([line(gl_code="", bank_account="", **changes)], ACS, NEW_ONLY)
    assert "out of this file" in finding.sentence
    assert finding.severity is not Severity.ERROR


def test_unreviewed_rows_that_go_out_are_judged_like_the_others() -> None:
    kinds = found([line(gl_code="", status=Status.TO_REVIEW)])
    assert list(kinds) == [FindingKind.BLANK_GL, FindingKind.NOT_REVIEWED]
    assert "would go out" in kinds[FindingKind.NOT_REVIEWED].sentence


def test_exporting_again_warns_of_posting_twice() -> None:
    assert "second time" in found([line(**BEFORE)])[FindingKind.ALREADY_EXPORTED].sentence
    left_out = found([line(**BEFORE)], context=NEW_ONLY)[FindingKind.ALREADY_EXPORTED]
    assert left_out.severity is Severity.INFO


def test_a_row_changed_after_its_export_is_flagged_whether_it_goes_out_or_not() -> None:
    changed = line(version=2, **BEFORE)
    for context in (KNOWN, NEW_ONLY):
        finding = found([changed], context=context)[FindingKind.CHANGED_SINCE_EXPORT]
        assert finding.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("changes", "usual", "everything"),
    [
        ({}, True, True),
        ({"status": Status.TO_REVIEW}, False, True),
        (BEFORE, False, True),
        ({"pending": True}, False, False),
        ({"status": Status.EXCLUDED}, False, False),
        ({"status": Status.EXCLUDED, "export_number": 3}, False, False),
        ({"status": Status.PROBLEM}, False, False),
    ],
)
def test_which_rows_go_out(changes: dict[str, Any], *, usual: bool, everything: bool) -> None:
    assert goes_out(line(**changes), NEW_ONLY) is usual
    assert goes_out(line(**changes), KNOWN) is everything


def test_every_kind_of_finding_has_a_check() -> None:
    assert len(CHECKS) == len(FindingKind)


SET = AcsSettings("06-30", date(2026, 10, 1), date(2026, 10, 31), "9999-99", "6900-00")
TODAY = replace(KNOWN, settings=SET, today=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("changes", "kind", "severity"),
    [
        ({"gl_code": "6900-00"}, FindingKind.GL_UNDISTRIBUTED, Severity.WARNING),
        ({"gl_code": "61000"}, FindingKind.GL_OFF_MASK, Severity.WARNING),
        ({"date": date(2026, 11, 21)}, FindingKind.FUTURE_DATE, Severity.ERROR),
        ({"date": date(2026, 11, 20)}, FindingKind.OUTSIDE_OPEN_PERIOD, Severity.WARNING),
        ({"date": date(2026, 9, 30)}, FindingKind.OUTSIDE_OPEN_PERIOD, Severity.WARNING),
        ({"date": date(2026, 7, 1)}, FindingKind.OUTSIDE_OPEN_PERIOD, Severity.WARNING),
        ({"date": date(2026, 6, 30)}, FindingKind.PRIOR_FISCAL_YEAR, Severity.WARNING),
    ],
)
def test_what_the_clients_settings_in_accounting_cs_tell(
    changes: dict[str, Any], kind: FindingKind, severity: Severity
) -> None:
    context = replace(TODAY, chart_codes=KNOWN.chart_codes | {"6900-00", "61000"})
    lines = [line(), line(transaction_id="bad", **changes)]
    (finding,) = check(lines, ACS, context)
    assert (finding.kind, finding.severity) == (kind, severity)
    assert finding.transaction_ids == ("bad",)
    assert check(lines, QBO, context) == ()


def test_without_settings_nothing_is_said_of_mask_and_periods() -> None:
    context = replace(KNOWN, today=date(2026, 11, 20))
    assert check([line(date=date(2019, 1, 1))], ACS, context) == ()


def test_without_an_open_period_the_fiscal_year_of_today_counts() -> None:
    context = replace(TODAY, settings=AcsSettings("12-31"))
    assert list(found([line(date=date(2025, 12, 31))], context=context)) == [
        FindingKind.PRIOR_FISCAL_YEAR
    ]
    assert found([line(date=date(2026, 1, 1))], context=context) == {}


@pytest.mark.parametrize("closes", [None, date(2026, 6, 15)])
def test_a_later_fiscal_year_than_the_open_periods_is_told_once(closes: date | None) -> None:
    context = replace(TODAY, settings=AcsSettings("06-30", date(2026, 5, 1), closes))
    later = [line(date=date(2026, 7, 1)), line(transaction_id="t2", date=date(2026, 11, 20))]
    assert list(found(later, context=context)) == [FindingKind.LATER_FISCAL_YEAR]
    last = found([line(date=date(2026, 6, 30))], context=context)
    assert list(last) == ([FindingKind.OUTSIDE_OPEN_PERIOD] if closes else [])
    future = found([line(date=date(2027, 7, 1))], context=context)
    assert list(future) == [FindingKind.FUTURE_DATE]


def test_a_journal_needs_the_banks_own_account() -> None:
    journal = LAYOUTS["acs-csv-journal"]
    assert found([line(bank_gl="6200-00")], journal) == {}
    assert list(found([line()], journal)) == [FindingKind.NO_BANK_GL]
    assert list(found([line(bank_gl="1")], journal)) == [FindingKind.UNKNOWN_BANK_GL]


def test_a_split_that_does_not_add_up_blocks_for_good() -> None:
    parts = [line(amount=-300, distribution=-100), line(amount=-300, distribution=-100)]
    finding = found([*parts, line(transaction_id="t2")])[FindingKind.SPLIT_DOES_NOT_ADD_UP]
    assert (finding.severity, finding.final) == (Severity.ERROR, True)
    assert finding.transaction_ids == ("t1",)
    whole = [line(amount=-300, distribution=-400), line(amount=-300, distribution=100)]
    assert found(whole) == {}


def test_a_transfer_with_both_legs_coded_would_be_posted_twice() -> None:
    leg = line(transfer_with="other")
    context = replace(KNOWN, coded_legs=frozenset({"other"}))
    finding = found([leg, line(transaction_id="t2")], context=context)[FindingKind.BOTH_LEGS_CODED]
    assert (finding.severity, finding.transaction_ids) == (Severity.ERROR, ("t1",))
    assert found([leg]) == {}
    assert found([leg], QBO, context) == {}


def test_a_proposed_transfer_that_nobody_answered_is_a_warning() -> None:
    context = replace(KNOWN, unanswered_transfers=frozenset({"t1"}))
    (finding,) = check([line(), line(transaction_id="t2")], QBO, context)
    assert (finding.kind, finding.severity) == (FindingKind.UNANSWERED_TRANSFER, Severity.WARNING)
    assert finding.transaction_ids == ("t1",)


def test_a_row_that_may_be_listed_twice_is_counted_once_and_shown_with_the_other() -> None:
    context = replace(KNOWN, again=False, unanswered_duplicates=frozenset({("t1", "t2")}))
    left = line(transaction_id="t1", export_number=3)
    finding = found([left, line(transaction_id="t2")], QBO, context)[
        FindingKind.UNANSWERED_DUPLICATE
    ]
    assert (finding.severity, finding.transaction_ids) == (Severity.WARNING, ("t1", "t2"))
    assert finding.sentence.startswith("1 transaction may be listed twice")
    gone = left._replace(transaction_id="t2")
    assert FindingKind.UNANSWERED_DUPLICATE not in found([left, gone], QBO, context)


@pytest.mark.parametrize(("difference", "expected"), [(None, 0), (0, 0), (-1250, 1)])
def test_a_difference_to_the_statement_is_a_warning(difference: int | None, expected: int) -> None:
    findings = check([line()], QBO, replace(KNOWN, tie_difference=difference))
    assert len(findings) == expected
    assert all("$12.50" in one.sentence for one in findings)


def test_xero_codes_what_has_no_account_code() -> None:
    (finding,) = check([line(gl_code="")], LAYOUTS["xero-csv"], KNOWN)
    assert (finding.kind, finding.severity) == (FindingKind.NO_ACCOUNT_CODE, Severity.INFO)
