"""Vendors and charts of accounts, of one client and of the whole firm."""

from collections.abc import Iterable

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.storage.columns import in_parts, new_id
from ledgersync.storage.scopes import clients_seen_or_firm
from ledgersync.storage.tables import GL_ACCOUNTS, VENDORS


def vendors_for(tx: Connection, client_id: str) -> list[Vendor]:
    """The vendors that a client's transactions may be coded to: its own and the firm's.

    Its own entry hides the firm's of that code.
    """
    query = (
        select(VENDORS)
        .where(or_(VENDORS.c.client_id == client_id, VENDORS.c.client_id.is_(None)))
        .where(*clients_seen_or_firm(tx, VENDORS.c.client_id))
        .order_by(VENDORS.c.name, VENDORS.c.id)
    )
    vendors = [_vendor(row) for row in tx.execute(query)]
    own_codes = {vendor.code.casefold() for vendor in vendors if vendor.client_id and vendor.code}
    return [v for v in vendors if v.client_id or v.code.casefold() not in own_codes]


def chart_for(tx: Connection, client_id: str) -> list[GlAccount]:
    """The GL accounts that a client may use; its own entry hides the firm's of that code."""
    query = (
        select(GL_ACCOUNTS)
        .where(or_(GL_ACCOUNTS.c.client_id == client_id, GL_ACCOUNTS.c.client_id.is_(None)))
        .where(*clients_seen_or_firm(tx, GL_ACCOUNTS.c.client_id))
        .order_by(GL_ACCOUNTS.c.code)
    )
    by_code: dict[str, GlAccount] = {}
    for row in tx.execute(query):
        if row.code not in by_code or row.client_id:
            by_code[row.code] = _gl_account(row)
    return list(by_code.values())


def any_chart(tx: Connection) -> bool:
    """Whether any client that may be seen, or the firm, has a chart of accounts."""
    query = select(GL_ACCOUNTS.c.id).where(*clients_seen_or_firm(tx, GL_ACCOUNTS.c.client_id))
    return tx.execute(query.limit(1)).first() is not None


def own_vendors(tx: Connection, client_id: str) -> list[Vendor]:
    """A client's own vendors alone, or the firm's where `client_id` is "", by name."""
    query = select(VENDORS).where(_owned(VENDORS.c.client_id, client_id))
    query = query.where(*clients_seen_or_firm(tx, VENDORS.c.client_id))
    return [
        _vendor(row) for row in tx.execute(query.order_by(func.lower(VENDORS.c.name), VENDORS.c.id))
    ]


def own_chart(tx: Connection, client_id: str) -> list[GlAccount]:
    """A client's own GL accounts alone, or the firm's where `client_id` is "", by code."""
    query = select(GL_ACCOUNTS).where(_owned(GL_ACCOUNTS.c.client_id, client_id))
    query = query.where(*clients_seen_or_firm(tx, GL_ACCOUNTS.c.client_id))
    return [_gl_account(row) for row in tx.execute(query.order_by(GL_ACCOUNTS.c.code))]


def codes_for(tx: Connection, client_id: str) -> dict[str, GlAccount]:
    """The GL accounts that a vendor of this client, or of the firm, may bring by default.

    The firm's vendors serve clients with charts of their own, so any chart's code will do; where a
    client does not have it, the vendor brings nothing.
    """
    if client_id:
        return {account.code: account for account in chart_for(tx, client_id)}
    query = select(GL_ACCOUNTS).order_by(GL_ACCOUNTS.c.code, GL_ACCOUNTS.c.client_id.is_(None))
    query = query.where(*clients_seen_or_firm(tx, GL_ACCOUNTS.c.client_id))
    return {row.code: _gl_account(row) for row in tx.execute(query)}


def _owned(column: Column[str], client_id: str) -> ColumnElement[bool]:
    return column == client_id if client_id else column.is_(None)


