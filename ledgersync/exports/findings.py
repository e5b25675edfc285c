"""Findings: what pre-flight has to say of a batch before it becomes a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports.layouts import Content, Layout


class Severity(StrEnum):
    """Errors block unless overridden with a reason; warnings ask once; infos only tell."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class FindingKind(StrEnum):
    BLANK_GL = "blank_gl"
    UNKNOWN_GL = "unknown_gl"
    VENDOR_WITHOUT_CODE = "vendor_without_code"
    UNKNOWN_VENDOR = "unknown_vendor"
    CHECK_WITHOUT_NUMBER = "check_without_number"
    CHECK_WITHOUT_PAYEE = "check_without_payee"
    SPLIT_OFF = "split_off"
    AMOUNT_ZERO = "amount_zero"
    AMOUNT_TOO_LARGE = "amount_too_large"
    NOT_REVIEWED = "not_reviewed"
    PROBLEM = "problem"
    PENDING = "pending"
    ALREADY_EXPORTED = "already_exported"
    CHANGED_SINCE_EXPORT = "changed_since_export"
    NO_ACS_BANK_ACCOUNT = "no_acs_bank_account"


@dataclass(frozen=True)
class Finding:
    """One thing to know, with its count in `sentence`; a transaction stands in it only once."""

    kind: FindingKind
    severity: Severity
    sentence: str
    next_step: str
    transaction_ids: tuple[str, ...]


@dataclass(frozen=True)
class PreflightContext:
    """What pre-flight knows beside the lines: the client's codes, and what the person asked for.

    `include_unreviewed` and `again` say whether rows still to review and rows exported before go
    into this file. Where they don't, such rows are counted, and their content is not judged.
    """

    chart_codes: frozenset[str]
    vendor_codes: frozenset[str]
    include_unreviewed: bool = True
    again: bool = True


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
