"""What is kept of every click that lets exported rows be changed again."""

from collections.abc import Sequence

from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import BatchItem
from ledgersync.domain.clients import BankAccount
from ledgersync.services.clicks import Click, record_batch
from ledgersync.storage import audit, clients, decisions
from ledgersync.storage.engine import Tx


def record_unlocking(
    tx: Tx, actor: Actor, account: BankAccount, ids: Sequence[str], click: Click, reason: str
) -> str:
    """Record rows that were just unlocked, as a batch and one by one; returns the batch's id."""
    clients.touch_account(tx, account.id)
    said = {"reason": reason} if reason else {}
    audit.record(tx, *(audit.entry(actor, "unlock", "transaction", id_, **said) for id_ in ids))
    stored = decisions.stored_decisions(tx, ids)
    items = [BatchItem(decision.version, decision) for decision in stored.values()]
    return record_batch(tx, actor, [account], items, click)
