"""Checks of dates against the periods that Accounting CS has for the client.

A date in a prior fiscal year or a closed period is posted to the current period with a warning; a
future date without a period is a critical error (Thomson Reuters help, Workpapers CS).
"""

from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports.findings import Batch, Finding, FindingKind, Severity, finding
from ledgersync.exports.layouts import Content


def future_date(batch: Batch) -> Finding | None:
    today = batch.context.today
    return finding(
        FindingKind.FUTURE_DATE,
        Severity.ERROR,
        (line for line in _dated(batch) if today and line.date > today),
        one="1 transaction has a date in the future; Accounting CS refuses it where it has no "
        "period for it.",
        many="{count} transactions have dates in the future; Accounting CS refuses them where it "
        "has no period for them.",
        next_step="Choose a period that ends today, or exclude them and export them later.",
    )


def prior_fiscal_year(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.PRIOR_FISCAL_YEAR,
        Severity.WARNING,
        (line for line in _dated(batch) if _is_prior_year(line, batch)),
        one="1 transaction lies in an earlier fiscal year; Accounting CS would post it to the "
        "current period.",
        many="{count} transactions lie in an earlier fiscal year; Accounting CS would post them to "
        "the current period.",
        next_step="Go on only if that is wanted; the fiscal year and the open period are set in "
        "Clients.",
    )


def later_fiscal_year(batch: Batch) -> Finding | None:
    return finding(
        FindingKind.LATER_FISCAL_YEAR,
        Severity.WARNING,
        (line for line in _dated(batch) if _is_later_year(line, batch)),
        one="1 transaction lies in a later fiscal year than the client's open period; Accounting "
        "CS may have no period for it.",
        many="{count} transactions lie in a later fiscal year than the client's open period; "
        "Accounting CS may have no period for them.",
        next_step="Go on only if that is wanted, or correct the open period in Clients.",
    )


def outside_open_period(batch: Batch) -> Finding | None:
    settings, today = batch.context.settings, batch.context.today
    return finding(
        FindingKind.OUTSIDE_OPEN_PERIOD,
        Severity.WARNING,
        (
            line
            for line in _dated(batch)
            if not settings.is_open(line.date)
            and not (today and line.date > today)
            and not _is_prior_year(line, batch)
            and not _is_later_year(line, batch)
        ),
        one="1 transaction lies outside the client's open period; Accounting CS would post it to "
        "the current period.",
        many="{count} transactions lie outside the client's open period; Accounting CS would post "
        "them to the current period.",
        next_step="Go on only if that is wanted, or correct the open period in Clients.",
    )


def _dated(batch: Batch) -> tuple[ExportLine, ...]:
    return batch.going_with(Content.PERIOD)


def _is_prior_year(line: ExportLine, batch: Batch) -> bool:
    """Before the fiscal year that is being worked on: that of the open period, or else today's."""
    settings = batch.context.settings
    now = settings.open_from or batch.context.today
    start = settings.fiscal_year_start(now) if now else None
    return start is not None and line.date < start


def _is_later_year(line: ExportLine, batch: Batch) -> bool:
    """After the fiscal year of the open period; what lies in the future is told as that."""
    settings, today = batch.context.settings, batch.context.today
    newest = settings.open_to or settings.open_from
    start = settings.fiscal_year_start(newest) if newest else None
    begun = settings.fiscal_year_start(line.date)
    return bool(start and begun and begun > start) and not (today and line.date > today)
