"""Labels of choices, of which no two read alike.

A browser sends the label of a choice back, and of two that are alike Streamlit always takes one: a
client would open, or be given to somebody, in the place of another of the same name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from ledgersync.domain.charts import Vendor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.split_templates import SplitTemplate

Key = TypeVar("Key")


def told_apart(labels: Mapping[Key, str], marks: Mapping[Key, str]) -> dict[Key, str]:
    """Labels by id, those that read like another with their mark, numbered if that is not enough.

    An empty mark, or none, adds nothing.
    """
    times = Counter(labels.values())
    return unique_labels(
        (id_, f"{label} [{mark}]" if (mark := marks.get(id_)) and times[label] > 1 else label)
        for id_, label in labels.items()
    )


def unique_labels(named: Iterable[tuple[Key, str]]) -> dict[Key, str]:
    """Labels by id, each only once: equal ones are numbered, so that a label names one id."""
    labels: dict[Key, str] = {}
    taken: set[str] = set()
    for key, wanted in named:
        label, number = wanted, 2
        while label in taken:
            label, number = f"{wanted} #{number}", number + 1
        taken.add(label)
        labels[key] = label
    return labels


def client_labels(clients: Iterable[Client]) -> dict[str, str]:
    """Names by id; of those with the same one LedgerSync's id, too."""
    by_id = {client.id: client for client in clients}
    return told_apart(
        {id_: client.name for id_, client in by_id.items()},
        {id_: client.source_id for id_, client in by_id.items()},
    )


def account_labels(accounts: Iterable[BankAccount]) -> dict[str, str]:
    """Labels of one client's bank accounts by id, like `client_labels`."""
    by_id = {account.id: account for account in accounts}
    return told_apart(
        {id_: account.label for id_, account in by_id.items()},
        {id_: account.source_id for id_, account in by_id.items()},
    )


def vendor_labels(vendors: Iterable[Vendor]) -> dict[str, str]:
    """Names with their codes by id; of those that read alike the whole firm's are marked."""
    by_id = {vendor.id: vendor for vendor in vendors}
    return told_apart(
        {id_: vendor_label(vendor) for id_, vendor in by_id.items()},
        {id_: "" if vendor.client_id else "whole firm" for id_, vendor in by_id.items()},
    )


def vendor_label(vendor: Vendor) -> str:
    return f"{vendor.name} ({vendor.code})" if vendor.code else vendor.name


def template_labels(templates: Iterable[SplitTemplate]) -> dict[str, str]:
    """Names of split templates by id, like `vendor_labels`."""
    by_id = {template.id: template for template in templates}
    return told_apart(
        {id_: template.name for id_, template in by_id.items()},
        {id_: "" if template.client_id else "whole firm" for id_, template in by_id.items()},
    )
