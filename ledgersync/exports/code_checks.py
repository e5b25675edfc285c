"""Checks of GL codes and vendor codes, against the client's lists and settings in Accounting CS.

What Accounting CS does without a word when a code is missing: Thomson Reuters help, spreadsheet
import of transactions.
"""

from ledgersync.domain.gl_masks import fits_mask
from ledgersync.exports.findings import Batch, Finding, FindingKind, Severity, finding
from ledgersync.exports.layouts import Content


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


def no_account_code(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.NO_ACCOUNT_CODE,
        Severity.INFO,
        (line for line in batch.going_with(Content.OPTIONAL_GL) if not line.gl_code.strip()),
        one="1 transaction goes out without an account code, to be coded where it arrives.",
        many="{count} transactions go out without an account code, to be coded where they arrive.",
        next_step="Set a GL code in Review to send it along.",
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


def gl_off_mask(batch: Batch) -> Finding | None:
    mask = batch.context.settings.gl_mask
    return finding(
        FindingKind.GL_OFF_MASK,
        Severity.WARNING,
        (
            line
            for line in batch.going_with(Content.GL)
            if line.gl_code.strip() and not fits_mask(line.gl_code, mask)
        ),
        one=f"1 transaction has a GL code that does not fit the client's GL mask {mask}.",
        many=f"{{count}} transactions have GL codes that do not fit the client's GL mask {mask}.",
        next_step="Choose another code in Review, or correct the mask or the chart in Clients.",
    )


def gl_undistributed(batch: Batch) -> Finding | None:
    undistributed = batch.context.settings.undistributed_gl
    return finding(
        FindingKind.GL_UNDISTRIBUTED,
        Severity.WARNING,
        (
            line
            for line in batch.going_with(Content.GL)
            if undistributed and line.gl_code == undistributed
        ),
        one="1 transaction is coded to the client's undistributed account.",
        many="{count} transactions are coded to the client's undistributed account.",
        next_step="Choose the right code in Review, or go on and distribute them later.",
    )


def no_bank_gl(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.NO_BANK_GL,
        Severity.ERROR,
        (line for line in batch.going_with(Content.BANK_GL) if not line.bank_gl.strip()),
        one="1 transaction has only one side: the bank account's own GL account is not known.",
        many="{count} transactions have only one side: the bank account's own GL account is not "
        "known.",
        next_step="Choose the bank account's GL account in Clients, under Bank accounts.",
    )


def unknown_bank_gl(batch: Batch) -> Finding | None:
    known = batch.context.chart_codes
    return finding(
        FindingKind.UNKNOWN_BANK_GL,
        Severity.ERROR,
        (
            line
            for line in batch.going_with(Content.BANK_GL)
            if line.bank_gl.strip() and line.bank_gl not in known
        ),
        one="1 transaction uses the bank account's GL account, which is not in the client's chart.",
        many="{count} transactions use the bank account's GL account, which is not in the client's "
        "chart.",
        next_step="Choose the bank account's GL account in Clients, under Bank accounts.",
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
