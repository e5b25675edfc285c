"""Loading transactions from LedgerSync into the database, pressed as often as people like.

Everything is fetched and checked before it is written, and an account is written whole or not at
all: one that fails stays exactly as it was, and the others are up to date.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ledgersync import clock
from ledgersync.bankfeed.client import Listing, Session
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import AccountKey
from ledgersync.domain.listing import listed_names
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import FeedTransaction, SetAside
from ledgersync.errors import (
    FeedError,
    FeedUnreachable,
    LedgerSyncError,
    NotFound,
    StorageError,
    StoredPasswordRefused,
)
from ledgersync.services import access, feed_statements, load_endings
from ledgersync.services.access import Permission
from ledgersync.services.feed_sessions import Progress, Step, quiet, session
from ledgersync.services.load_merges import failed_load, merges
from ledgersync.services.load_windows import Window, windows
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients, load_changes, loads, transactions
from ledgersync.storage.loads import AccountLoad

_log = logging.getLogger(__name__)
_NAMES_SHOWN = 3
_OUT_OF_REACH = 8  # as many as are asked for at once

Outcome = Listing[FeedTransaction] | FeedError
# The days of one account, and what came of them: rows, or why there are none.
_Arrived: TypeAlias = tuple[Window, Outcome | LedgerSyncError]


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
        DatabaseUnavailable: when nothing more can be stored; those stored before are told.
    """
    with access.writing(workspace, actor, Permission.LOAD) as tx:
        left = load_endings.close_those_left(tx, workspace)
        wanted = windows(tx, account_ids, period)
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


class _Run:
    """One load of several accounts, keeping count as it goes."""

    def __init__(
        self, actor: Actor, workspace: Workspace, run_id: str, windows: Sequence[Window]
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

    def _keep(self, arrived: Sequence[_Arrived]) -> None:
        """Store what arrived in one transaction: waiting for the disk costs more than the rows.

        Where that fails, its accounts are stored one by one, so that each fails for itself alone.

        Raises:
            DatabaseUnavailable: when the database does not even take that an account failed.
            NotFound: when an account was deleted meanwhile.
        """
        try:
            self._store(arrived)
        except LedgerSyncError as error:
            self._keep_apart(arrived, error)
        except Exception as error:  # noqa: BLE001  whatever it is, the other accounts go on
            # Without its trace, which may hold rows.
            _log.error("Storing %d accounts ended in %s", len(arrived), type(error).__name__)
            self._keep_apart(arrived, _not_stored())

    def _keep_apart(self, arrived: Sequence[_Arrived], error: LedgerSyncError) -> None:
        if len(arrived) > 1:
            for one in arrived:
                self._keep([one])
        elif isinstance(error, NotFound):
            raise error
        else:
            self._store([(arrived[0][0], error)])

    def _store(self, arrived: Sequence[_Arrived]) -> None:
        """All of it, or nothing."""
        when = clock.now()
        with self.workspace.database.writing() as tx:  # the run was authorised as a whole
            found = merges(tx, [(w, it) for w, it in arrived if isinstance(it, Listing)])
            transactions.apply_merges(
                tx, [(m.account.id, m.plan) for m in found], when, self.run_id
            )
            load_changes.keep_changes(tx, self.run_id, [m.plan for m in found])
            clients.note_loads(tx, [(m.account.id, m.changes) for m in found], when)
            kept = [m.load(self.run_id, when) for m in found]
            kept += [
                failed_load(self.run_id, w, it, when)
                for w, it in arrived
                if isinstance(it, LedgerSyncError)
            ]
            loads.record_loads(tx, kept)
            loads.keep_set_aside(tx, self.run_id, [(m.account.id, m.set_aside) for m in found])
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
        sentences = [
            f"{listed_names(accounts, _NAMES_SHOWN)}: {sentence}"
            for sentence, accounts in names.items()
        ]
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


def _not_stored() -> StorageError:
    return StorageError(
        "What LedgerSync sent could not be stored, so nothing of it was.",
        "Load again; if it stays, send Help's support message to whoever looks after this app.",
    )
