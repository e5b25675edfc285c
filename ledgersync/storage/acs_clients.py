"""Clients as Accounting CS lists them."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ledgersync.domain.acs_clients import AcsClient
from ledgersync.storage.columns import in_parts, new_id
from ledgersync.storage.matching_tables import ACS_CLIENTS
from ledgersync.storage.scopes import clients_seen


def list_acs_clients(tx: Connection) -> list[AcsClient]:
    """All of them, by name; to whoever sees only some clients, those that are matched with these.

    One that nobody has matched may be anybody's.
    """
    query = select(ACS_CLIENTS).order_by(func.lower(ACS_CLIENTS.c.name), ACS_CLIENTS.c.code)
    query = query.where(*clients_seen(tx, ACS_CLIENTS.c.client_id))
    return [_acs_client(row) for row in tx.execute(query)]


def find_acs_client(tx: Connection, acs_client_id: str, *, lock: bool = False) -> AcsClient | None:
    query = select(ACS_CLIENTS).where(ACS_CLIENTS.c.id == acs_client_id)
    query = query.where(*clients_seen(tx, ACS_CLIENTS.c.client_id))
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _acs_client(row) if row else None


def add_acs_clients(tx: Connection, entries: Iterable[Mapping[str, str]]) -> list[str]:
    """Add clients and return their new ids; values left out are ""."""
    blank = {"acs_id": "", "email": "", "status": "", "client_id": None}
    rows = [{**blank, **entry, "id": new_id()} for entry in entries]
    if rows:
        tx.execute(insert(ACS_CLIENTS), rows)
    return [str(row["id"]) for row in rows]


def change_acs_client(tx: Connection, acs_client_id: str, **values: str | None) -> None:
    tx.execute(update(ACS_CLIENTS).where(ACS_CLIENTS.c.id == acs_client_id).values(**values))


def delete_acs_clients(tx: Connection, acs_client_ids: Iterable[str]) -> None:
    for some in in_parts(acs_client_ids):
        tx.execute(delete(ACS_CLIENTS).where(ACS_CLIENTS.c.id.in_(some)))


def _acs_client(row: Row[tuple[object, ...]]) -> AcsClient:
    return AcsClient(
        id=row.id,
        code=row.code,
        name=row.name,
        acs_id=row.acs_id,
        email=row.email,
        status=row.status,
        client_id=row.client_id or "",
    )
