"""Labels of choices, of which no two read alike.

A browser sends the label of a choice back, and of two that are alike Streamlit always takes one: a
client would open, or be given to somebody, in the place of another of the same name.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TypeVar

from ledgersync.domain.charts import Vendor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.split_templates import SplitTemplate

Key = TypeVar("Key")


def told_apart(named: Iterable[tuple[Key, str, str]]) -> dict[Key, str]:
    """Labels by id, those that read like another with their mark, numbered if that is not enough.

    Args:
        named: an id, a label and a mark each; an empty mark adds nothing.
    """
    by_id = {key: (label, mark) for key, label, mark in named}
    times = Counter(label for label, _ in by_id.values())
    return unique_labels(
        (key, f"{label} [{mark}]" if mark and times[label] > 1 else label)
        for key, (label, mark) in by_id.items()
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


def client_labels(
    clients: Iterable[Client], label: Callable[[Client], str] = attrgetter("name")
) -> dict[str, str]:
    """Names by id, or what else is said of clients; where that is the same LedgerSync's id, too."""
    return told_apart((client.id, label(client), client.source_id) for client in clients)


def account_labels(
    accounts: Iterable[BankAccount], label: Callable[[BankAccount], str] = attrgetter("label")
) -> dict[str, str]:
    """Labels of one client's bank accounts by id, like `client_labels`."""
    return told_apart((account.id, label(account), account.source_id) for account in accounts)


def vendor_labels(vendors: Iterable[Vendor]) -> dict[str, str]:
    """Names with their codes by id; of those that read alike the whole firm's are marked."""
    return told_apart((one.id, vendor_label(one), _whose(one)) for one in vendors)


def vendor_label(vendor: Vendor) -> str:
    return f"{vendor.name} ({vendor.code})" if vendor.code else vendor.name


def template_labels(templates: Iterable[SplitTemplate]) -> dict[str, str]:
    """Names of split templates by id, like `vendor_labels`."""
    return told_apart((one.id, one.name, _whose(one)) for one in templates)


def _whose(one: Vendor | SplitTemplate) -> str:
    return "" if one.client_id else "whole firm"
