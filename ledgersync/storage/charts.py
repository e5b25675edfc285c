"""Vendors and charts of accounts, of one client and of the whole firm."""

from collections.abc import Iterable

from sqlalchemy import Connection, insert, or_, select

from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.storage.columns import new_id
from ledgersync.storage.tables import GL_ACCOUNTS, VENDORS


def vendors_for(tx: Connection, client_id: str) -> list[Vendor]:
    """The vendors that a client's transactions may be coded to: its own and the firm's."""
    query = (
        select(VENDORS)
        .where(or_(VENDORS.c.client_id == client_id, VENDORS.c.client_id.is_(None)))
        .order_by(VENDORS.c.name)
    )
    return [
        Vendor(row.id, row.client_id or "", row.code, row.name, row.default_gl)
        for row in tx.execute(query)
    ]


def chart_for(tx: Connection, client_id: str) -> list[GlAccount]:
    """The GL accounts that a client may use; its own entry hides the firm's of that code."""
    query = (
        select(GL_ACCOUNTS)
        .where(or_(GL_ACCOUNTS.c.client_id == client_id, GL_ACCOUNTS.c.client_id.is_(None)))
        .order_by(GL_ACCOUNTS.c.code)
    )
    by_code: dict[str, GlAccount] = {}
    for row in tx.execute(query):
        if row.code not in by_code or row.client_id:
            account = GlAccount(row.id, row.client_id or "", row.code, row.name, row.type)
            by_code[row.code] = account
    return list(by_code.values())


def add_vendors(tx: Connection, vendors: Iterable[Vendor]) -> list[str]:
    """Add vendors and return their new ids; an `id` that is given already is kept."""
    rows = [
        {
            "id": vendor.id or new_id(),
            "client_id": vendor.client_id or None,
            "code": vendor.code,
            "name": vendor.name,
            "default_gl": vendor.default_gl,
        }
        for vendor in vendors
    ]
    if rows:
        tx.execute(insert(VENDORS), rows)
    return [str(row["id"]) for row in rows]


def add_gl_accounts(tx: Connection, accounts: Iterable[GlAccount]) -> None:
    rows = [
        {
            "id": account.id or new_id(),
            "client_id": account.client_id or None,
            "code": account.code,
            "name": account.name,
            "type": account.type,
        }
        for account in accounts
    ]
    if rows:
        tx.execute(insert(GL_ACCOUNTS), rows)
