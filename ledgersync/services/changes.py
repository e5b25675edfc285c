"""The changes of a bank account's rows: who did what and when, and what can still be undone."""

from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import Batch
from ledgersync.domain.changes import Change
from ledgersync.domain.undoing import Outlook
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.load_undoing import LoadOutlook, load_outlooks
from ledgersync.services.undoing import outlooks
from ledgersync.services.workspace import Workspace
from ledgersync.storage import batches
from ledgersync.storage.loads import AccountLoad

MOST = 50


def list_changes(actor: Actor, workspace: Workspace, account_id: str) -> list[Change]:
    """An account's newest clicks and loads, the newest first, with what undoing each would do."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        clicks = batches.list_batches(tx, account.id, MOST)
        would = outlooks(tx, clicks)
        loaded = load_outlooks(tx, account.id, MOST)
    found = [_click(batch, would[batch.id]) for batch in clicks]
    found += [_load(one) for one in loaded]
    return sorted(found, key=lambda change: (change.at, change.id), reverse=True)[:MOST]


def _click(batch: Batch, outlook: Outlook) -> Change:
    return Change(
        id=batch.id,
        what=batch.words,
        who=batch.user_name,
        at=batch.at,
        rows=batch.rows,
        outlook=outlook,
        undone_at=batch.undone_at,
        undone_by=batch.undone_by,
    )


def _load(one: LoadOutlook) -> Change:
    load = one.load
    return Change(
        id=load.run_id,
        what=_words(load),
        who=one.who,
        at=load.at,
        rows=load.new + load.updated + load.removed,
        outlook=one.outlook,
        load=True,
        block=one.block,
        undone_at=load.undone_at,
        undone_by=load.undone_by,
    )


def _words(load: AccountLoad) -> str:
    return f"Loaded {load.new:,} new, {load.updated:,} updated, {load.removed:,} removed"
