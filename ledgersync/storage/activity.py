"""Who did what last for a client: decisions and exports, as far as people did them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from ledgersync.storage.matching_tables import BATCHES
from ledgersync.storage.scopes import clients_seen
from ledgersync.storage.tables import BANK_ACCOUNTS, EXPORTS


@dataclass(frozen=True, slots=True)
class Activity:
    """The newest thing that a person did: when, who, and what in words."""

    at: datetime
    who: str
    words: str


def last_activities(tx: Connection) -> dict[str, Activity]:
    """The newest change or export of each client, by client id."""
    found = _last_batches(tx)
    for client_id, exported in _last_exports(tx).items():
        known = found.get(client_id)
        if known is None or exported.at > known.at:
            found[client_id] = exported
    return found


def _last_batches(tx: Connection) -> dict[str, Activity]:
    b = BATCHES.c
    every = select(b.client_id, func.max(b.at).label("at")).where(*clients_seen(tx, b.client_id))
    newest = every.group_by(b.client_id).subquery()
    query = select(b.client_id, b.at, b.user_name, b.words).join(
        newest, (newest.c.client_id == b.client_id) & (newest.c.at == b.at)
    )
    return {row.client_id: Activity(row.at, row.user_name, row.words) for row in tx.execute(query)}


def _last_exports(tx: Connection) -> dict[str, Activity]:
    newest = (
        select(BANK_ACCOUNTS.c.client_id, func.max(EXPORTS.c.number).label("number"))
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == EXPORTS.c.account_id)
        .where(*clients_seen(tx, BANK_ACCOUNTS.c.client_id))
        .group_by(BANK_ACCOUNTS.c.client_id)
        .subquery()
    )
    query = select(
        newest.c.client_id, EXPORTS.c.created_at, EXPORTS.c.created_by, EXPORTS.c.number
    ).join(EXPORTS, EXPORTS.c.number == newest.c.number)
    return {
        client_id: Activity(at, who, f"Exported batch {number}")
        for client_id, at, who, number in tx.execute(query)
    }
