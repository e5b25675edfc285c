"""Which clients a transaction may see: set once when it begins, asked by every query over clients.

A transaction that nobody has limited sees all: the app's own work, and people who see all clients.
"""

from sqlalchemy import ColumnElement, Connection, Select, select

from ledgersync.storage.people_tables import CLIENT_ASSIGNMENTS
from ledgersync.storage.tables import BANK_ACCOUNTS

_OPTION = "sees_clients_of"


def limit(tx: Connection, user_id: str) -> None:
    """Let the rest of this transaction see only the clients that somebody is assigned to."""
    tx.execution_options(**{_OPTION: user_id})


def is_limited(tx: Connection) -> bool:
    return _OPTION in tx.get_execution_options()


def clients_seen(tx: Connection, client_id: ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    """Conditions that keep a query to what may be seen, for its column of client ids.

    What belongs to no client, such as the firm's own vendors, is not seen by these: add
    `or_firm` where it is meant.
    """
    return (client_id.in_(_clients(tx)),) if is_limited(tx) else ()


def clients_seen_or_firm(
    tx: Connection, client_id: ColumnElement[str]
) -> tuple[ColumnElement[bool], ...]:
    """Like `clients_seen`, with what is the whole firm's: its client id is null."""
    return (client_id.in_(_clients(tx)) | client_id.is_(None),) if is_limited(tx) else ()


def accounts_seen(
    tx: Connection, account_id: ColumnElement[str]
) -> tuple[ColumnElement[bool], ...]:
    """Like `clients_seen`, for a column of bank account ids."""
    if not is_limited(tx):
        return ()
    accounts = select(BANK_ACCOUNTS.c.id).where(BANK_ACCOUNTS.c.client_id.in_(_clients(tx)))
    return (account_id.in_(accounts),)


def _clients(tx: Connection) -> Select[tuple[str]]:
    user_id = tx.get_execution_options()[_OPTION]
    return select(CLIENT_ASSIGNMENTS.c.client_id).where(CLIENT_ASSIGNMENTS.c.user_id == user_id)
