"""The firm as JSON text, in the words of LedgerSync's default profile.

A row becomes text once; pages are cut from it. Amounts are JSON numbers with two decimals.
"""

import json
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date

from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import DemoAccount, DemoClient, DemoStatement, DemoTransaction
from ledgersync.money import plain

_KEPT_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Listing:
    """JSON texts in order; `days` holds the date of each where a listing has dates."""

    texts: tuple[str, ...]
    days: tuple[date, ...] = ()

    def between(self, start: date | None, end: date | None) -> range:
        """The positions of the rows from `start` to `end`, both included."""
        first = bisect_left(self.days, start) if start else 0
        last = bisect_right(self.days, end) if end else len(self.texts)
        return range(first, max(first, last))

    def page(self, rows: range, page: int, size: int) -> bytes:
        """One page of those rows, counted from 1, as the answer's body."""
        cut = rows[(page - 1) * size : page * size]
        items = ",".join(self.texts[cut.start : cut.stop])
        counts = f'"page":{page},"pageSize":{size},"total":{len(rows)}'
        return f'{{"items":[{items}],{counts}}}'.encode()


@dataclass
class Listings:
    """The listings of a firm, written when first asked for; the oldest go when many are kept."""

    firm: DemoFirm
    _rows: OrderedDict[str, Listing] = field(default_factory=OrderedDict)
    _kept: int = 0

    def clients(self) -> Listing:
        return Listing(tuple(map(_client, self.firm.clients)))

    def accounts(self, client_id: str) -> Listing:
        return Listing(tuple(map(_account, self.firm.accounts(client_id))))

    def statements(self, account_id: str) -> Listing:
        return Listing(tuple(map(_statement, self.firm.statements(account_id))))

    def transactions(self, account_id: str) -> Listing:
        if account_id in self._rows:
            self._rows.move_to_end(account_id)
            return self._rows[account_id]
        rows = self.firm.transactions(account_id)
        listing = Listing(tuple(map(_transaction, rows)), tuple(row.date for row in rows))
        self._keep(account_id, listing)
        return listing

    def write_all(self) -> None:
        """Write every account's rows now, so that a benchmark measures the client alone."""
        for account_id in self.firm.account_ids():
            self.transactions(account_id)

    def _keep(self, account_id: str, listing: Listing) -> None:
        self._rows[account_id] = listing
        self._kept += len(listing.texts)
        while self._kept > _KEPT_ROWS and len(self._rows) > 1:
            _, oldest = self._rows.popitem(last=False)
            self._kept -= len(oldest.texts)


def _client(client: DemoClient) -> str:
    return json.dumps(
        {"id": client.id, "name": client.name, "email": client.email, "status": client.status}
    )


def _account(account: DemoAccount) -> str:
    words = {
        "id": account.id,
        "name": account.name,
        "institution": account.institution,
        "type": account.type,
        "mask": account.mask,
        "currency": account.currency,
        "balanceDate": account.balance_date.isoformat(),
        "status": account.status,
    }
    return _with_amounts(words, balance=account.balance)


def _statement(statement: DemoStatement) -> str:
    words = {
        "id": statement.id,
        "startDate": statement.start.isoformat(),
        "endDate": statement.end.isoformat(),
    }
    return _with_amounts(
        words,
        openingBalance=statement.opening_balance,
        closingBalance=statement.closing_balance,
    )


def _transaction(row: DemoTransaction) -> str:
    # Written by hand: a benchmark asks for a million of these, and only four hold free text.
    return (
        f'{{"id":"{row.id}","postedDate":"{row.date.isoformat()}",'
        f'"description":{json.dumps(row.description)},"amount":{plain(row.amount)},'
        f'"payee":{json.dumps(row.payee)},"checkNumber":"{row.check_number}",'
        f'"memo":{json.dumps(row.memo)},"pending":{"true" if row.pending else "false"}}}'
    )


def _with_amounts(words: dict[str, str], **cents: int) -> str:
    """A JSON object whose amounts are written from cents, never through a float."""
    amounts = ",".join(f'"{name}":{plain(amount)}' for name, amount in cents.items())
    return f"{json.dumps(words)[:-1]},{amounts}}}"
