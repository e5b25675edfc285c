"""Which of many vendors and GL codes are in use, and by what: what stands in the way of an undo."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Column, Connection, Select, literal, select

from ledgersync.domain.splits import NO_SPLIT, read_shares, read_split
from ledgersync.storage.columns import among
from ledgersync.storage.matching_tables import BATCH_ITEMS, RULES, VENDOR_ALIASES
from ledgersync.storage.tables import (
    BANK_ACCOUNTS,
    CLIENTS,
    DECISIONS,
    GL_ACCOUNTS,
    TRANSACTIONS,
    VENDORS,
)
from ledgersync.storage.workspace_tables import SPLIT_TEMPLATES

_CODED = "coded transactions"

Mention = tuple[str, str, str]  # of a GL code: the client, "" for the firm; the code; where


def used_vendors(tx: Connection, vendor_ids: Collection[str]) -> dict[str, str]:
    """What uses each of these vendors, in words; those that nothing uses are left out.

    Former codes count too, because a change of rows on Review can be undone, and so do spellings,
    which a person wrote down, and deleted rules, which can come back.
    """
    columns = {
        VENDOR_ALIASES.c.vendor_id: "spellings on statements",
        BATCH_ITEMS.c.vendor_id: "changes on Review that can be undone",
        SPLIT_TEMPLATES.c.vendor_id: "split templates",
        RULES.c.vendor_id: "rules",
        DECISIONS.c.vendor_id: _CODED,
    }
    wanted = set(vendor_ids)
    return {
        vendor_id: words
        for column, words in columns.items()  # of several the last one is said
        for vendor_id in tx.execute(_distinct(column, sorted(wanted))).scalars()
        if vendor_id in wanted
    }


def used_codes(tx: Connection, client_id: str, codes: Collection[str]) -> dict[str, str]:
    """What uses each of these GL codes of a client's chart, or of the firm's where it is "".

    A code that both have counts for the one whose account the client gets, as in `gl_uses`.
    """
    g = GL_ACCOUNTS.c
    charts = {(owner or "", code) for owner, code in tx.execute(select(g.client_id, g.code))}
    wanted = set(codes)

    def means_it(owner: str, code: str) -> bool:
        if client_id:
            return owner == client_id and ("", code) not in charts
        return not owner or (owner, code) not in charts

    return {
        code: words
        for owner, code, words in _mentions(tx)
        if code in wanted and means_it(owner, code)
    }


def _distinct(column: Column[str], values: Sequence[str]) -> Select[str]:
    return select(column).where(among(column, values)).distinct()


def _mentions(tx: Connection) -> Iterator[Mention]:
    d, t, b = DECISIONS.c, SPLIT_TEMPLATES.c, BANK_ACCOUNTS.c
    yield from _said(tx, select(b.client_id, b.gl_code, literal("a bank account")))
    undistributed = literal("a client's undistributed account")
    yield from _said(tx, select(CLIENTS.c.id, CLIENTS.c.undistributed_gl, undistributed))
    yield from _said(tx, select(VENDORS.c.client_id, VENDORS.c.default_gl, literal("vendors")))
    live = RULES.c.deleted_at.is_(None)
    yield from _said(tx, select(RULES.c.client_id, RULES.c.gl_code, literal("rules")).where(live))
    templates = select(t.client_id, t.lines).where(t.deleted_at.is_(None))
    for client_id, lines in tx.execute(templates):
        yield from ((client_id or "", one.gl_code, "split templates") for one in read_shares(lines))
    coded = (
        select(b.client_id, d.gl_code, literal(_CODED))
        .select_from(DECISIONS)
        .join(TRANSACTIONS, TRANSACTIONS.c.id == d.transaction_id)
        .join(BANK_ACCOUNTS, b.id == TRANSACTIONS.c.account_id)
    )
    yield from _said(tx, coded)
    splits = coded.with_only_columns(b.client_id, d.split).where(d.split != NO_SPLIT)
    for client_id, split in tx.execute(splits.distinct()):
        yield from ((client_id, line.gl_code, _CODED) for line in read_split(split))


def _said(tx: Connection, query: Select[str | None, str, str]) -> Iterable[Mention]:
    for client_id, code, words in tx.execute(query.distinct()):
        if code:
            yield client_id or "", code, words
