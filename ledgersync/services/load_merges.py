"""What rows from LedgerSync will do to the stored ones of their accounts, before any is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledgersync.bankfeed.client import Listing
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.merging import MergePlan, keyed, plan_merge
from ledgersync.domain.transactions import FeedTransaction, SetAside
from ledgersync.errors import LedgerSyncError, NotFound
from ledgersync.services.load_windows import Window
from ledgersync.storage import clients, transactions
from ledgersync.storage.engine import Tx
from ledgersync.storage.loads import AccountLoad


@dataclass(frozen=True, slots=True)
class Merge:
    """What one account's listing will do to its stored rows."""

    account: BankAccount
    window: Window
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


def merges(tx: Tx, arrived: Sequence[tuple[Window, Listing[FeedTransaction]]]) -> list[Merge]:
    """Compare listings with the stored rows of their accounts, which are locked from here on.

    Raises:
        NotFound: when an account was deleted meanwhile.
    """
    accounts = clients.lock_accounts(tx, [window.account.id for window, _ in arrived])
    if len(accounts) < len(arrived):
        raise NotFound("A bank account was deleted during the load.", "Load again.")
    return [_merge(tx, accounts[w.account.id], w, listing) for w, listing in arrived]


def _merge(
    tx: Tx, account: BankAccount, window: Window, listing: Listing[FeedTransaction]
) -> Merge:
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
    return Merge(account, window, listing, plan)


def failed_load(run_id: str, window: Window, error: LedgerSyncError, when: datetime) -> AccountLoad:
    return AccountLoad(
        run_id=run_id,
        account_id=window.account.id,
        at=when,
        start=window.period.start,
        end=window.period.end,
        state="failed",
        sentence=str(error),
    )
