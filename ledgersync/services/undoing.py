"""Undoing what one click decided, without hurting what came after it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import Batch, BatchItem, BatchKind
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.decisions import Decision
from ledgersync.domain.transactions import Status
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.clicks import Click, record_batch
from ledgersync.services.closing import require_rows_open
from ledgersync.services.workspace import Workspace
from ledgersync.storage import (
    audit,
    batches,
    clients,
    decisions,
    learning,
    sheets,
    transactions,
)
from ledgersync.storage.engine import Tx

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of an undo: rows that are as before, and rows that were left, by reason."""

    restored: tuple[str, ...]
    changed_since: tuple[str, ...]
    exported: tuple[str, ...]


def list_batches(actor: Actor, workspace: Workspace, account_id: str) -> list[Batch]:
    """The newest clicks on an account's rows, the newest first."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        return batches.list_batches(tx, account.id, _SHOWN)


def undo(actor: Actor, workspace: Workspace, batch_id: str) -> Undone:
    """Give every row of a batch the decision it had before, where nothing newer is in the way.

    A row that was changed again since stays as it is, and so does one that has left in an export.
    The undo is a batch itself, so that it can be undone.

    Raises:
        NotFound: when there is no such batch in the actor's scope.
        InvalidInput: when it was undone already, or rows of it are in a closed period.
    """
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        batch = _found(tx, batch_id)
        items = {i.before.transaction_id: i for i in batches.batch_items(tx, batch.id)}
        accounts = _lock_accounts(tx, batch, list(items))
        stored = decisions.lock_decisions(tx, list(items))
        rows = [row for a in accounts for row in sheets.rows_by_id(tx, a.id, list(items), {})]
        exported = {row.id for row in rows if row.status is Status.EXPORTED}
        untouched = {id_ for id_, item in items.items() if stored[id_].version == item.version}
        back = [_before(items[id_], actor) for id_ in items if id_ in untouched - exported]
        require_rows_open(tx, [decision.transaction_id for decision in back])
        if back:
            _restore(tx, actor, back, stored)
            click = Click(BatchKind.UNDO, f"Undid: {batch.words}")
            kept = [BatchItem(d.version, stored[d.transaction_id]) for d in back]
            record_batch(tx, actor, accounts, kept, click)
            for account in accounts:
                clients.touch_account(tx, account.id)
            learning.note_coding(tx, batch.client_id)
        batches.mark_undone(tx, batch.id, clock.now(), actor.name)
    suggesting.note_decisions(workspace, batch.client_id, back)
    return Undone(
        restored=tuple(d.transaction_id for d in back),
        changed_since=tuple(items.keys() - untouched - exported),
        exported=tuple(exported),
    )


def _found(tx: Tx, batch_id: str) -> Batch:
    batch = batches.find_batch(tx, batch_id)
    if batch is None:
        raise NotFound("There is no such change.", "Choose one from the list of changes.")
    access.client_in_scope(tx, batch.client_id)
    if batch.undone_at:
        raise InvalidInput(f"{batch.undone_by} has undone this already.", "Reload the page.")
    return batch


def _lock_accounts(tx: Tx, batch: Batch, transaction_ids: list[str]) -> list[BankAccount]:
    """The bank accounts that a batch touched, locked in id order."""
    ids = [batch.account_id] if batch.account_id else transactions.accounts_of(tx, transaction_ids)
    return [access.account_in_scope(tx, account_id, lock=True) for account_id in sorted(ids)]


def _before(item: BatchItem, actor: Actor) -> Decision:
    """The decision before, as a newer version: whoever looks at the row now sees that it moved."""
    return replace(item.before, version=item.version + 1).by(actor.name, clock.now())


def _restore(tx: Tx, actor: Actor, back: list[Decision], stored: Mapping[str, Decision]) -> None:
    decisions.save_decisions(tx, back, stored)
    entries = (
        audit.entry(actor, "undo", "transaction", decision.transaction_id) for decision in back
    )
    audit.record(tx, *entries)
