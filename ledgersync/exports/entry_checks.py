"""Checks of the entries that will be in the file: codes, checks, amounts, the bank account.

Which fields Accounting CS requires, and what it does without a word when they are missing:
Thomson Reuters help, spreadsheet import of transactions.
"""

import re
from collections import Counter

from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports.acs_fields import TransactionType, named_payee, transaction_type
from ledgersync.exports.findings import Batch, Finding, FindingKind, Severity, finding
from ledgersync.exports.layouts import Content

LARGEST_AMOUNT = 99_999_999_999  # cents: 999,999,999.99, Thomson Reuters' limit

# "CHECK 1042", "CHK PAID"; not "CHECK CARD PURCHASE" or "CHECK ORDER FEE".
_LOOKS_LIKE_CHECK = re.compile(
    r"\s*(?:check|chk|cheque)\b(?!\W*(?:card|crd|order|re-?order|print|fee|charge|supply))",
    re.IGNORECASE,
)


def blank_gl(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.BLANK_GL,
        Severity.ERROR,
        (line for line in batch.going_with(Content.GL) if not line.gl_code.strip()),
        one="1 transaction has no GL code; Accounting CS would post it to Undistributed.",
        many="{count} transactions have no GL code; Accounting CS would post them to "
        "Undistributed.",
        next_step="Set a GL code in Review.",
    )


def unknown_gl(batch: Batch) -> Finding | None:
    known = batch.context.chart_codes
    return finding(
        FindingKind.UNKNOWN_GL,
        Severity.ERROR,
        (
            line
            for line in batch.going_with(Content.GL)
            if line.gl_code.strip() and line.gl_code not in known
        ),
        one="1 transaction has a GL code that is not in the client's chart of accounts.",
        many="{count} transactions have GL codes that are not in the client's chart of accounts.",
        next_step="Choose a code of the chart in Review, or import the current chart in Clients.",
    )


def split_off(batch: Batch) -> Finding | None:
    placed: Counter[str] = Counter()
    for line in batch.going:
        placed[line.transaction_id] += line.distribution
    return finding(
        FindingKind.SPLIT_OFF,
        Severity.ERROR,
        (line for line in batch.going if placed[line.transaction_id] != line.amount),
        one="1 split does not add up to its transaction, whose amount changed at the bank.",
        many="{count} splits do not add up to their transactions, whose amounts changed at the "
        "bank.",
        next_step="Correct the split in Review; until then no file can be written.",
    )


def vendor_without_code(batch: Batch) -> Finding | None:
    # A warning: Accounting CS requires a Vendor ID for accounts payable types only, and no layout
    # writes those. Check, Payment and Deposit import with that field empty.
    return finding(
        FindingKind.VENDOR_WITHOUT_CODE,
        Severity.WARNING,
        (
            line
            for line in batch.going_with(Content.VENDOR)
            if line.has_vendor and not line.vendor_code.strip()
        ),
        one="1 transaction has a vendor without a vendor code; it would arrive without a vendor.",
        many="{count} transactions have vendors without a vendor code; they would arrive without "
        "a vendor.",
        next_step="Add the vendor's code in Clients, or export them without.",
    )


def unknown_vendor(batch: Batch) -> Finding | None:
    # An error: an empty field is allowed, a code that Accounting CS does not know is not.
    known = batch.context.vendor_codes
    return finding(
        FindingKind.UNKNOWN_VENDOR,
        Severity.ERROR,
        (
            line
            for line in batch.going_with(Content.VENDOR)
            if line.vendor_code.strip() and line.vendor_code not in known
        ),
        one="1 transaction has a vendor code that is not in the client's vendor list.",
        many="{count} transactions have vendor codes that are not in the client's vendor list.",
        next_step="Choose a listed vendor in Review, or import the current vendor list in Clients.",
    )


def check_without_number(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.CHECK_WITHOUT_NUMBER,
        Severity.WARNING,
        (line for line in batch.going_with(Content.TRANSACTION_TYPE) if _lacks_number(line)),
        one="1 transaction looks like a check and has no check number; it goes out as a Payment.",
        many="{count} transactions look like checks and have no check number; they go out as "
        "Payments.",
        next_step="Export them as Payments, or exclude them and enter the checks by hand.",
    )


def _lacks_number(line: ExportLine) -> bool:
    return (
        line.amount < 0
        and not line.check_number.strip()
        and _LOOKS_LIKE_CHECK.match(line.description) is not None
    )


def check_without_payee(batch: Batch) -> Finding | None:
    # A warning: the field that Accounting CS requires is filled with the bank's description.
    return finding(
        FindingKind.CHECK_WITHOUT_PAYEE,
        Severity.WARNING,
        (
            line
            for line in batch.going_with(Content.TRANSACTION_TYPE)
            if transaction_type(line) is TransactionType.CHECK and not named_payee(line)
        ),
        one="1 check has no payee; the bank's description stands in its place.",
        many="{count} checks have no payee; the bank's description stands in its place.",
        next_step="Set a vendor in Review, or export them with the description.",
    )


def amount_zero(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.AMOUNT_ZERO,
        Severity.WARNING,
        (line for line in batch.going if line.amount == 0),
        one="1 transaction has an amount of zero.",
        many="{count} transactions have an amount of zero.",
        next_step="Exclude what does not belong into the books.",
    )


def amount_too_large(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.AMOUNT_TOO_LARGE,
        Severity.ERROR,
        (
            line
            for line in batch.going
            if max(abs(line.amount), abs(line.distribution)) > LARGEST_AMOUNT
        ),
        one="1 transaction is larger than 999,999,999.99, the most that Accounting CS takes.",
        many="{count} transactions are larger than 999,999,999.99, the most that Accounting CS "
        "takes.",
        next_step="Exclude them here and enter them in Accounting CS in parts.",
    )


def no_acs_bank_account(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.NO_ACS_BANK_ACCOUNT,
        Severity.WARNING,
        (line for line in batch.going_with(Content.BANK_ACCOUNT) if not line.bank_account.strip()),
        one="1 transaction goes out with an empty Bank Account: its description in Accounting CS "
        "is not known.",
        many="{count} transactions go out with an empty Bank Account: its description in "
        "Accounting CS is not known.",
        next_step="Enter the bank account's description in Clients exactly as Accounting CS has "
        "it, or choose the account in the import wizard.",
    )
