"""Undoing what one click decided, without hurting what came after it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import Batch, BatchItem, BatchKind
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.decisions import Decision
from ledgersync.domain.undoing import Outlook, RowNow, Why, plan_relock, plan_standing, plan_undo
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.clicks import Click, record_batch
from ledgersync.services.closing import require_rows_open
from ledgersync.services.former_decisions import unfit_now
from ledgersync.services.workspace import Workspace
from ledgersync.storage import (
    audit,
    batches,
    clients,
    closings,
    decisions,
    learning,
    taken_back,
    transactions,
)
from ledgersync.storage.engine import Tx

_UNDID, _REDID = "Undid: ", "Brought back: "
_TRIED, _AT_A_TIME = 10, 50
_FEW = 20


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of an undo: rows that are as before, and rows that were left, by reason."""

    outlook: Outlook

    @property
    def restored(self) -> tuple[str, ...]:
        return self.outlook.back

    @property
    def changed_since(self) -> tuple[str, ...]:
        return self._left(Why.CHANGED)

    @property
    def exported(self) -> tuple[str, ...]:
        return self._left(Why.EXPORTED)

    def _left(self, why: Why) -> tuple[str, ...]:
        return tuple(stay.transaction_id for stay in self.outlook.stay if stay.why is why)


@dataclass(frozen=True, slots=True)
class _Restored:
    """Decisions to write again, what was stored in their place, and notes on rows as they were."""

    decisions: Sequence[Decision]
    stored: Mapping[str, Decision]
    notes: Mapping[str, str]


