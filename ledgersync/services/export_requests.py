"""What a person asks to export, and what pre-flight answers."""

from dataclasses import dataclass

from ledgersync.domain.periods import Period
from ledgersync.exports.findings import Finding, FindingKind, Severity
from ledgersync.exports.layouts import Layout
from ledgersync.exports.registry import DEFAULT_LAYOUT
from ledgersync.exports.texts import Guard


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What a person asks to export, and what they say to pre-flight's questions.

    `override_reason` lets blocking findings pass and is recorded; `again` takes in rows that were
    exported before. `only` are the ids of the rows that a person picked, None for the whole period.
    `confirmed` are the warnings that the person was shown and said yes to: a file with any other is
    not written.
    """

    account_id: str
    period: Period
    layout: str = DEFAULT_LAYOUT
    guard: Guard = Guard.EXCEL_SAFE
    include_unreviewed: bool = False
    again: bool = False
    only: frozenset[str] | None = None
    override_reason: str = ""
    confirmed: frozenset[FindingKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a file would hold: its rows, their sum in cents, and everything found on the way."""

    layout: Layout
    rows: int
    total: int
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def final(self) -> tuple[Finding, ...]:
        """Errors that no reason lets pass."""
        return tuple(f for f in self.blocking if f.final)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is Severity.WARNING)

    @property
    def warned_of(self) -> frozenset[FindingKind]:
        """The kinds of warnings: what a person says yes to with one press."""
        return frozenset(f.kind for f in self.warnings)
