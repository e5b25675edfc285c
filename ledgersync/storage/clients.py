"""Clients and bank accounts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Integer, Row, Select, bindparam, func, insert, select, update

from ledgersync import clock
from ledgersync.domain.clients import (
    BY_HAND,
    BankAccount,
    Client,
    FeedAccount,
    FeedClient,
    FeedStatus,
)
from ledgersync.storage.columns import in_parts, new_id
from ledgersync.storage.scopes import accounts_seen, clients_seen
from ledgersync.storage.tables import BANK_ACCOUNTS, CLIENTS


def list_clients(tx: Connection) -> list[Client]:
    """All clients that may be seen by name, with how many bank accounts each has."""
    query = _clients().where(*clients_seen(tx, CLIENTS.c.id)).order_by(func.lower(CLIENTS.c.name))
    return [_client(row) for row in tx.execute(query)]


def find_client(tx: Connection, client_id: str) -> Client | None:
    query = _clients().where(CLIENTS.c.id == client_id, *clients_seen(tx, CLIENTS.c.id))
    row = tx.execute(query).one_or_none()
    return _client(row) if row else None


def _clients() -> Select[tuple[object, ...]]:
    accounts = (
        select(func.count())
        .where(BANK_ACCOUNTS.c.client_id == CLIENTS.c.id, BANK_ACCOUNTS.c.removed_at.is_(None))
        .scalar_subquery()
    )
    return select(CLIENTS, accounts.label("accounts"))


def _client(row: Row[tuple[object, ...]]) -> Client:
    return Client(
        id=row.id,
        source_id=row.source_id,
        name=row.name,
        email=row.email,
        status=row.status,
        acs_code=row.acs_code,
        accounts=row.accounts,
        removed=row.removed_at is not None,
    )


def save_clients(
    tx: Connection, listed: Sequence[FeedClient], *, complete: bool
) -> tuple[int, int, int]:
    """Bring the client list up to date; clients no longer listed are marked, never deleted.

    Only a complete list can tell that a client is gone.

    Returns:
        How many are new, changed and no longer listed.
    """
    stored = {row.source_id: row for row in tx.execute(select(CLIENTS))}
    fresh = [client for client in listed if client.source_id not in stored]
    if fresh:
        tx.execute(insert(CLIENTS), [{"id": new_id()} | _client_values(c) for c in fresh])
    changed = 0
    for client in listed:
        row = stored.get(client.source_id)
        if row is not None and _client_differs(row, client):
            values = {**_client_values(client), "removed_at": None}
            tx.execute(update(CLIENTS).where(CLIENTS.c.id == row.id).values(**values))
            changed += 1
    gone = _no_longer_listed(stored, {c.source_id for c in listed}) if complete else []
    for client_id in gone:
        change_client(tx, client_id, removed_at=clock.now())
    return len(fresh), changed, len(gone)


def _no_longer_listed(stored: Mapping[str, Row[tuple[object, ...]]], seen: set[str]) -> list[str]:
    return [row.id for key, row in stored.items() if key not in seen and row.removed_at is None]


def _client_values(client: FeedClient) -> dict[str, object]:
    return {
        "source_id": client.source_id,
        "name": client.name,
        "email": client.email,
        "status": client.status,
    }


def _client_differs(row: Row[tuple[object, ...]], client: FeedClient) -> bool:
    stored = (row.name, row.email, row.status, row.removed_at)
    return stored != (client.name, client.email, client.status, None)


def change_client(tx: Connection, client_id: str, **values: object) -> None:
    tx.execute(update(CLIENTS).where(CLIENTS.c.id == client_id).values(**values))


def list_accounts(tx: Connection, client_id: str | None = None) -> list[BankAccount]:
    """Bank accounts of one client, or of all that may be seen, by institution and name."""
    query = select(BANK_ACCOUNTS).order_by(
        BANK_ACCOUNTS.c.institution, BANK_ACCOUNTS.c.name, BANK_ACCOUNTS.c.mask
    )
    query = query.where(*clients_seen(tx, BANK_ACCOUNTS.c.client_id))
    if client_id is not None:
        query = query.where(BANK_ACCOUNTS.c.client_id == client_id)
    return [_account(row) for row in tx.execute(query)]


# Written once: building a statement costs as much as running it, and loads ask for each account.
_FIND_ACCOUNT = select(BANK_ACCOUNTS).where(BANK_ACCOUNTS.c.id == bindparam("id"))
_FIND_AND_LOCK_ACCOUNT = _FIND_ACCOUNT.with_for_update()
_LOCK_ACCOUNTS = (
    select(BANK_ACCOUNTS)
    .where(BANK_ACCOUNTS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(BANK_ACCOUNTS.c.id)
    .with_for_update()
)
_NOTE_LOAD = (
    update(BANK_ACCOUNTS)
    .where(BANK_ACCOUNTS.c.id == bindparam("account"))
    .values(
        last_loaded_at=bindparam("when"),
        data_version=BANK_ACCOUNTS.c.data_version + bindparam("changes", type_=Integer),
    )
)


def find_account(tx: Connection, account_id: str, *, lock: bool = False) -> BankAccount | None:
    query = _FIND_AND_LOCK_ACCOUNT if lock else _FIND_ACCOUNT
    if seen := accounts_seen(tx, BANK_ACCOUNTS.c.id):
        query = query.where(*seen)
    row = tx.execute(query, {"id": account_id}).one_or_none()
    return _account(row) if row else None


def lock_accounts(tx: Connection, account_ids: Sequence[str]) -> dict[str, BankAccount]:
    """Bank accounts by id, locked in id order until the transaction ends."""
    found: dict[str, BankAccount] = {}
    for some in in_parts(sorted(account_ids)):
        rows = tx.execute(_LOCK_ACCOUNTS, {"ids": some})
        found |= {row.id: _account(row) for row in rows}
    return found


def _account(row: Row[tuple[object, ...]]) -> BankAccount:
    return BankAccount(
        id=row.id,
        client_id=row.client_id,
        source_id=row.source_id,
        name=row.name,
        institution=row.institution,
        type=row.type,
        mask=row.mask,
        currency=row.currency,
        balance=row.balance,
        balance_date=row.balance_date,
        feed_status=FeedStatus.read(row.feed_word),
        feed_word=row.feed_word,
        acs_description=row.acs_description,
        last_loaded_at=row.last_loaded_at,
        data_version=row.data_version,
        removed=row.removed_at is not None,
        gl_code=row.gl_code,
    )


def save_accounts(tx: Connection, found: Sequence[tuple[str, Sequence[FeedAccount], bool]]) -> int:
    """Bring bank accounts up to date, like `save_clients`: those of all clients in one go.

    Args:
        found: client ids, each with the accounts listed and whether that list is complete.

    Returns:
        How many are new.
    """
    stored = _stored_accounts(tx, [client_id for client_id, _, _ in found])
    fresh = [
        {"id": new_id(), "client_id": client_id} | _account_values(account)
        for client_id, listed, _ in found
        for account in listed
        if account.source_id not in stored[client_id]
    ]
    if fresh:
        tx.execute(insert(BANK_ACCOUNTS), fresh)
    for client_id, listed, complete in found:
        _update_accounts(tx, stored[client_id], listed, complete=complete)
    return len(fresh)


def add_by_hand(tx: Connection, client_id: str, **values: str) -> str:
    """Add a bank account that LedgerSync does not list; returns its id."""
    id_ = new_id()
    row = {"id": id_, "client_id": client_id, "source_id": BY_HAND + id_, **values}
    tx.execute(insert(BANK_ACCOUNTS), [row])
    return id_


def _stored_accounts(
    tx: Connection, client_ids: Sequence[str]
) -> dict[str, dict[str, Row[tuple[object, ...]]]]:
    """The stored bank accounts of clients, by client id and by LedgerSync's id."""
    stored: dict[str, dict[str, Row[tuple[object, ...]]]] = {one: {} for one in client_ids}
    for some in in_parts(client_ids):
        query = select(BANK_ACCOUNTS).where(BANK_ACCOUNTS.c.client_id.in_(some))
        for row in tx.execute(query):
            stored[row.client_id][row.source_id] = row
    return stored


