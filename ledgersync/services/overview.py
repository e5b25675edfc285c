"""Where the firm stands in a month: each client's accounts, loads, reviews and exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import BankAccount, Client, FeedStatus
from ledgersync.domain.periods import Period, covers
from ledgersync.domain.ties import Tie
from ledgersync.services import access, closing
from ledgersync.services.access import Permission
from ledgersync.services.closing import TieState
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts, clients, counts, exports, loads, transactions
from ledgersync.storage.activity import Activity, last_activities
from ledgersync.storage.counts import StandingCount
from ledgersync.storage.loads import AccountLoad

__all__ = ["Activity", "StandingCount"]

_COUNTED = ("transactions", "matched", "to_review", "reviewed", "exported", "problems")
_NO_ROWS = StandingCount(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """One bank account in one month: its part of each of its client's numbers.

    `loaded` tells that every day of the month was loaded completely. `tie` is None where it was
    not: an account that is not loaded is not off, it has not been compared yet.
    """

    account_id: str
    label: str
    currency: str
    loaded: bool
    counts: StandingCount
    tie: TieState | None = None


@dataclass(frozen=True, slots=True)
class ClientStanding:
    """One client in one month, in numbers of transactions; excluded ones are in none of them.

    `loaded_accounts` are those whose every day of the month was loaded completely, `matched` rows
    have a vendor or a GL code, decided or suggested. `ties` are accounts that tie to their bank
    statement, `off` those that don't; of the others there is no statement. `places` are all of the
    client's bank accounts, and what each of them adds to these numbers.
    """

    client_id: str
    name: str
    accounts: int
    loaded_accounts: int
    broken_accounts: int
    transactions: int
    to_review: int
    reviewed: int
    exported: int
    problems: int
    last_loaded_at: datetime | None
    matched: int = 0
    ties: int = 0
    off: int = 0
    closed: int = 0
    activity: Activity | None = None
    source_id: str = ""
    places: tuple[AccountStanding, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """A bank account whose own connection at LedgerSync needs somebody."""

    client_id: str
    client_name: str
    account_label: str
    status: FeedStatus
    word: str
    last_loaded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FirmStanding:
    """All clients in one month, and whether the firm ever loaded, reviewed and exported at all."""

    period: Period
    clients: tuple[ClientStanding, ...]
    feed_problems: tuple[FeedProblem, ...]
    transactions_ever: int
    reviewed_ever: bool
    exports_ever: int
    charts_ever: bool = True

    def total(self, count: str) -> int:
        """The sum of one count over all clients, such as `total("to_review")`."""
        return sum(getattr(client, count) for client in self.clients)


@dataclass(frozen=True, slots=True)
class _Accounts:
    """What is known of all bank accounts in a month, by their ids; activity by client."""

    counts: Mapping[str, StandingCount]
    newest: Mapping[str, AccountLoad]
    loaded: Mapping[str, Sequence[Period]]
    tied: Mapping[str, TieState]
    active: Mapping[str, Activity]


def firm_standing(actor: Actor, workspace: Workspace, period: Period) -> FirmStanding:
    """Count every client's transactions of a period by where they stand."""
    tied = closing.tie_states(actor, workspace, period)
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        everyone = [client for client in clients.list_clients(tx) if not client.removed]
        accounts = [account for account in clients.list_accounts(tx) if not account.removed]
        known = _Accounts(
            counts.standings(tx, period),
            loads.latest_loads(tx),
            loads.complete_loads(tx, period),
            tied,
            last_activities(tx),
        )
        ever = (
            transactions.count_transactions(tx),
            counts.any_reviewed(tx),
            exports.count_batches(tx),
            charts.any_chart(tx),
        )
    by_client: dict[str, list[BankAccount]] = {client.id: [] for client in everyone}
    for account in accounts:
        by_client.setdefault(account.client_id, []).append(account)
    rows = [_client_standing(client, by_client[client.id], known, period) for client in everyone]
    return FirmStanding(period, tuple(rows), _feed_problems(everyone, accounts), *ever)


def _client_standing(
    client: Client, own: Sequence[BankAccount], known: _Accounts, period: Period
) -> ClientStanding:
    places = tuple(_account_standing(account, known, period) for account in own)
    states = [place.tie for place in places if place.tie]
    times = [known.newest[account.id].at for account in own if account.id in known.newest]
    return ClientStanding(
        client_id=client.id,
        name=client.name,
        accounts=len(own),
        loaded_accounts=sum(place.loaded for place in places),
        broken_accounts=sum(account.feed_status.needs_somebody for account in own),
        **{name: sum(getattr(place.counts, name) for place in places) for name in _COUNTED},
        last_loaded_at=max(times, default=None),
        ties=sum(state.tie is Tie.TIES for state in states),
        off=sum(state.tie is Tie.OFF for state in states),
        closed=sum(state.closed for state in states),
        activity=known.active.get(client.id),
        source_id=client.source_id,
        places=places,
    )


def _account_standing(account: BankAccount, known: _Accounts, period: Period) -> AccountStanding:
    loaded = covers(known.loaded.get(account.id, ()), period)
    return AccountStanding(
        account.id,
        account.label,
        account.currency,
        loaded,
        known.counts.get(account.id, _NO_ROWS),
        known.tied.get(account.id) if loaded else None,
    )


def _feed_problems(
    everyone: Sequence[Client], accounts: Sequence[BankAccount]
) -> tuple[FeedProblem, ...]:
    names = {client.id: client.name for client in everyone}
    return tuple(
        FeedProblem(
            a.client_id, names[a.client_id], a.label, a.feed_status, a.feed_word, a.last_loaded_at
        )
        for a in accounts
        if a.feed_status.needs_somebody and a.client_id in names
    )
