"""Pre-flight: a batch checked against Accounting CS's own import rules, before it is a file.

A check is one function from the batch to a finding, or None; CHECKS lists them all.
"""

from collections.abc import Callable, Iterable

from ledgersync.domain.export_lines import ExportLine
from ledgersync.domain.transactions import Status
from ledgersync.exports import code_checks, date_checks, entry_checks, standing_checks
from ledgersync.exports.findings import (
    Batch,
    Finding,
    FindingKind,
    PreflightContext,
    Severity,
)
from ledgersync.exports.layouts import Layout

__all__ = [
    "CHECKS",
    "Finding",
    "FindingKind",
    "PreflightContext",
    "Severity",
    "check",
    "goes_out",
]

CHECKS: tuple[Callable[[Batch], Finding | None], ...] = (
    code_checks.blank_gl,
    code_checks.no_account_code,
    code_checks.unknown_gl,
    code_checks.no_bank_gl,
    code_checks.unknown_bank_gl,
    code_checks.unknown_vendor,
    entry_checks.split_does_not_add_up,
    entry_checks.amount_too_large,
    standing_checks.both_legs_coded,
    date_checks.future_date,
    code_checks.gl_off_mask,
    code_checks.gl_undistributed,
    code_checks.vendor_without_code,
    entry_checks.check_without_number,
    entry_checks.check_without_payee,
    entry_checks.amount_zero,
    entry_checks.no_acs_bank_account,
    date_checks.prior_fiscal_year,
    date_checks.later_fiscal_year,
    date_checks.outside_open_period,
    standing_checks.unanswered_transfer,
    standing_checks.unanswered_duplicate,
    standing_checks.problem,
    standing_checks.not_reviewed,
    standing_checks.changed_since_export,
    standing_checks.does_not_tie,
    standing_checks.already_exported,
    standing_checks.pending,
)


def check(
    lines: Iterable[ExportLine], layout: Layout, context: PreflightContext
) -> tuple[Finding, ...]:
    """All findings on a batch, errors first; empty when there is nothing to say."""
    lines = tuple(lines)
    going = tuple(line for line in lines if goes_out(line, context))
    batch = Batch(lines, going, layout, context)
    found = [result for look in CHECKS if (result := look(batch))]
    return tuple(sorted(found, key=lambda result: list(Severity).index(result.severity)))


def goes_out(line: ExportLine, context: PreflightContext) -> bool:
    """Whether a line belongs into the file.

    Never does a pending, an excluded or a problem row: what the bank has not posted, a person has
    ruled out, or LedgerSync no longer vouches for, is no entry for the books. A row that was
    exported, unlocked and returned to review is one still to review.
    """
    if line.pending or line.status in {Status.EXCLUDED, Status.PROBLEM}:
        return False
    if line.exported and not context.again:
        return False
    return context.include_unreviewed or line.status is not Status.TO_REVIEW
