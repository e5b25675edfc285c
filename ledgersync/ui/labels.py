"""Labels of choices, of which no two read alike.

A browser sends the label of a choice back, and of two that are alike Streamlit always takes one: a
client would open, or be given to somebody, in the place of another of the same name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from ledgersync.domain.clients import BankAccount, Client


def told_apart(labels: Mapping[str, str], marks: Mapping[str, str]) -> dict[str, str]:
    """Labels by id, those that read like another with their mark."""
    times = Counter(labels.values())
    return {
        id_: f"{label} [{marks[id_]}]" if times[label] > 1 else label
        for id_, label in labels.items()
    }


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
