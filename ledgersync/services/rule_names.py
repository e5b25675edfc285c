"""The names by which a file of rules speaks of clients, bank accounts and vendors."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledgersync.domain.charts import Vendor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.rules import Rule
from ledgersync.errors import InvalidInput
from ledgersync.matching.rule_records import RuleRecord, Scope, record_of, rule_of
from ledgersync.storage import clients
from ledgersync.storage.codes import firm_codes
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class RuleNames:
    """Everything in the firm that a rule may name, by id."""

    clients: Mapping[str, Client]
    accounts: Mapping[str, BankAccount]
    codes: FirmCodes

    def record(self, rule: Rule) -> RuleRecord:
        """A rule as a file says it, with names that lead back to the same ids."""
        vendor = self.codes.vendors.get(rule.vendor_id)
        template = self.codes.templates.get(rule.template_id)
        return record_of(
            rule,
            client=self._client_text(rule.client_id),
            account=self._account_text(rule.account_id),
            vendor_code=vendor.code if vendor else "",
            vendor_name=vendor.name if vendor else "",
            split_template=template.name if template else "",
        )

    def rule(self, record: RuleRecord, known: Rule | None = None) -> Rule:
        """The rule that a record means; its id stays open, and its number is the file's.

        Where a name means several things, it means the one that `known`, the rule of the record's
        number, has already.

        Raises:
            InvalidInput: in one sentence, for a name that means nothing or too much.
        """
        client_id = self._client_id(record)
        return rule_of(
            record,
            client_id=client_id,
            account_id=self._account_id(record, client_id, known),
            vendor_id=self._vendor_id(record, client_id, known),
            template_id=self._template_id(record, client_id, known),
        )

    def _client_text(self, client_id: str) -> str:
        if not client_id:
            return ""
        client = self.clients[client_id]
        same_name = Counter(_same(other.name) for other in self.clients.values())
        return client.name if same_name[_same(client.name)] == 1 else client.id

    def _account_text(self, account_id: str) -> str:
        if not account_id:
            return ""
        account = self.accounts[account_id]
        own = [a for a in self.accounts.values() if a.client_id == account.client_id]
        same_label = [a for a in own if _same(a.label) == _same(account.label)]
        return account.label if len(same_label) == 1 else account.id

    def _client_id(self, record: RuleRecord) -> str:
        if record.scope == Scope.FIRM:
            return ""
        if record.client in self.clients:
            return record.client
        found = [
            client.id
            for client in self.clients.values()
            if _is_named(record.client, (client.name, client.acs_code, client.source_id))
        ]
        return _only(found, f"client {record.client!r}", "the client's full name, code or id")

    def _account_id(self, record: RuleRecord, client_id: str, known: Rule | None) -> str:
        if not record.account:
            return ""
        if not client_id:
            raise InvalidInput("A firm-wide rule can't be for one bank account.", "Empty Account.")
        own = [account for account in self.accounts.values() if account.client_id == client_id]
        if record.account in {account.id for account in own}:
            return record.account
        found = [
            account.id
            for account in own
            if _is_named(
                record.account, (account.label, account.name, account.mask, account.source_id)
            )
        ]
        what = f"bank account {record.account!r} of this client"
        return _only(
            found, what, "the account's full name or id", known.account_id if known else ""
        )

    def _vendor_id(self, record: RuleRecord, client_id: str, known: Rule | None) -> str:
        if not record.vendor_code and not record.vendor_name:
            return ""
        found = [
            vendor
            for vendor in self.codes.vendors.values()
            if vendor.client_id in {"", client_id} and _is_meant(vendor, record)
        ]
        own = [vendor.id for vendor in found if vendor.client_id] or [v.id for v in found]
        words = " ".join(filter(None, (record.vendor_code, record.vendor_name)))
        what = f"vendor {words!r} {'for this client' if client_id else 'of the whole firm'}"
        now = known.vendor_id if known else ""
        if now in {vendor.id for vendor in found}:
            return now
        return _only(own, what, "the vendor's code")

    def _template_id(self, record: RuleRecord, client_id: str, known: Rule | None) -> str:
        """The template of that name: the client's own goes before the firm's."""
        if not record.split_template:
            return ""
        found = [
            template
            for template in self.codes.templates.values()
            if template.client_id in {"", client_id}
            and _same(template.name) == _same(record.split_template)
        ]
        whose = "for this client" if client_id else "of the whole firm"
        own = [template.id for template in found if template.client_id]
        return _only(
            own or [template.id for template in found],
            f"split template {record.split_template!r} {whose}",
            "the name of one that is on Clients",
            known.template_id if known and known.template_id in {t.id for t in found} else "",
        )


def rule_names(tx: Tx) -> RuleNames:
    """The names of the whole firm."""
    return RuleNames(
        {client.id: client for client in clients.list_clients(tx)},
        {account.id: account for account in clients.list_accounts(tx)},
        firm_codes(tx),
    )


def _is_meant(vendor: Vendor, record: RuleRecord) -> bool:
    """Whether a vendor has the code and the name of a record, as far as it gives them."""
    by_code = not record.vendor_code or _same(vendor.code) == _same(record.vendor_code)
    return by_code and (not record.vendor_name or _same(vendor.name) == _same(record.vendor_name))


def _is_named(text: str, names: Iterable[str]) -> bool:
    return bool(text) and _same(text) in {_same(name) for name in names if name}


def _only(found: list[str], what: str, better: str, now: str = "") -> str:
    if now in found:
        return now
    if len(found) == 1:
        return found[0]
    raise InvalidInput(
        f"There is more than one {what}." if found else f"There is no {what}.", f"Give {better}."
    )


def _same(text: str) -> str:
    """What two names share when they mean the same: spaces and capitals don't matter."""
    return " ".join(text.split()).casefold()
