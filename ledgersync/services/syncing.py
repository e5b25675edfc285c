"""Bringing clients, bank accounts and transactions from LedgerSync into the database.

Everything is fetched and checked before anything is written, and each account is written in one
transaction: an account that fails stays exactly as it was, and the others are up to date.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ledgersync import clock
from ledgersync.bankfeed.client import Listing, Session, Token
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import AccountKey, BankAccount, Client, FeedAccount
from ledgersync.domain.merging import SETTLING_DAYS, keyed, plan_merge
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import FeedTransaction, SetAside
from ledgersync.errors import (
    FeedError,
    FeedUnreachable,
    InvalidInput,
    LedgerSyncError,
    StoredPasswordRefused,
)
from ledgersync.services import access, connecting, credentials
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients, connections, loads, transactions
from ledgersync.storage.engine import Tx
from ledgersync.storage.loads import AccountLoad

_NAMES_SHOWN = 3
_OUT_OF_REACH = 8  # as many as are asked for at once


@dataclass(frozen=True, slots=True)
class Step:
    """How far a sync is: "Loading transactions", 12 of 36."""

    label: str
    done: int
    total: int


Progress = Callable[[Step], None]


def quiet(_step: Step) -> None:
    """Progress for those who don't look."""


@dataclass(frozen=True, slots=True)
class ClientReport:
    """What a sync of clients and accounts found; `problems` are sentences for people."""

    clients: int
    accounts: int
    new_clients: int
    new_accounts: int
    set_aside: tuple[SetAside, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. `state` is done, incomplete or failed; `problems` name what is missing."""

    run_id: str
    state: str
    loads: tuple[AccountLoad, ...]
    problems: tuple[str, ...]

    def total(self, count: str) -> int:
        """The sum of one count over all accounts, such as `total("new")`."""
        return sum(getattr(load, count) for load in self.loads)

    def words(self) -> str:
        """The end of a load in one line: "182 new, 3 updated, 0 removed, 2 set aside"."""
        return (
            f"{self.total('new'):,} new, {self.total('updated'):,} updated, "
            f"{self.total('removed'):,} removed, {self.total('set_aside'):,} set aside"
        )


def sync_clients(
    actor: Actor, workspace: Workspace, progress: Progress = quiet, only: Sequence[str] = ()
) -> ClientReport:
    """Bring the list of clients and their bank accounts up to date.

    Args:
        only: ids of the clients whose accounts are wanted; none means all.

    Raises:
        FeedError: when LedgerSync can't be asked at all; the database stays as it was.
        VaultError: when the stored log-in can't be opened.
    """
    with _session(actor, workspace) as session:
        progress(Step("Asking LedgerSync for clients", 0, 0))
        listed = session.clients()
        with access.writing(workspace, actor, Permission.LOAD) as tx:
            new_clients, _, _ = clients.save_clients(tx, listed.rows, complete=_is_whole(listed))
            stored = [c for c in clients.list_clients(tx) if not c.removed]
        connecting.note_success(actor, workspace, len(listed.rows))
        wanted = [client for client in stored if not only or client.id in only]
        fetched, problems = _fetch_accounts(session, wanted, progress)
    new_accounts = _save_accounts(actor, workspace, fetched)
    aside = [row for _, listing in fetched for row in listing.set_aside]
    return ClientReport(
        clients=len(stored),
        accounts=sum(len(listing.rows) for _, listing in fetched),
        new_clients=new_clients,
        new_accounts=new_accounts,
        set_aside=(*listed.set_aside, *aside),
        problems=(*((listed.note,) if listed.note else ()), *problems),
    )


def load_transactions(
    actor: Actor,
    workspace: Workspace,
    account_ids: Sequence[str],
    period: Period,
    progress: Progress = quiet,
) -> LoadReport:
    """Load a period of these bank accounts; pressing again changes nothing that hasn't changed.

    Days shortly before the period that were loaded earlier are read again, because transactions
    post late. Accounts that waited longest go first, so that a run that ends early is continued
    by the next one.

    Raises:
        FeedError: when LedgerSync can't be asked at all; every account stays as it was.
        VaultError: when the stored log-in can't be opened.
    """
    with access.writing(workspace, actor, Permission.LOAD) as tx:
        wanted = _windows(tx, account_ids, period)
        run_id = loads.begin_run(tx, actor.user_id, len(wanted))
    run = _Run(actor, workspace, run_id, wanted)
    with _ended(run), _session(actor, workspace) as session:
        run.load(session, progress)
    return run.report()


def set_aside(actor: Actor, workspace: Workspace, run_id: str) -> list[SetAside]:
    """The rows that a run could not read, each with its reason."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        return loads.set_aside_rows(tx, run_id)


def _is_whole(listing: Listing[Any]) -> bool:
    """Whether a row missing from the listing is really gone at LedgerSync."""
    return listing.complete and not listing.set_aside


def _fetch_accounts(
    session: Session, wanted: Sequence[Client], progress: Progress
) -> tuple[list[tuple[Client, Listing[FeedAccount]]], list[str]]:
    by_source = {client.source_id: client for client in wanted}
    fetched, problems = [], []
    for done, (source_id, outcome) in enumerate(session.each_accounts(by_source), start=1):
        client = by_source[source_id]
        if isinstance(outcome, StoredPasswordRefused):
            raise outcome
        if isinstance(outcome, FeedError):
            problems.append(f"{client.name}: {outcome}")
        else:
            fetched.append((client, outcome))
            problems += [f"{client.name}: {outcome.note}"] if outcome.note else []
        progress(Step("Listing bank accounts", done, len(by_source)))
    return fetched, problems


def _save_accounts(
    actor: Actor, workspace: Workspace, fetched: list[tuple[Client, Listing[FeedAccount]]]
) -> int:
    with access.writing(workspace, actor, Permission.LOAD) as tx:
        return sum(
            clients.save_accounts(tx, client.id, listing.rows, complete=_is_whole(listing))[0]
            for client, listing in fetched
        )


@dataclass(frozen=True, slots=True)
class _Window:
    """The days to read for one account."""

    key: AccountKey
    account: BankAccount
    period: Period


def _windows(tx: Tx, account_ids: Sequence[str], period: Period) -> list[_Window]:
    """The days to read for each account, those that waited longest first.

    Rows that were pending shortly before are read again too: only then can their absence be told
    from not having been asked for.
    """
    accounts = access.accounts_in_scope(tx, account_ids)
    never = datetime.min.replace(tzinfo=UTC)
    accounts.sort(key=lambda account: account.last_loaded_at or never)
    owners = {client.id: client.source_id for client in clients.list_clients(tx)}
    ids = [account.id for account in accounts]
    loaded = loads.loaded_spans(tx, ids)
    shortly_before = Period(period.start - timedelta(days=2 * SETTLING_DAYS), period.start)
    pending = transactions.first_pending(tx, ids, shortly_before)
    windows = []
    for account in accounts:
        days = _reread(period, loaded.get(account.id))
        start = min(days.start, pending.get(account.id, days.start))
        key = AccountKey(owners[account.client_id], account.source_id)
        windows.append(_Window(key, account, Period(start, days.end)))
    return windows


def _reread(period: Period, loaded: Period | None) -> Period:
    """The period, widened by the days before it that were loaded already and may have changed."""
    early = period.start - timedelta(days=SETTLING_DAYS)
    if loaded is None or loaded.start >= period.start or loaded.end < early:
        return period
    return Period(max(loaded.start, early), period.end)


class _Run:
    """One load of several accounts, keeping count as it goes."""

    def __init__(
        self, actor: Actor, workspace: Workspace, run_id: str, windows: Sequence[_Window]
    ) -> None:
        self.actor = actor
        self.workspace = workspace
        self.run_id = run_id
        self.windows = {window.key: window for window in windows}
        self.loads: list[AccountLoad] = []
        self._unreached: list[bool] = []

    def load(self, session: Session, progress: Progress) -> None:
        """Store each account as its rows arrive; stop when LedgerSync is out of reach.

        Raises:
            StoredPasswordRefused: LedgerSync will answer nothing more; what is stored stays.
        """
        wanted = [(key, window.period) for key, window in self.windows.items()]
        progress(Step("Loading transactions", 0, len(wanted)))
        for key, outcome in session.each_transactions(wanted):
            if isinstance(outcome, StoredPasswordRefused):
                raise outcome
            self._keep(self.windows[key], outcome)
            self._unreached.append(isinstance(outcome, FeedUnreachable))
            progress(Step("Loading transactions", len(self.loads), len(wanted)))
            if self._is_out_of_reach():
                return

    def _is_out_of_reach(self) -> bool:
        """Whether nothing but time-outs came lately: then the other accounts need not wait too."""
        latest = self._unreached[-_OUT_OF_REACH:]
        return len(latest) == _OUT_OF_REACH and all(latest)

    def _keep(self, window: _Window, outcome: Listing[FeedTransaction] | FeedError) -> None:
        listing = outcome if isinstance(outcome, Listing) else None
        when = clock.now()
        with self.workspace.database.writing() as tx:  # the run was authorised as a whole
            load = (
                _failed(self.run_id, window, outcome, when)
                if isinstance(outcome, FeedError)
                else _store(tx, self.run_id, window, outcome, when)
            )
            loads.record_load(tx, load, listing.set_aside if listing else ())
        self.loads.append(load)

    @property
    def state(self) -> str:
        done = [load for load in self.loads if load.state == "done"]
        if len(done) == len(self.windows):
            return "done"
        return "incomplete" if any(load.state != "failed" for load in self.loads) else "failed"

    def problems(self) -> tuple[str, ...]:
        """What went wrong, each thing once, with the accounts that it befell."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        labels = {w.account.id: w.account.label for w in self.windows.values()}
        for load in self.loads:
            if load.sentence:
                names[load.sentence].append(labels[load.account_id])
        missing = len(self.windows) - len(self.loads)
        sentences = [f"{_some(accounts)}: {sentence}" for sentence, accounts in names.items()]
        if missing:
            plural = "account was" if missing == 1 else "accounts were"
            sentences.append(f"{missing} bank {plural} not reached and stayed as before.")
        return tuple(sentences)

    def report(self) -> LoadReport:
        return LoadReport(self.run_id, self.state, tuple(self.loads), self.problems())


@contextmanager
def _ended(run: _Run) -> Iterator[None]:
    """Close the record of a run, however it ends: done, failed, or left by the person."""
    state = "interrupted"
    sentence = ""
    try:
        yield
        state = run.state
    except LedgerSyncError as error:
        state, sentence = "failed", error.sentence
        raise
    finally:
        with run.workspace.database.writing() as tx:
            loads.end_run(tx, run.run_id, state, sentence)


def _store(
    tx: Tx, run_id: str, window: _Window, listing: Listing[FeedTransaction], when: datetime
) -> AccountLoad:
    account = access.account_in_scope(tx, window.account.id, lock=True)
    fetched = keyed(listing.rows)
    stored = (
        transactions.stored_for_merging(tx, account.id, window.period, fetched)
        if account.last_loaded_at
        else []
    )
    unread = {f"id:{row.source_id}" for row in listing.set_aside} - fetched.keys()
    whole = listing.complete and "id:" not in unread
    plan = plan_merge(
        [row for row in stored if row.source_key not in unread],
        fetched,
        window.period if whole else None,
    )
    transactions.apply_merge(tx, account.id, plan, when)
    changed = bool(plan.new or plan.changed or plan.removed)
    clients.note_load(tx, account.id, when, changed=changed)
    return AccountLoad(
        run_id=run_id,
        account_id=account.id,
        at=when,
        start=window.period.start,
        end=window.period.end,
        state="done" if listing.complete else "incomplete",
        new=len(plan.new),
        updated=len(plan.changed),
        removed=len(plan.removed),
        unchanged=plan.unchanged,
        set_aside=len(listing.set_aside),
        sentence=listing.note,
    )


def _failed(run_id: str, window: _Window, error: FeedError, when: datetime) -> AccountLoad:
    return AccountLoad(
        run_id=run_id,
        account_id=window.account.id,
        at=when,
        start=window.period.start,
        end=window.period.end,
        state="failed",
        sentence=str(error),
    )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


@contextmanager
def _session(actor: Actor, workspace: Workspace) -> Iterator[Session]:
    """A signed-in session on the actor's connection; a new token is kept sealed.

    Raises:
        InvalidInput: when no log-in is stored.
        StoredPasswordRefused: after noting it on the connection.
    """
    with access.reading(workspace, actor, Permission.LOAD) as tx:
        stored = connections.find_connection(tx, actor.user_id)
        if stored is None or not stored.has_credentials:
            raise InvalidInput("LedgerSync is not connected.", "Connect it in Settings first.")
        opener = credentials.opener(workspace, tx, stored)
        token = opener.token()

    def keep(fresh: Token) -> None:
        with access.writing(workspace, actor, Permission.LOAD) as tx:
            now = connections.find_connection(tx, actor.user_id, lock=True)
            # Somebody may have disconnected meanwhile, or stored another log-in.
            if now and now.password_sealed == stored.password_sealed:
                credentials.store_token(workspace, tx, now, fresh)

    try:
        with workspace.feed.session(opener.credentials, token, keep) as session:
            yield session
    except StoredPasswordRefused as error:
        connecting.note_refusal(actor, workspace, error)
        raise
