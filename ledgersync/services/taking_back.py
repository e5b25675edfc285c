"""Taking an export back: its rows count as not exported, and its record says so from then on.

Only an export that a firm can still remove in Accounting CS is worth taking back, and only the firm
can know that: so it is asked for a reason. Whoever may export rows a second time may do this, for
they leave again like others afterwards.
"""

from dataclasses import replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import BatchKind
from ledgersync.domain.taking_back import TakingBack, plan_taking_back
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.clicks import Click
from ledgersync.services.closing import require_rows_open
from ledgersync.services.typed_texts import NAME_LENGTH, one_line, required
from ledgersync.services.unlocking import record_unlocking
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, exports, taken_back
from ledgersync.storage.engine import Tx
from ledgersync.storage.exports import ExportBatch


def may_take_back(actor: Actor, workspace: Workspace) -> bool:
    """Whether to offer it."""
    return access.permits(workspace, actor, Permission.EXPORT_AGAIN)


def preview_taking_back(actor: Actor, workspace: Workspace, export_id: str) -> TakingBack:
    """What taking an export back would do now, or why it can't be done.

    Raises:
        NotFound: when there is no such export in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.EXPORT_AGAIN) as tx:
        batch = _found(tx, export_id)
        plan = _plan(tx, batch)
        try:
            _require_possible(tx, batch, plan)
        except InvalidInput as no:
            return replace(plan, refusal=f"{no.sentence} {no.next_step}")
        return plan


def take_back(actor: Actor, workspace: Workspace, export_id: str, reason: str) -> TakingBack:
    """Let the rows of an export count as not exported; what was decided for them stays.

    Rows that left again with a later export stay with that one. The bytes and the record are kept.
    It is a batch, to be seen and undone like other changes.

    Raises:
        InvalidInput: without a reason, when it was taken back already, when every row left again
            later, or for rows in a closed period.
        NotFound: when there is no such export in the actor's scope.
    """
    with access.writing(workspace, actor, Permission.EXPORT_AGAIN) as tx:
        why = one_line(reason, "reason", NAME_LENGTH)
        why = required(why, "a reason why the export is taken back")
        account = access.account_in_scope(tx, _found(tx, export_id).account_id, lock=True)
        batch = _found(tx, export_id)
        plan = _plan(tx, batch)
        _require_possible(tx, batch, plan)
        click = Click(BatchKind.TAKE_BACK, f"Took back export {batch.number}")
        # Where all were unlocked one by one before, to undo it still is to lock them.
        ids = plan.locked or tuple(row.transaction_id for row in plan.going)
        batch_id = record_unlocking(tx, actor, account, ids, click, why)
        taken_back.mark_taken_back(tx, batch.id, clock.now(), actor.name, why, batch_id)
        said = {"number": batch.number, "rows": len(plan.going), "reason": why}
        audit.record(tx, audit.entry(actor, "take back", "export", batch.id, **said))
        return plan


def _found(tx: Tx, export_id: str) -> ExportBatch:
    batch = exports.find_batch(tx, export_id)
    if batch is None:
        raise NotFound("There is no such export.", "Choose one from the list on Exports.")
    return batch


def _plan(tx: Tx, batch: ExportBatch) -> TakingBack:
    return plan_taking_back(batch.number, taken_back.sent_rows(tx, batch.id))


def _require_possible(tx: Tx, batch: ExportBatch, plan: TakingBack) -> None:
    if batch.taken_back_at:
        raise InvalidInput(
            f"{batch.taken_back_by} has taken export {batch.number} back already.",
            "Reload the page.",
        )
    if not plan.going:
        raise InvalidInput(
            f"Every row of export {batch.number} left again with a later export, so there is "
            "nothing to take back.",
            "Take the later export back.",
        )
    require_rows_open(tx, [row.transaction_id for row in plan.going])
