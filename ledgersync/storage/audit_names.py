"""What the ids in the audit trail stand for, as far as the things are still there."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from ledgersync.storage.columns import in_parts
from ledgersync.storage.tables import BANK_ACCOUNTS, CLIENTS, EXPORTS, TRANSACTIONS, VENDORS

_NAMES = (
    (VENDORS.c.id, VENDORS.c.name),
    (CLIENTS.c.id, CLIENTS.c.name),
    (BANK_ACCOUNTS.c.id, BANK_ACCOUNTS.c.name),
    (EXPORTS.c.id, EXPORTS.c.file_name),
)


def names_of(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Names by id: a vendor's, a client's, an account's, a file's, a transaction's date and text.

    Ids that stand for nothing of these are left out.
    """
    found: dict[str, str] = {}
    t = TRANSACTIONS.c
    for some in in_parts(ids):
        for id_, name in _NAMES:
            named = tx.execute(select(id_, name).where(id_.in_(some)))
            found.update((key, value) for key, value in named)
        rows = tx.execute(select(t.id, t.date, t.description).where(t.id.in_(some)))
        found.update({id_: f"{day:%m/%d/%Y} {words}" for id_, day, words in rows})
    return found
