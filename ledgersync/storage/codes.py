"""The codes of every client at once, for rules that reach over clients."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, func, or_, select, true

from ledgersync.domain.charts import Vendor
from ledgersync.domain.codes import FirmCodes
from ledgersync.storage.scopes import clients_seen_or_firm
from ledgersync.storage.split_templates import live_templates
from ledgersync.storage.tables import GL_ACCOUNTS, VENDORS


def firm_codes(tx: Connection, client_id: str = "") -> FirmCodes:
    """All vendors, GL codes and split templates of the firm and of clients that may be seen.

    With a client only those that its rows may carry; the templates are all the firm's anyway.
    """
    charts: dict[str, set[str]] = {}
    coded = select(GL_ACCOUNTS.c.client_id, GL_ACCOUNTS.c.code).where(
        *_seen(tx, GL_ACCOUNTS), _usable_by(client_id, GL_ACCOUNTS.c.client_id)
    )
    for owner, code in tx.execute(coded):
        charts.setdefault(owner or "", set()).add(code)
    named = select(VENDORS).where(*_seen(tx, VENDORS), _usable_by(client_id, VENDORS.c.client_id))
    vendors = (
        Vendor(row.id, row.client_id or "", row.code, row.name, row.default_gl)
        for row in tx.execute(named.order_by(VENDORS.c.name))
    )
    return FirmCodes(
        {vendor.id: vendor for vendor in vendors},
        {owner: frozenset(codes) for owner, codes in charts.items()},
        {template.id: template for template in live_templates(tx)},
    )


def _usable_by(client_id: str, owner: Column[Any]) -> ColumnElement[bool]:
    return or_(owner.is_(None), owner == client_id) if client_id else true()


def names_by_code(tx: Connection) -> dict[str, tuple[str, ...]]:
    """Every GL code in any chart with the names that charts give it, the commonest first."""
    g = GL_ACCOUNTS.c
    query = select(g.code, g.name).where(*_seen(tx, GL_ACCOUNTS))
    query = query.group_by(g.code, g.name).order_by(func.count().desc(), g.name)
    found: dict[str, tuple[str, ...]] = {}
    for code, name in tx.execute(query):
        found[code] = (*found.get(code, ()), *([name] if name else []))
    return found


def _seen(tx: Connection, table: Table) -> tuple[ColumnElement[bool], ...]:
    return clients_seen_or_firm(tx, table.c.client_id)
