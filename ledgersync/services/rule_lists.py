"""Rules to look at, in the order in which they apply, and what a rule may name."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.rules import Precedence, precedence
from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts, clients, rule_lines, rules, split_templates
from ledgersync.storage.codes import firm_codes, names_by_code
from ledgersync.storage.engine import Tx
from ledgersync.storage.rules import StoredRule


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule with the names behind its ids; "" where it names nothing."""

    stored: StoredRule
    client_name: str
    account_label: str
    vendor_name: str
    template_name: str = ""


@dataclass(frozen=True, slots=True)
class RuleList:
    """The rules as they apply: each client's by its name, then the firm-wide ones.

    `stamp` is another text, within one process, after every change to rules, to vendors, charts or
    split templates, after every load, and every midnight.
    """

    entries: tuple[RuleEntry, ...]
    stamp: str


@dataclass(frozen=True, slots=True)
class RuleChoices:
    """What a rule may name: for a client its own and the firm's, for firm-wide rules the firm's.

    The chart of a firm-wide rule holds every code that any client has, each once.
    """

    client_id: str
    accounts: tuple[BankAccount, ...]
    vendors: tuple[Vendor, ...]
    chart: tuple[GlAccount, ...]
    templates: tuple[SplitTemplate, ...] = ()


def list_rules(actor: Actor, workspace: Workspace) -> RuleList:
    """All rules, in the order in which they apply."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        everyone = {client.id: client for client in clients.list_clients(tx)}
        accounts = {account.id: account for account in clients.list_accounts(tx)}
        codes = firm_codes(tx)
        live = rules.live_rules(tx)
        stamps = (rules.rules_stamp(tx), rule_lines.loads_stamp(tx), access.scope_stamp(tx))
        stamp = f"{clock.today()}.{'.'.join(stamps)}.{_lists_stamp(codes)}"
    entries = [_entry(stored, everyone, accounts, codes) for stored in live]
    return RuleList(tuple(sorted(entries, key=_as_applied)), stamp)


def may_write_for_firm(actor: Actor, workspace: Workspace) -> bool:
    """Whether to offer writing firm-wide rules at all; what writes them checks again."""
    return access.permits(workspace, actor, access.to_write_rules(""))


def rule_choices(actor: Actor, workspace: Workspace, client_id: str) -> RuleChoices:
    """What a rule of a client may name; `client_id` "" asks for firm-wide rules.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        templates = _usable(tx, client_id)
        if not client_id:
            vendors = tuple(charts.vendors_for(tx, ""))
            return RuleChoices("", (), vendors, _every_chart(tx), templates)
        client = access.client_in_scope(tx, client_id)
        return RuleChoices(
            client.id,
            tuple(clients.list_accounts(tx, client.id)),
            tuple(charts.vendors_for(tx, client.id)),
            tuple(charts.chart_for(tx, client.id)),
            templates,
        )


def _lists_stamp(codes: FirmCodes) -> int:
    """Another number after every change to what rules may name and bring along."""
    lists = (codes.vendors, codes.charts, codes.templates)
    return hash(tuple(frozenset(listed.items()) for listed in lists))


def _usable(tx: Tx, client_id: str) -> tuple[SplitTemplate, ...]:
    """The templates that a rule may split by: those in its scope whose codes it can find."""
    chart = charts.codes_for(tx, client_id)
    return tuple(
        template
        for template in split_templates.live_templates(tx)
        if template.client_id in {"", client_id} and template.gl_codes <= chart.keys()
    )


def _every_chart(tx: Tx) -> tuple[GlAccount, ...]:
    """Each code of the firm once; its name tells where charts mean different things by it."""
    names = names_by_code(tx)
    return tuple(GlAccount("", "", code, " / ".join(names[code]), "") for code in sorted(names))


def _entry(
    stored: StoredRule,
    everyone: Mapping[str, Client],
    accounts: Mapping[str, BankAccount],
    codes: FirmCodes,
) -> RuleEntry:
    rule = stored.rule
    vendor = codes.vendors.get(rule.vendor_id)
    template = codes.templates.get(rule.template_id)
    return RuleEntry(
        stored,
        everyone[rule.client_id].name if rule.client_id else "",
        accounts[rule.account_id].label if rule.account_id else "",
        vendor.name if vendor else "",
        template.name if template else "",
    )


def _as_applied(entry: RuleEntry) -> tuple[bool, str, str, Precedence]:
    rule = entry.stored.rule
    return (not rule.client_id, entry.client_name.lower(), rule.client_id, precedence(rule))
