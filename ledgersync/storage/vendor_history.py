"""What a client's people decided for each vendor, added up by the database."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, func, select

from ledgersync.domain.decisions import Standing
from ledgersync.domain.judgement import Direction, VendorHistory, usual_of
from ledgersync.storage.tables import BANK_ACCOUNTS, DECISIONS, TRANSACTIONS


@dataclass(slots=True)
class _Tally:
    """One vendor's rows: by account and code, and by direction and size."""

    rows: int = 0
    codes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    sizes: defaultdict[Direction, Counter[int]] = field(
        default_factory=lambda: defaultdict(Counter)
    )


def vendor_histories(tx: Connection, client_id: str) -> dict[str, VendorHistory]:
    """The vendors of the client's reviewed rows, by vendor id."""
    found: defaultdict[str, _Tally] = defaultdict(_Tally)
    for vendor_id, account_id, currency, gl_code, amount, rows in tx.execute(_reviewed(client_id)):
        tally = found[vendor_id]
        tally.rows += rows
        tally.sizes[currency, amount > 0][abs(amount)] += rows
        if gl_code:
            tally.codes[account_id][gl_code] += rows
    return {vendor_id: _history(tally) for vendor_id, tally in found.items()}


def _reviewed(client_id: str) -> Select[Any]:
    """Rows that are alike in everything that counts here are one line."""
    d, t, b = DECISIONS.c, TRANSACTIONS.c, BANK_ACCOUNTS.c
    alike = (d.vendor_id, t.account_id, b.currency, d.gl_code, t.amount)
    return (
        select(*alike, func.count())
        .select_from(DECISIONS)
        .join(TRANSACTIONS, t.id == d.transaction_id)
        .join(BANK_ACCOUNTS, b.id == t.account_id)
        .where(b.client_id == client_id, d.standing == Standing.REVIEWED.value)
        .where(d.vendor_id.is_not(None))
        .group_by(*alike)
    )


def _history(tally: _Tally) -> VendorHistory:
    amounts = {direction: usual_of(sizes) for direction, sizes in tally.sizes.items()}
    return VendorHistory(tally.rows, dict(tally.codes), amounts)
