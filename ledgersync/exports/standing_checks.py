"""Checks of where transactions stand: what stays out of the file, and what was in one before."""

from ledgersync import money
from ledgersync.domain.export_lines import ExportLine
from ledgersync.domain.transactions import Status
from ledgersync.exports.findings import Batch, Finding, FindingKind, Severity, finding
from ledgersync.exports.layouts import Content


def not_reviewed(batch: Batch) -> Finding | None:
    waiting = [line for line in batch.lines if _waits_for_review(line, again=batch.context.again)]
    if batch.context.include_unreviewed:
        one = "1 transaction is not reviewed and would go out as suggested."
        many = "{count} transactions are not reviewed and would go out as suggested."
    else:
        one = "1 transaction is still to review and stays out of this file."
        many = "{count} transactions are still to review and stay out of this file."
    return finding(
        FindingKind.NOT_REVIEWED,
        Severity.WARNING,
        waiting,
        one=one,
        many=many,
        next_step="Review them first, or go on.",
    )


def _waits_for_review(line: ExportLine, *, again: bool) -> bool:
    asked_for = again or not line.exported
    return line.status is Status.TO_REVIEW and not line.pending and asked_for


def problem(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.PROBLEM,
        Severity.WARNING,
        (line for line in batch.lines if line.status is Status.PROBLEM and not line.pending),
        one="1 transaction has a problem, such as no longer being listed by LedgerSync, and stays "
        "out of this file.",
        many="{count} transactions have a problem, such as no longer being listed by LedgerSync, "
        "and stay out of this file.",
        next_step="Look at them in Review under Problems, or go on without them.",
    )


def pending(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.PENDING,
        Severity.INFO,
        (line for line in batch.lines if line.pending),
        one="1 transaction is pending at the bank and stays out of this file.",
        many="{count} transactions are pending at the bank and stay out of this file.",
        next_step="Load transactions again once the bank has posted them.",
    )


def already_exported(batch: Batch) -> Finding | None:
    if batch.context.again:
        return finding(
            FindingKind.ALREADY_EXPORTED,
            Severity.WARNING,
            (line for line in batch.going if line.exported),
            one="1 transaction was exported before; Accounting CS would post it a second time.",
            many="{count} transactions were exported before; Accounting CS would post them a "
            "second time.",
            next_step="Go on only if the earlier file was not imported, or was taken back.",
        )
    return finding(
        FindingKind.ALREADY_EXPORTED,
        Severity.INFO,
        (line for line in batch.lines if line.exported),
        one="1 transaction was exported before and stays out of this file.",
        many="{count} transactions were exported before and stay out of this file.",
        next_step="Ask for them again only if the earlier file was not imported.",
    )


def changed_since_export(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.CHANGED_SINCE_EXPORT,
        Severity.WARNING,
        (line for line in batch.lines if line.changed_since_export),
        one="1 transaction changed after it was exported; Accounting CS has the earlier version.",
        many="{count} transactions changed after they were exported; Accounting CS has the "
        "earlier version.",
        next_step="Correct them in Accounting CS by hand, or take the entries back and export "
        "again.",
    )


def both_legs_coded(batch: Batch) -> Finding | None:
    legs = batch.context.coded_legs
    return finding(
        FindingKind.BOTH_LEGS_CODED,
        Severity.ERROR,
        (
            line
            for line in batch.going_with(Content.GL)
            if line.gl_code.strip() and line.transfer_with in legs
        ),
        one="1 transaction is one leg of a transfer whose other leg is coded too; Accounting CS "
        "would post the transfer twice.",
        many="{count} transactions are legs of transfers whose other legs are coded too; "
        "Accounting CS would post these transfers twice.",
        next_step="Exclude one leg of each transfer in Review.",
    )


def unanswered_transfer(batch: Batch) -> Finding | None:
    asked = batch.context.unanswered_transfers
    return finding(
        FindingKind.UNANSWERED_TRANSFER,
        Severity.WARNING,
        (line for line in batch.going if line.transaction_id in asked),
        one="1 transaction looks like a transfer between two of the client's accounts, and nobody "
        "has said whether it is one.",
        many="{count} transactions look like transfers between two of the client's accounts, and "
        "nobody has said whether they are.",
        next_step="Answer the proposed pairs in Review first, or go on.",
    )


def unanswered_duplicate(batch: Batch) -> Finding | None:
    """Counts the later ones, and shows both of each pair: the other one may have left before."""
    going = {line.transaction_id for line in batch.going}
    pairs = [pair for pair in batch.context.unanswered_duplicates if going.intersection(pair)]
    paired = {id_ for pair in pairs for id_ in pair}
    count = len({second for _, second in pairs})
    be = "it is" if count == 1 else "they are"
    sentence = (
        f"{count:,} transaction{'' if count == 1 else 's'} may be listed twice, with the same "
        f"amount in like words within a few days, and nobody has said whether {be}."
    )
    return finding(
        FindingKind.UNANSWERED_DUPLICATE,
        Severity.WARNING,
        (line for line in batch.lines if line.transaction_id in paired),
        one=sentence,
        many=sentence,
        next_step="Answer them in Review, in the list of possible duplicates, or go on.",
    )


def does_not_tie(batch: Batch) -> Finding | None:
    difference = batch.context.tie_difference
    if not difference:
        return None
    amount = money.dollars(abs(difference), batch.context.currency)
    sentence = f"The period does not tie to the bank's statement: {amount} are in difference."
    return finding(
        FindingKind.DOES_NOT_TIE,
        Severity.WARNING,
        (line for line in batch.lines if not line.pending),
        one=sentence,
        many=sentence,
        next_step="Look for missing or doubled rows in Review, or go on.",
    )
