"""How rules do: hits, last hits and warnings over the last twelve months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.periods import year_before
from ledgersync.matching.rule_checks import CheckKind, Hits, RuleFinding, look_back
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.rule_testing import ROWS_SHOWN, remembered
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients, rule_lines, rules, scopes
from ledgersync.storage.codes import firm_codes
from ledgersync.storage.rule_lines import Scope

__all__ = ["CheckKind", "Hits", "RuleFinding", "RuleReport"]


@dataclass(frozen=True, slots=True)
class RuleReport:
    """The hits of every rule by its id, and what there is to look at, by kind and number.

    `counted_at` is when: what people coded since then is not counted. `of_some_clients` says
    whether it counts the rows of the actor's own clients alone.
    """

    hits: Mapping[str, Hits] = field(default_factory=dict)
    findings: tuple[RuleFinding, ...] = ()
    counted_at: datetime | None = None
    of_some_clients: bool = False

    def of(self, rule_id: str) -> list[RuleFinding]:
        """The findings to show with a rule; a conflict belongs to both of its rules."""
        return [finding for finding in self.findings if rule_id in _concerned(finding)]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A row that shows a finding; `amount` in cents."""

    client_name: str
    account_label: str
    date: date
    description: str
    amount: int


def _concerned(finding: RuleFinding) -> set[str]:
    other = finding.other if finding.kind is CheckKind.CONFLICT else None
    return {finding.rule.id, other.id} if other else {finding.rule.id}


def rule_report(actor: Actor, workspace: Workspace) -> RuleReport:
    """Try all rules on all rows of the last twelve months: hits and warnings.

    Reads every row of a year: seconds in a large firm, so callers keep it until `RuleList.stamp`
    changes and say when it was counted.
    """
    today, now = clock.today(), clock.now()
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        live = [stored.rule for stored in rules.live_rules(tx)]
        scope = Scope(year_before(today))
        lines = rule_lines.bank_lines(tx, scope)
        coded = rule_lines.codes_by_hand(tx, scope)
        sets = remembered(firm_codes(tx))
        of_some = scopes.is_limited(tx)
    found = look_back(live, lines, today, coded, sets)
    return RuleReport(found.hits, tuple(found.findings), now, of_some)


def finding_rows(actor: Actor, workspace: Workspace, ids: Sequence[str]) -> tuple[FindingRow, ...]:
    """The newest rows of a finding.

    Rows that are gone by now are left out.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        lines = rule_lines.lines_by_id(tx, ids)
        names = {client.id: client.name for client in clients.list_clients(tx)}
        labels = {account.id: account.label for account in clients.list_accounts(tx)}
    newest = sorted(lines.values(), key=lambda line: line.date, reverse=True)[:ROWS_SHOWN]
    return tuple(
        FindingRow(
            names[line.client_id],
            labels[line.account_id],
            line.date,
            line.description,
            line.amount,
        )
        for line in newest
    )
