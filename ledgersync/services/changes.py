"""The changes of a bank account's rows: who did what and when, and what can still be undone."""

from collections.abc import Collection
from datetime import datetime

from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import Batch
from ledgersync.domain.changes import Block, Blocked, Change
from ledgersync.domain.undoing import Outlook
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.load_undoing import LoadOutlook, load_outlooks
from ledgersync.services.undoing import may_undo, outlooks
from ledgersync.services.workspace import Workspace
from ledgersync.storage import batches, loads
from ledgersync.storage.loads import AccountLoad

MOST = 50


def list_changes(
    actor: Actor, workspace: Workspace, account_id: str, skip: int = 0, most: int = MOST
) -> list[Change]:
    """An account's clicks and loads, the newest first, with what the actor's undoing each would do.

    `skip` is how many newer ones to leave out, so that the list can be read to its beginning.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        upto = skip + most
        clicks = batches.list_batches(tx, account.id, upto)
        loaded = [load for load, _ in loads.loads_of(tx, account.id, upto)]
        known: list[Batch | AccountLoad] = [*clicks, *loaded]
        page = sorted(known, key=_place, reverse=True)[skip:upto]
        clicked = [one for one in page if isinstance(one, Batch)]
        would = outlooks(tx, clicked)
        barred = {one.id for one in clicked if would[one.id].back and not may_undo(tx, actor, one)}
        newer = [load for load in loaded if page and _place(load) >= _place(page[-1])]
        of_loads = {one.load: one for one in load_outlooks(tx, account.id, len(newer))}
    return [
        _click(one, would[one.id], barred) if isinstance(one, Batch) else _load(of_loads[one])
        for one in page
    ]


def count_changes(actor: Actor, workspace: Workspace, account_id: str) -> int:
    """How many clicks and loads `list_changes` can tell of."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        return batches.count_batches(tx, account.id) + loads.count_loads(tx, account.id)


def _place(one: Batch | AccountLoad) -> tuple[datetime, str]:
    return (one.at, one.id if isinstance(one, Batch) else one.run_id)


def _click(batch: Batch, outlook: Outlook, barred: Collection[str]) -> Change:
    return Change(
        id=batch.id,
        what=batch.words,
        who=batch.user_name,
        at=batch.at,
        rows=batch.rows,
        outlook=outlook,
        block=Block(Blocked.FOR_ADMINISTRATORS) if batch.id in barred else None,
        undone_at=batch.undone_at,
        undone_by=batch.undone_by,
    )


def _load(one: LoadOutlook) -> Change:
    load = one.load
    return Change(
        id=load.run_id,
        what=_words(one),
        who=one.who,
        at=load.at,
        rows=load.new + load.updated + load.removed,
        outlook=one.outlook,
        load=True,
        file_name=one.file.file_name if one.file else "",
        block=one.block,
        undone_at=load.undone_at,
        undone_by=load.undone_by,
    )


def _words(one: LoadOutlook) -> str:
    load = one.load
    if one.file:
        return f"Imported {one.file.file_name}: {load.new:,} new"
    return f"Loaded {load.new:,} new, {load.updated:,} updated, {load.removed:,} removed"
