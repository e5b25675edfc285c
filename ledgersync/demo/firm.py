"""The demo firm: twelve clients, their bank accounts, 18 months of rows, and how they are coded.

The rows of a month are the same whatever "today" is; today only says which of them the feed
serves, and which purchases of the last two days are still pending.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Protocol

from ledgersync.demo import coding
from ledgersync.demo.days import first_of, last_of, months, window_start
from ledgersync.demo.ledger import Entry, Ledger
from ledgersync.demo.plans import AccountPlan, ClientPlan, clients
from ledgersync.demo.records import (
    DemoAccount,
    DemoClient,
    DemoCoding,
    DemoGl,
    DemoStatement,
    DemoTransaction,
    DemoVendor,
    Scale,
)
from ledgersync.demo.scaled import ScaledLedger, scaled_clients
from ledgersync.errors import NotFound

_PENDING_DAYS = 2
_STATEMENT_DELAY = timedelta(days=3)


class Rows(Protocol):
    """Who writes the rows of one client's accounts."""

    def entries(self, account: AccountPlan, month: date) -> Sequence[Entry]: ...
    def opening(self, account: AccountPlan, month: date) -> int: ...


class DemoFirm:
    """Deterministic from `seed`; with a `scale`, as large as asked instead of twelve clients.

    Args:
        seed: Another seed is another firm's history; clients and accounts keep their names.
        today: The last day that the feed knows.
        scale: For benchmarks; rows then depend on `today`, so that the counts are exact.
    """

    def __init__(self, seed: int, today: date, scale: Scale | None = None) -> None:
        self._seed = seed
        self._scale = scale
        self.today = today
        self.start = window_start(today)

    @cached_property
    def clients(self) -> tuple[DemoClient, ...]:
        return tuple(
            DemoClient(plan.id, plan.name, plan.email, plan.status, plan.acs)
            for plan in self._plans.values()
        )

    def accounts(self, client_id: str) -> tuple[DemoAccount, ...]:
        """The client's bank accounts, none for a new client.

        Raises:
            NotFound: for an id that the firm doesn't have; so do all methods below.
        """
        client = self._client(client_id)
        return tuple(self._account(client, plan) for plan in client.accounts)

    def transactions(
        self, account_id: str, start: date | None = None, end: date | None = None
    ) -> tuple[DemoTransaction, ...]:
        """The rows that the feed serves from `start` to `end`, both included, by date."""
        return tuple(entry.transaction for entry in self._served(account_id, start, end))

    def statements(self, account_id: str) -> tuple[DemoStatement, ...]:
        """One statement a month, for months that ended some days ago and are served in full."""
        client, account = self._owner(account_id)
        if account.paper:
            return ()
        rows = self._rows[client.id]
        through = self._through(account) - _STATEMENT_DELAY
        return tuple(
            DemoStatement(
                id=f"stmt_{account.id.removeprefix('acc_')}_{month:%Y%m}",
                account_id=account.id,
                start=month,
                end=last_of(month),
                opening_balance=(opening := rows.opening(account, month)),
                closing_balance=opening + _sum(rows.entries(account, month)),
            )
            for month in months(self.start, through)
            if last_of(month) <= through
        )

    def chart(self, client_id: str) -> tuple[DemoGl, ...]:
        return coding.chart(self._client(client_id))

    def undistributed(self, client_id: str) -> str:
        """The code of the chart to which Accounting CS posts what has none."""
        return coding.undistributed(self._client(client_id))

    def vendors(self, client_id: str) -> tuple[DemoVendor, ...]:
        return coding.vendors(self._client(client_id))

    def coding(self, account_id: str, transaction_id: str) -> DemoCoding:
        """How one row is coded; for many rows of an account, ask `codings` once."""
        codings = self.codings(account_id)
        if transaction_id not in codings:
            raise NotFound(f"The demo firm has no transaction {transaction_id} there.")
        return codings[transaction_id]

    def codings(self, account_id: str) -> dict[str, DemoCoding]:
        """The coding of every served row of the account, by transaction id."""
        client, account = self._owner(account_id)
        key = account.id
        if key not in self._codings:
            self._codings[key] = {
                entry.transaction.id: coding.coding(
                    client, entry.merchant, entry.gl_code, entry.confirmed_gl
                )
                for entry in self._served(account_id, None, None)
            }
        return self._codings[key]

    def status(self, account_id: str) -> str | None:
        """What the feed says of the account: active, broken, needs_mfa; None when unknown."""
        found = self._owners.get(account_id)
        return found[1].status if found else None

    def account_ids(self) -> tuple[str, ...]:
        return tuple(self._owners)

    @cached_property
    def _plans(self) -> dict[str, ClientPlan]:
        plans = scaled_clients(self._scale) if self._scale else clients()
        return {plan.id: plan for plan in plans}

    @cached_property
    def _owners(self) -> dict[str, tuple[ClientPlan, AccountPlan]]:
        return {
            account.id: (plan, account)
            for plan in self._plans.values()
            for account in plan.accounts
        }

    @cached_property
    def _rows(self) -> dict[str, Rows]:
        return {plan.id: self._ledger(plan) for plan in self._plans.values()}

    @cached_property
    def _codings(self) -> dict[str, dict[str, DemoCoding]]:
        return {}

    def _ledger(self, plan: ClientPlan) -> Rows:
        if self._scale is None:
            return Ledger(self._seed, plan)
        return ScaledLedger(self._seed, plan, self._scale.transactions, (self.start, self.today))

    def _client(self, client_id: str) -> ClientPlan:
        if client_id not in self._plans:
            raise NotFound(f"The demo firm has no client {client_id}.")
        return self._plans[client_id]

    def _owner(self, account_id: str) -> tuple[ClientPlan, AccountPlan]:
        if account_id not in self._owners:
            raise NotFound(f"The demo firm has no bank account {account_id}.")
        return self._owners[account_id]

    def _through(self, account: AccountPlan) -> date:
        """The last day that the account's feed knows: some days back where it is broken."""
        return self.today - timedelta(days=account.stale_days)

    def _served(self, account_id: str, start: date | None, end: date | None) -> Iterator[Entry]:
        client, account = self._owner(account_id)
        first = max(self.start, start or self.start)
        last = min(self._through(account), end or self.today)
        pending_from = self._through(account) - timedelta(days=_PENDING_DAYS - 1)
        for month in months(first, last):
            for entry in self._rows[client.id].entries(account, month):
                if first <= entry.transaction.date <= last:
                    yield _as_seen(entry, pending_from)

    def _account(self, client: ClientPlan, plan: AccountPlan) -> DemoAccount:
        through = self._through(plan)
        return DemoAccount(
            id=plan.id,
            client_id=client.id,
            name=plan.name,
            institution=plan.bank.name,
            type=plan.type,
            mask=plan.mask,
            currency="USD",
            balance=self._balance(client, plan, through),
            balance_date=through,
            status=plan.status,
            acs_description=f"{plan.bank.name} {plan.name} {plan.mask}",
            gl_code=coding.account_gl(client, plan),
        )

    def _balance(self, client: ClientPlan, plan: AccountPlan, through: date) -> int:
        """What the bank has posted: pending rows are not in it yet."""
        # On the first days of a month, rows of the month before are pending still.
        month = max(self.start, first_of(through - timedelta(days=_PENDING_DAYS)))
        served = self._served(plan.id, month, through)
        posted = (entry.transaction.amount for entry in served if not entry.transaction.pending)
        return self._rows[client.id].opening(plan, month) + sum(posted)


def _as_seen(entry: Entry, pending_from: date) -> Entry:
    if not entry.purchase or entry.transaction.date < pending_from:
        return entry
    return entry._replace(transaction=replace(entry.transaction, pending=True))


def _sum(entries: Sequence[Entry]) -> int:
    return sum(entry.transaction.amount for entry in entries)
