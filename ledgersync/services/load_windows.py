"""Which days a load reads of each bank account: those asked for, and some before them again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ledgersync.domain.clients import AccountKey, BankAccount
from ledgersync.domain.merging import SETTLING_DAYS
from ledgersync.domain.periods import Period
from ledgersync.errors import InvalidInput
from ledgersync.services import access
from ledgersync.storage import clients, loads, transactions
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Window:
    """The days to read for one account."""

    key: AccountKey
    account: BankAccount
    period: Period


def windows(tx: Tx, account_ids: Sequence[str], period: Period) -> list[Window]:
    """The days to read for each account, those that waited longest first.

    Rows that were pending shortly before are read again too: only then can their absence be told
    from not having been asked for.
    """
    accounts = access.accounts_in_scope(tx, account_ids)
    _require_fed(accounts)
    never = datetime.min.replace(tzinfo=UTC)
    accounts.sort(key=lambda account: account.last_loaded_at or never)
    owners = {client.id: client.source_id for client in clients.list_clients(tx)}
    ids = [account.id for account in accounts]
    loaded = loads.loaded_spans(tx, ids)
    shortly_before = Period(period.start - timedelta(days=2 * SETTLING_DAYS), period.start)
    pending = transactions.first_pending(tx, ids, shortly_before)
    found = []
    for account in accounts:
        days = _reread(period, loaded.get(account.id))
        start = min(days.start, pending.get(account.id, days.start))
        key = AccountKey(owners[account.client_id], account.source_id)
        found.append(Window(key, account, Period(start, days.end)))
    return found


def _require_fed(accounts: Sequence[BankAccount]) -> None:
    for account in accounts:
        if account.by_hand:
            raise InvalidInput(
                f"{account.label} is not at LedgerSync, so nothing can be loaded for it.",
                "Import its statement files.",
            )


def _reread(period: Period, loaded: Period | None) -> Period:
    """The period, widened by the days before it that were loaded already and may have changed."""
    early = period.start - timedelta(days=SETTLING_DAYS)
    if loaded is None or loaded.start >= period.start or loaded.end < early:
        return period
    return Period(max(loaded.start, early), period.end)
