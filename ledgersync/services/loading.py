"""Loading transactions from LedgerSync into the database, pressed as often as people like.

Everything is fetched and checked before it is written, and an account is written whole or not at
all: one that fails stays exactly as it was, and the others are up to date.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ledgersync import clock
from ledgersync.bankfeed.client import Listing, Session
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import AccountKey, BankAccount
from ledgersync.domain.merging import SETTLING_DAYS, MergePlan, keyed, plan_merge
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import FeedTransaction, SetAside
from ledgersync.errors import (
    FeedError,
    FeedUnreachable,
    NotFound,
    StoredPasswordRefused,
)
from ledgersync.services import access, feed_statements, load_endings
from ledgersync.services.access import Permission
from ledgersync.services.feed_sessions import Progress, Step, quiet, session
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients, load_changes, loads, transactions
from ledgersync.storage.engine import Tx
from ledgersync.storage.loads import AccountLoad

_NAMES_SHOWN = 3
_OUT_OF_REACH = 8  # as many as are asked for at once

Outcome = Listing[FeedTransaction] | FeedError


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did. `state` is done, incomplete or failed; `problems` name what is missing.

    `notes` say what else there is to know, such as statements that could not be read.
    """

    run_id: str
    state: str
    loads: tuple[AccountLoad, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def total(self, count: str) -> int:
        """The sum of one count over all accounts, such as `total("new")`."""
        return sum(getattr(load, count) for load in self.loads)

    def words(self) -> str:
        """The end of a load in one line: "182 new, 3 updated, 0 removed, 2 set aside"."""
        return (
            f"{self.total('new'):,} new, {self.total('updated'):,} updated, "
            f"{self.total('removed'):,} removed, {self.total('set_aside'):,} set aside"
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
        DatabaseUnavailable: when an account could not be stored; those stored before are told.
    """
    with access.writing(workspace, actor, Permission.LOAD) as tx:
        left = load_endings.close_those_left(tx, workspace)
        wanted = _windows(tx, account_ids, period)
        run_id = loads.begin_run(tx, actor.user_id, len(wanted))
    load_endings.forget(workspace, left)
    run = _Run(actor, workspace, run_id, wanted)
    with load_endings.ended(run), session(workspace, actor) as feed:
        run.load(feed, progress)
        run.take_statements(feed, progress)
    return run.report()


def set_aside(actor: Actor, workspace: Workspace, run_id: str) -> list[SetAside]:
    """The rows that a run could not read, each with its reason."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        return loads.set_aside_rows(tx, run_id)


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
        self._said_of_statements: tuple[str, ...] = ()

    def load(self, feed: Session, progress: Progress) -> None:
        """Store accounts as their rows arrive; stop when LedgerSync is out of reach.

        Raises:
            StoredPasswordRefused: LedgerSync will answer nothing more; what is stored stays.
        """
        wanted = [(key, window.period) for key, window in self.windows.items()]
        progress(Step("Loading transactions", 0, len(wanted)))
        for arrived in feed.transactions_as_they_come(wanted):
            self._keep([(self.windows[key], outcome) for key, outcome in _answered(arrived)])
            progress(Step("Loading transactions", len(self.loads), len(wanted)))
            for _, outcome in arrived:
                if isinstance(outcome, StoredPasswordRefused):
                    raise outcome
            if self._is_out_of_reach():
                return

    def take_statements(self, feed: Session, progress: Progress) -> None:
        """Bring one client's statements too; what fails there is said, and fails nothing."""
        loaded = {load.account_id for load in self.loads if load.state != "failed"}
        wanted = {w.key: w.account for w in self.windows.values() if w.account.id in loaded}
        owners = {window.account.client_id for window in self.windows.values()}
        if len(owners) == 1 and len(self.windows) <= feed_statements.AT_MOST:
            self._said_of_statements = feed_statements.take_statements(
                self.workspace, self.actor, feed, wanted, progress
            )

    def _is_out_of_reach(self) -> bool:
        """Whether nothing but time-outs came lately: then the other accounts need not wait too."""
        latest = self._unreached[-_OUT_OF_REACH:]
        return len(latest) == _OUT_OF_REACH and all(latest)

    def _keep(self, arrived: Sequence[tuple[_Window, Outcome]]) -> None:
        """Store what arrived in one transaction: waiting for the disk costs more than the rows."""
        when = clock.now()
        with self.workspace.database.writing() as tx:  # the run was authorised as a whole
            merges = _merges(tx, [(w, it) for w, it in arrived if isinstance(it, Listing)])
            transactions.apply_merges(
                tx, [(m.account.id, m.plan) for m in merges], when, self.run_id
            )
            load_changes.keep_changes(tx, self.run_id, [m.plan for m in merges])
            clients.note_loads(tx, [(m.account.id, m.changes) for m in merges], when)
            kept = [m.load(self.run_id, when) for m in merges]
            kept += [
                _failed(self.run_id, w, it, when) for w, it in arrived if isinstance(it, FeedError)
            ]
            loads.record_loads(tx, kept)
            loads.keep_set_aside(tx, self.run_id, [(m.account.id, m.set_aside) for m in merges])
        self.loads += kept
        self._unreached += [isinstance(outcome, FeedUnreachable) for _, outcome in arrived]

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
        said = self._said_of_statements
        return LoadReport(self.run_id, self.state, tuple(self.loads), self.problems(), said)


def _answered(
    arrived: Sequence[tuple[AccountKey, Outcome]],
) -> Iterator[tuple[AccountKey, Outcome]]:
    """What came before LedgerSync refused the stored password, if it did."""
    for key, outcome in arrived:
        if isinstance(outcome, StoredPasswordRefused):
            return
        yield key, outcome


@dataclass(frozen=True, slots=True)
class _Merge:
    """What one account's listing will do to its stored rows."""

    account: BankAccount
    window: _Window
    listing: Listing[FeedTransaction]
    plan: MergePlan

    @property
    def changes(self) -> bool:
        return bool(self.plan.new or self.plan.changed or self.plan.removed)

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        return self.listing.set_aside

    def load(self, run_id: str, when: datetime) -> AccountLoad:
        return AccountLoad(
            run_id=run_id,
            account_id=self.account.id,
            at=when,
            start=self.window.period.start,
            end=self.window.period.end,
            state="done" if self.listing.complete else "incomplete",
            new=len(self.plan.new),
            updated=len(self.plan.changed),
            removed=len(self.plan.removed),
            unchanged=self.plan.unchanged,
            set_aside=len(self.listing.set_aside),
            sentence=self.listing.note,
        )


def _merges(tx: Tx, arrived: Sequence[tuple[_Window, Listing[FeedTransaction]]]) -> list[_Merge]:
    """Compare listings with the stored rows of their accounts, which are locked from here on.

    Raises:
        NotFound: when an account was deleted meanwhile.
    """
    accounts = clients.lock_accounts(tx, [window.account.id for window, _ in arrived])
    if len(accounts) < len(arrived):
        raise NotFound("A bank account was deleted during the load.", "Load again.")
    return [_merge(tx, accounts[w.account.id], w, listing) for w, listing in arrived]


def _merge(
    tx: Tx, account: BankAccount, window: _Window, listing: Listing[FeedTransaction]
) -> _Merge:
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
    return _Merge(account, window, listing, plan)


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
