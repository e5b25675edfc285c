"""Where vendors and GL codes are used: what stands in the way of deleting them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)

from ledgersync.domain.charts import GlAccount
from ledgersync.storage.columns import in_parts
from ledgersync.storage.matching_tables import RULES, SUGGESTIONS, VENDOR_ALIASES
from ledgersync.storage.tables import (
    BANK_ACCOUNTS,
    CLIENTS,
    DECISIONS,
    GL_ACCOUNTS,
    TRANSACTIONS,
    VENDORS,
)
from ledgersync.storage.workspace_tables import SPLIT_TEMPLATES


@dataclass(frozen=True, slots=True)
class Use:
    """How often something is used, and `where`: by a client's name, a rule's number ..."""

    what: str
    count: int
    where: tuple[str, ...]


def vendor_uses(tx: Connection, vendor_id: str) -> list[Use]:
    """The coded transactions, by client, and the rules and split templates of a vendor."""
    t = SPLIT_TEMPLATES.c
    rules = select(RULES.c.number, RULES.c.deleted_at).where(RULES.c.vendor_id == vendor_id)
    templates = select(t.name, t.deleted_at).where(t.vendor_id == vendor_id).order_by(t.name)
    return _found(
        _decisions(tx, DECISIONS.c.vendor_id == vendor_id),
        _rules(tx, rules),
        _named("split template", (_kept(*row) for row in tx.execute(templates))),
    )


def gl_uses(tx: Connection, account: GlAccount) -> list[Use]:
    """What would lose its GL account without this one.

    A client's own account does not count where the firm has the code too, nor the firm's where the
    client has its own.
    """
    code = account.code
    if account.client_id and _firm_has(tx, code):
        return []
    reached = partial(_reached, account)
    t = SPLIT_TEMPLATES.c
    coded = or_(DECISIONS.c.gl_code == code, _has_line(DECISIONS.c.split, code))
    wanted = and_(coded, reached(BANK_ACCOUNTS.c.client_id))
    templates = select(t.name).where(
        _has_line(t.lines, code), reached(t.client_id), t.deleted_at.is_(None)
    )
    rules = select(RULES.c.number, RULES.c.deleted_at).where(
        RULES.c.gl_code == code, reached(RULES.c.client_id), RULES.c.deleted_at.is_(None)
    )
    vendors = select(VENDORS.c.name).where(
        VENDORS.c.default_gl == code, reached(VENDORS.c.client_id)
    )
    banks = select(BANK_ACCOUNTS.c.name).where(
        BANK_ACCOUNTS.c.gl_code == code, reached(BANK_ACCOUNTS.c.client_id)
    )
    return _found(
        _decisions(tx, wanted),
        _rules(tx, rules),
        _named("split template", tx.execute(templates.order_by(t.name)).scalars()),
        _named("vendor's default", tx.execute(vendors.order_by(VENDORS.c.name)).scalars()),
        _named("bank account", tx.execute(banks.order_by(BANK_ACCOUNTS.c.name)).scalars()),
    )


def delete_vendors(tx: Connection, vendor_ids: Iterable[str]) -> None:
    """Delete vendors that nothing uses, with what was only proposed or noted of them."""
    for some in in_parts(vendor_ids):
        has_one = select(SUGGESTIONS.c.transaction_id).where(SUGGESTIONS.c.vendor_id.in_(some))
        accounts = select(TRANSACTIONS.c.account_id).where(TRANSACTIONS.c.id.in_(has_one))
        tx.execute(
            update(BANK_ACCOUNTS)
            .where(BANK_ACCOUNTS.c.id.in_(accounts))
            .values(data_version=BANK_ACCOUNTS.c.data_version + 1)
        )
        for table in (SUGGESTIONS, VENDOR_ALIASES):
            tx.execute(delete(table).where(table.c.vendor_id.in_(some)))
        tx.execute(delete(VENDORS).where(VENDORS.c.id.in_(some)))


def _has_line(lines: Column[str], code: str) -> ColumnElement[bool]:
    """Whether a list of a split's lines, in JSON, has one of that GL code."""
    return lines.contains(f"[{json.dumps(code)}, ", autoescape=True)


def _firm_has(tx: Connection, code: str) -> bool:
    query = select(GL_ACCOUNTS.c.id).where(
        GL_ACCOUNTS.c.code == code, GL_ACCOUNTS.c.client_id.is_(None)
    )
    return tx.execute(query).first() is not None


def _reached(account: GlAccount, client: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether this is the GL account that the clients of a column of ids have."""
    if account.client_id:
        return client == account.client_id
    own = select(GL_ACCOUNTS.c.client_id).where(
        GL_ACCOUNTS.c.code == account.code, GL_ACCOUNTS.c.client_id.is_not(None)
    )
    return or_(client.is_(None), client.not_in(own))


def _decisions(tx: Connection, wanted: ColumnElement[bool]) -> Use:
    query = (
        select(CLIENTS.c.name, func.count())
        .select_from(DECISIONS)
        .join(TRANSACTIONS, TRANSACTIONS.c.id == DECISIONS.c.transaction_id)
        .join(BANK_ACCOUNTS, BANK_ACCOUNTS.c.id == TRANSACTIONS.c.account_id)
        .join(CLIENTS, CLIENTS.c.id == BANK_ACCOUNTS.c.client_id)
        .where(wanted)
        .group_by(CLIENTS.c.id, CLIENTS.c.name)
        .order_by(func.count().desc(), CLIENTS.c.name)
    )
    rows = tx.execute(query).all()
    return Use("coded transaction", sum(row[1] for row in rows), tuple(row[0] for row in rows))


def _rules(tx: Connection, query: Select[int, datetime | None]) -> Use:
    """A deleted rule counts where it keeps its vendor: it can be brought back."""
    rows = tx.execute(query.order_by(RULES.c.number)).all()
    return _named("rule", (_kept(f"rule {number}", deleted) for number, deleted in rows))


def _kept(name: str, deleted: datetime | None) -> str:
    return f"{name} (deleted)" if deleted else name


def _named(what: str, names: Iterable[str]) -> Use:
    where = tuple(names)
    return Use(what, len(where), where)


def _found(*uses: Use) -> list[Use]:
    return [use for use in uses if use.count]