def _update_accounts(
    tx: Connection,
    stored: Mapping[str, Row[tuple[object, ...]]],
    listed: Sequence[FeedAccount],
    *,
    complete: bool,
) -> None:
    for account in listed:
        row = stored.get(account.source_id)
        values = {**_account_values(account), "removed_at": None}
        if row is not None and any(getattr(row, key) != value for key, value in values.items()):
            change_account(tx, row.id, **values)
    fed = {key: row for key, row in stored.items() if not key.startswith(BY_HAND)}
    gone = _no_longer_listed(fed, {a.source_id for a in listed}) if complete else []
    for account_id in gone:
        change_account(tx, account_id, removed_at=clock.now())


def _account_values(account: FeedAccount) -> dict[str, object]:
    return {
        "source_id": account.source_id,
        "name": account.name,
        "institution": account.institution,
        "type": account.type,
        "mask": account.mask,
        "currency": account.currency or "USD",
        "balance": account.balance,
        "balance_date": account.balance_date,
        "feed_word": account.status,
    }


def change_account(tx: Connection, account_id: str, **values: object) -> None:
    tx.execute(update(BANK_ACCOUNTS).where(BANK_ACCOUNTS.c.id == account_id).values(**values))


def note_loads(tx: Connection, loads: Iterable[tuple[str, bool]], when: datetime) -> None:
    """Keep when accounts were loaded last; a load that changed rows is a new data version.

    Args:
        loads: account ids, each with whether rows changed.
    """
    values = [{"account": id_, "when": when, "changes": int(changed)} for id_, changed in loads]
    if values:
        tx.execute(_NOTE_LOAD, values)


def touch_account(tx: Connection, account_id: str) -> None:
    """Say that the account's rows changed, so that nobody is shown a cached picture of them."""
    change_account(tx, account_id, data_version=BANK_ACCOUNTS.c.data_version + 1)


def touch_accounts(tx: Connection, client_id: str) -> None:
    """Like `touch_account` for all accounts of a client, or of the firm where it is ""."""
    query = update(BANK_ACCOUNTS).values(data_version=BANK_ACCOUNTS.c.data_version + 1)
    tx.execute(query.where(BANK_ACCOUNTS.c.client_id == client_id) if client_id else query)