def last_change(actor: Actor, workspace: Workspace, account_id: str) -> Batch | None:
    """The actor's newest change of an account's rows of which anything can be taken back.

    An undo is passed over: to undo it would bring back what was just taken back.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        own = batches.own_batches(tx, account.id, actor.user_id, _TRIED)
        allowed = (batch for batch in own if may_undo(tx, actor, batch))
        last = next((batch for batch in allowed if _any_goes_back(tx, batch)), None)
        return last or _last_of_older(tx, account.id, actor, own)


def may_undo(tx: Tx, actor: Actor, batch: Batch) -> bool:
    """Whether a batch is this person's to undo: an export that was taken back is an admin's."""
    if batch.kind is not BatchKind.TAKE_BACK:
        return True
    return access.may(tx, actor, Permission.EXPORT_AGAIN)


def _last_of_older(tx: Tx, account_id: str, actor: Actor, own: list[Batch]) -> Batch | None:
    """The newest that can go back of those older than these, looked for many at a time."""
    while own:
        own = batches.own_batches(tx, account_id, actor.user_id, _AT_A_TIME, before=own[-1])
        allowed = [batch for batch in own if may_undo(tx, actor, batch)]
        would = outlooks(tx, allowed)
        if last := next((batch for batch in allowed if would[batch.id].back), None):
            return last
    return None


def _any_goes_back(tx: Tx, batch: Batch) -> bool:
    """Whether taking a batch back would change anything; of a large one a few rows mostly tell."""
    items = batches.some_items(tx, batch.id, _FEW)
    stored = decisions.stored_decisions(tx, [item.before.transaction_id for item in items])
    found = _outlooks(tx, {batch: items}, stored)[batch.id]
    return bool(found.back or (len(items) == _FEW and outlooks(tx, [batch])[batch.id].back))


def undo(actor: Actor, workspace: Workspace, batch_id: str) -> Undone:
    """Give every row of a batch the decision it had before, where nothing newer is in the way.

    A row on which a later change stands is left as it is, and so is one that an export has locked,
    whose period is closed, or whose former codes are gone; the legs of a transfer go back together
    or not at all. The undo is a batch itself, so that it can be undone. Where nothing can go back,
    nothing is recorded.

    Raises:
        NotFound: when there is no such batch in the actor's scope.
        InvalidInput: when all of it was undone already, or nothing can go back and a row of it is
            in a closed period.
        NotPermitted: for an export that was taken back, to whoever may not take one back.
    """
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        batch = _found(tx, batch_id)
        if batch.kind is BatchKind.TAKE_BACK:
            access.require_also(tx, actor, Permission.EXPORT_AGAIN)
        items = {i.before.transaction_id: i for i in _items(tx, [batch])[batch.id]}
        accounts = _lock_accounts(tx, batch, list(items))
        stored = decisions.lock_decisions(tx, list(items))
        outlook = _outlooks(tx, {batch: list(items.values())}, stored)[batch.id]
        if batch.undone_at and not outlook.back:
            raise InvalidInput(f"{batch.undone_by} has undone this already.", "Reload the page.")
        if not outlook.back:
            closed = [s.transaction_id for s in outlook.stay if s.why is Why.CLOSED]
            require_rows_open(tx, closed)
        back: list[Decision] = []
        if outlook.back and batch.kind.opens_rows:
            _let_stand(tx, actor, batch)
            _lock_again(tx, actor, outlook.back)
        elif outlook.back:
            again = [items[id_] for id_ in outlook.back]
            back = [_before(item, stored[item.before.transaction_id], actor) for item in again]
            notes = _give_back_notes(tx, batch, again)
            _restore(tx, actor, batch, accounts, _Restored(back, stored, notes))
        if outlook.back:
            _mark_undone(tx, batch, actor)
            for account in accounts:
                clients.touch_account(tx, account.id)
    suggesting.note_decisions(workspace, batch.client_id, back)
    return Undone(outlook)


def outlooks(tx: Tx, some: Sequence[Batch]) -> dict[str, Outlook]:
    """What taking back each of these batches would do now, by batch id."""
    items = _items(tx, some)
    touched = {item.before.transaction_id for found in items.values() for item in found}
    stored = decisions.stored_decisions(tx, touched)
    return _outlooks(tx, {batch: items[batch.id] for batch in some}, stored)


def _items(tx: Tx, some: Sequence[Batch]) -> dict[str, list[BatchItem]]:
    """The rows of batches, by batch id; none where an export that was taken back stands again."""
    items = batches.batch_items(tx, [batch.id for batch in some])
    taking = [batch.id for batch in some if batch.kind is BatchKind.TAKE_BACK]
    over = set(taking) - taken_back.exports_taken_back(tx, taking).keys()
    return {id_: [] if id_ in over else found for id_, found in items.items()}


def _outlooks(
    tx: Tx, items: Mapping[Batch, Sequence[BatchItem]], stored: Mapping[str, Decision]
) -> dict[str, Outlook]:
    """`outlooks` of batches with these rows, whose decisions are read for all of them at once."""
    rows, unfit = _rows_now(tx, stored), _unfit(tx, items)
    return {batch.id: _outlook(batch, found, rows, unfit) for batch, found in items.items()}


def _unfit(tx: Tx, items: Mapping[Batch, Sequence[BatchItem]]) -> dict[Decision, Why]:
    """What of the decisions before these batches can't come back; an account has one client."""
    former: defaultdict[str, list[Decision]] = defaultdict(list)
    for batch, found in items.items():
        if not batch.kind.opens_rows:
            former[batch.client_id] += [item.before for item in found]
    return {
        decision: why
        for client_id, some in former.items()
        for decision, why in unfit_now(tx, client_id, some).items()
    }


def _outlook(
    batch: Batch,
    items: Sequence[BatchItem],
    rows: Mapping[str, RowNow],
    unfit: Mapping[Decision, Why],
) -> Outlook:
    match batch.kind:
        case BatchKind.UNLOCK:
            return plan_relock(items, rows)
        case BatchKind.TAKE_BACK:
            return plan_standing(items, rows)
    return plan_undo(batch.id, items, rows, unfit)


def _rows_now(tx: Tx, stored: Mapping[str, Decision]) -> dict[str, RowNow]:
    steps = batches.steps_of(tx, stored)
    locked = decisions.locking_exports(tx, stored)
    exported = decisions.counting_exports(tx, stored)
    closed = closings.closed_by(tx, stored)
    return {
        id_: RowNow(
            decision,
            tuple(steps.get(id_, ())),
            locked.get(id_),
            id_ in exported,
            closed.get(id_, ""),
        )
        for id_, decision in stored.items()
    }