def _vendor(row: Row[tuple[object, ...]]) -> Vendor:
    return Vendor(row.id, row.client_id or "", row.code, row.name, row.default_gl)


def _gl_account(row: Row[tuple[object, ...]]) -> GlAccount:
    return GlAccount(row.id, row.client_id or "", row.code, row.name, row.type)


def find_vendor(tx: Connection, vendor_id: str) -> Vendor | None:
    """A vendor by its id, locked until the transaction ends."""
    query = select(VENDORS).where(VENDORS.c.id == vendor_id).with_for_update()
    query = query.where(*clients_seen_or_firm(tx, VENDORS.c.client_id))
    row = tx.execute(query).one_or_none()
    return _vendor(row) if row else None


def existing_vendors(tx: Connection, vendor_ids: Iterable[str]) -> set[str]:
    """Those of these vendors that nobody has deleted."""
    return {
        id_
        for some in in_parts(vendor_ids)
        for id_ in tx.execute(select(VENDORS.c.id).where(VENDORS.c.id.in_(some))).scalars()
    }


def lock_vendors(tx: Connection, client_id: str) -> None:
    """Lock a client's own vendors, or the firm's: until the transaction ends nobody uses one."""
    query = select(VENDORS.c.id).where(_owned(VENDORS.c.client_id, client_id))
    tx.execute(query.order_by(VENDORS.c.id).with_for_update())


def find_gl_account(tx: Connection, account_id: str) -> GlAccount | None:
    """A GL account by its id, locked until the transaction ends."""
    query = select(GL_ACCOUNTS).where(GL_ACCOUNTS.c.id == account_id).with_for_update()
    query = query.where(*clients_seen_or_firm(tx, GL_ACCOUNTS.c.client_id))
    row = tx.execute(query).one_or_none()
    return _gl_account(row) if row else None


def add_vendors(tx: Connection, vendors: Iterable[Vendor]) -> list[str]:
    """Add vendors and return their new ids; an `id` that is given already is kept."""
    rows = [{**_vendor_values(vendor), "id": vendor.id or new_id()} for vendor in vendors]
    if rows:
        tx.execute(insert(VENDORS), rows)
    return [str(row["id"]) for row in rows]


def add_gl_accounts(tx: Connection, accounts: Iterable[GlAccount]) -> list[str]:
    """Add GL accounts and return their new ids; an `id` that is given already is kept."""
    rows = [{**_gl_values(account), "id": account.id or new_id()} for account in accounts]
    if rows:
        tx.execute(insert(GL_ACCOUNTS), rows)
    return [str(row["id"]) for row in rows]


def change_vendors(tx: Connection, vendors: Iterable[Vendor]) -> None:
    """Write vendors that are stored already, by their ids."""
    rows = [{**_vendor_values(vendor), "id_": vendor.id} for vendor in vendors]
    if rows:
        tx.execute(update(VENDORS).where(VENDORS.c.id == bindparam("id_")), rows)


def change_gl_accounts(tx: Connection, accounts: Iterable[GlAccount]) -> None:
    """Write GL accounts that are stored already, by their ids."""
    rows = [{**_gl_values(account), "id_": account.id} for account in accounts]
    if rows:
        tx.execute(update(GL_ACCOUNTS).where(GL_ACCOUNTS.c.id == bindparam("id_")), rows)


def delete_gl_accounts(tx: Connection, account_ids: Iterable[str]) -> None:
    for some in in_parts(account_ids):
        tx.execute(delete(GL_ACCOUNTS).where(GL_ACCOUNTS.c.id.in_(some)))


def _vendor_values(vendor: Vendor) -> dict[str, object]:
    return {
        "client_id": vendor.client_id or None,
        "code": vendor.code,
        "name": vendor.name,
        "default_gl": vendor.default_gl,
    }


def _gl_values(account: GlAccount) -> dict[str, object]:
    return {
        "client_id": account.client_id or None,
        "code": account.code,
        "name": account.name,
        "type": account.type,
    }
