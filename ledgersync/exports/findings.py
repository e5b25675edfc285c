"""Findings: what pre-flight has to say of a batch before it becomes a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports.layouts import Content, Layout


class Severity(StrEnum):
    """Errors block unless overridden with a reason; warnings ask once; infos only tell."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class FindingKind(StrEnum):
    BLANK_GL = "blank_gl"
    NO_ACCOUNT_CODE = "no_account_code"
    UNKNOWN_GL = "unknown_gl"
    GL_OFF_MASK = "gl_off_mask"
    GL_UNDISTRIBUTED = "gl_undistributed"
    NO_BANK_GL = "no_bank_gl"
    UNKNOWN_BANK_GL = "unknown_bank_gl"
    VENDOR_WITHOUT_CODE = "vendor_without_code"
    UNKNOWN_VENDOR = "unknown_vendor"
    CHECK_WITHOUT_NUMBER = "check_without_number"
    CHECK_WITHOUT_PAYEE = "check_without_payee"
    AMOUNT_ZERO = "amount_zero"
    AMOUNT_TOO_LARGE = "amount_too_large"
    SPLIT_DOES_NOT_ADD_UP = "split_does_not_add_up"
    FUTURE_DATE = "future_date"
    PRIOR_FISCAL_YEAR = "prior_fiscal_year"
    LATER_FISCAL_YEAR = "later_fiscal_year"
    OUTSIDE_OPEN_PERIOD = "outside_open_period"
    NOT_REVIEWED = "not_reviewed"
    PROBLEM = "problem"
    PENDING = "pending"
    ALREADY_EXPORTED = "already_exported"
    CHANGED_SINCE_EXPORT = "changed_since_export"
    NO_ACS_BANK_ACCOUNT = "no_acs_bank_account"
    BOTH_LEGS_CODED = "both_legs_coded"
    UNANSWERED_TRANSFER = "unanswered_transfer"
    UNANSWERED_DUPLICATE = "unanswered_duplicate"
    DOES_NOT_TIE = "does_not_tie"


@dataclass(frozen=True)
class Finding:
    """One thing to know, with its count in `sentence`; a transaction stands in it only once.

    A `final` error lets no reason pass.
    """

    kind: FindingKind
    severity: Severity
    sentence: str
    next_step: str
    transaction_ids: tuple[str, ...]
    final: bool = False


_NO_SETTINGS = AcsSettings()


@dataclass(frozen=True)
class PreflightContext:
    """What pre-flight knows beside the lines: the client's codes, and what the person asked for.

    `include_unreviewed` and `again` say whether rows still to review and rows exported before go
    into this file. Where they don't, such rows are counted, and their content is not judged.
    `coded_legs` are transactions that are coded, not excluded, and the other leg of a transfer;
    `unanswered_transfers` are proposed ones that nobody has answered, `unanswered_duplicates` the
    pairs of ids that may be one transaction, the later one second. `tie_difference` is what is
    missing to the bank's statement in cents, None when there is no statement. Without `today`,
    dates are not compared with it.
    """

    chart_codes: frozenset[str]
    vendor_codes: frozenset[str]
    include_unreviewed: bool = True
    again: bool = True
    settings: AcsSettings = _NO_SETTINGS
    today: date | None = None
    coded_legs: frozenset[str] = frozenset()
    unanswered_transfers: frozenset[str] = frozenset()
    unanswered_duplicates: frozenset[tuple[str, str]] = frozenset()
    tie_difference: int | None = None
    currency: str = "USD"


@dataclass(frozen=True)
class Batch:
    """What a check looks at: all lines it was given, and those that will be in the file."""

    lines: tuple[ExportLine, ...]
    going: tuple[ExportLine, ...]
    layout: Layout
    context: PreflightContext

    def going_with(self, content: Content) -> tuple[ExportLine, ...]:
        """The lines of the file, when its layout carries that content; none otherwise."""
        return self.going if content in self.layout.carries else ()


def finding(
    kind: FindingKind,
    severity: Severity,
    lines: Iterable[ExportLine],
    *,
    one: str,
    many: str,
    next_step: str,
) -> Finding | None:
    """A finding on the transactions of these lines; None when there are none.

    `one` is the sentence for a single transaction, in `many` {count} is filled in.
    """
    ids = tuple(dict.fromkeys(line.transaction_id for line in lines))
    if not ids:
        return None
    sentence = one if len(ids) == 1 else many.format(count=f"{len(ids):,}")
    return Finding(kind, severity, sentence, next_step, ids)


def after_nothing(findings: Sequence[Finding]) -> str:
    """What to do where these findings left nothing to export."""
    kinds = {finding.kind for finding in findings}
    steps = []
    if FindingKind.CHANGED_SINCE_EXPORT in kinds:
        steps.append("Make the same changes in Accounting CS by hand.")
    if FindingKind.ALREADY_EXPORTED in kinds:
        steps.append(
            "Export again rows that were exported before only if the earlier file was not "
            "imported, or was taken back."
        )
    return " ".join(steps) or "Load and review transactions first, or choose another period."
