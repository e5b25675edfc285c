"""The codes of every client at once, for rules that reach over clients."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select, true

from ledgersync.domain.charts import Vendor
from ledgersync.domain.codes import FirmCodes
from ledgersync.storage.split_templates import live_templates
from ledgersync.storage.tables import GL_ACCOUNTS, VENDORS


def firm_codes(tx: Connection, client_id: str = "") -> FirmCodes:
    """All vendors, GL codes and split templates of the firm and its clients.

    With a client only those that its rows may carry; the templates are all the firm's anyway.
    """
    g, v = GL_ACCOUNTS.c, VENDORS.c
    charts: dict[str, set[str]] = {}
    usable = select(g.client_id, g.code).where(_usable_by(client_id, g.client_id))
    for owner, code in tx.execute(usable):
        charts.setdefault(owner or "", set()).add(code)
    vendors = (
        Vendor(row.id, row.client_id or "", row.code, row.name, row.default_gl)
        for row in tx.execute(
            select(VENDORS).where(_usable_by(client_id, v.client_id)).order_by(v.name)
        )
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
    query = select(g.code, g.name).group_by(g.code, g.name).order_by(func.count().desc(), g.name)
    found: dict[str, tuple[str, ...]] = {}
    for code, name in tx.execute(query):
        found[code] = (*found.get(code, ()), *([name] if name else []))
    return found