def _found(tx: Tx, batch_id: str) -> Batch:
    batch = batches.find_batch(tx, batch_id)
    if batch is None:
        raise NotFound("There is no such change.", "Choose one from the list of changes.")
    access.client_in_scope(tx, batch.client_id)
    return batch


def _lock_accounts(tx: Tx, batch: Batch, transaction_ids: list[str]) -> list[BankAccount]:
    """The bank accounts that a batch touched, locked in id order."""
    ids = [batch.account_id] if batch.account_id else transactions.accounts_of(tx, transaction_ids)
    return [access.account_in_scope(tx, account_id, lock=True) for account_id in sorted(ids)]


def _before(item: BatchItem, now: Decision, actor: Actor) -> Decision:
    """The decision before, as a newer version: whoever looks at the row now sees that it moved."""
    return replace(item.before, version=now.version + 1).by(actor.name, clock.now())


def _give_back_notes(tx: Tx, batch: Batch, again: Sequence[BatchItem]) -> dict[str, str]:
    """Tell again what LedgerSync had changed before the batch; what it told again itself goes.

    What LedgerSync changed since the batch stays as it is. Returns the notes as they were.
    """
    rows = {item.before.transaction_id: item.note for item in again}
    now = transactions.source_notes(tx, rows)
    undone = batches.batch_items(tx, [batch.undoes])[batch.undoes] if batch.undoes else []
    told = {item.before.transaction_id: item.note for item in undone if item.note}
    notes = {id_: note for id_, note in rows.items() if note and id_ not in now}
    notes |= {id_: "" for id_, note in now.items() if not rows[id_] and told.get(id_) == note}
    transactions.write_source_notes(tx, notes)
    return now


def _restore(
    tx: Tx, actor: Actor, batch: Batch, accounts: Sequence[BankAccount], restored: _Restored
) -> None:
    """Write the former decisions with the batch of this undo."""
    back, stored = restored.decisions, restored.stored
    decisions.save_decisions(tx, back, stored)
    _log(tx, actor, "undo", (decision.transaction_id for decision in back))
    kept = [
        BatchItem(d.version, stored[d.transaction_id], restored.notes.get(d.transaction_id, ""))
        for d in back
    ]
    record_batch(tx, actor, accounts, kept, Click(BatchKind.UNDO, _undo_words(batch), batch.id))
    learning.note_coding(tx, batch.client_id)


def _mark_undone(tx: Tx, batch: Batch, actor: Actor) -> None:
    """Mark a batch undone: what it had undone itself stands again, and so on back."""
    undone = True
    one: Batch | None = batch
    while one:
        batches.mark_undone(tx, one.id, *((clock.now(), actor.name) if undone else (None, "")))
        undone, one = not undone, batches.find_batch(tx, one.undoes)


def _undo_words(batch: Batch) -> str:
    """What an undo of this batch is called; the undo of an undo brings the change back."""
    for begins, other in ((_UNDID, _REDID), (_REDID, _UNDID)):
        if batch.kind is BatchKind.UNDO and batch.words.startswith(begins):
            return other + batch.words.removeprefix(begins)
    return _UNDID + batch.words


def _let_stand(tx: Tx, actor: Actor, batch: Batch) -> None:
    """Where the batch took an export back, that one counts again."""
    for export_id in taken_back.exports_taken_back(tx, [batch.id]).values():
        taken_back.let_stand(tx, export_id)
        audit.record(tx, audit.entry(actor, "let stand again", "export", export_id))


def _lock_again(tx: Tx, actor: Actor, ids: Sequence[str]) -> None:
    decisions.set_unlocked(tx, ids, unlocked=False)
    _log(tx, actor, "lock", ids)


def _log(tx: Tx, actor: Actor, action: str, ids: Iterable[str]) -> None:
    audit.record(tx, *(audit.entry(actor, action, "transaction", id_) for id_ in ids))
