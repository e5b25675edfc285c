"""Taking back a load: the rows that it added go, those that it changed are as before it.

The import of a statement file is a load, too; with its rows goes the statement that it brought.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.changes import Block, Blocked, LoadedRow, plan_load_undo
from ledgersync.domain.periods import Period
from ledgersync.domain.statements import Statement
from ledgersync.domain.undoing import Outlook
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.statements import statement_entry
from ledgersync.services.workspace import Workspace
from ledgersync.storage import (
    audit,
    clients,
    closings,
    load_changes,
    loads,
    statement_files,
    statements,
)
from ledgersync.storage.engine import Tx
from ledgersync.storage.loads import AccountLoad
from ledgersync.storage.statement_files import StoredFile

_LOOKED_AT = 1000
_NEXT = {
    Blocked.NEWER_LOAD: "Undo the newer load of these days first.",
    Blocked.CLOSED: "Reopen the period first.",
    Blocked.NOT_RECORDED: "Exclude rows that should not count.",
}


@dataclass(frozen=True, slots=True)
class LoadUndone:
    """What became of it: rows taken away, rows with their former values, and who stayed why."""

    taken_away: int
    given_back: int
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class LoadOutlook:
    """What taking a load back would do now; `block` is what stands in its way as a whole.

    `file` is the statement file that was taken in, None where LedgerSync was asked.
    """

    load: AccountLoad
    who: str
    outlook: Outlook
    block: Block | None
    file: StoredFile | None = None


def undo_load(actor: Actor, workspace: Workspace, run_id: str, account_id: str) -> LoadUndone:
    """Take back what a load did to one bank account.

    Rows that it added and on which nobody has worked are deleted, changed and vanished ones are as
    before it. The days no longer count as loaded; loading them again brings everything back.

    Raises:
        NotFound: when the account is not in the actor's scope, or had no such load.
        InvalidInput: when it was undone already, or something newer is in its way.
    """
    with access.writing(workspace, actor, Permission.LOAD) as tx:
        account = access.account_in_scope(tx, account_id, lock=True)
        found = _found(load_outlooks(tx, account.id, _LOOKED_AT), run_id)
        _require_possible(found)
        rows = {
            row.transaction_id: row for row in load_changes.rows_of_load(tx, run_id, account.id)
        }
        undone = _take_back(tx, run_id, rows, found.outlook)
        load_changes.mark_load_undone(tx, run_id, account.id, clock.now(), actor.name)
        if statement := _its_statement(tx, found.file):
            statements.delete_statement(tx, statement.id)
            audit.record(tx, statement_entry(statement, actor, "delete"))
        clients.touch_account(tx, account.id)
        audit.record(tx, _logged(actor, found.load, undone))
    suggesting.note_rows(workspace, undone.outlook.back)
    return undone


def load_outlooks(tx: Tx, account_id: str, most: int) -> list[LoadOutlook]:
    """An account's newest loads, the newest first, with what undoing each would do now."""
    found: list[LoadOutlook] = []
    files = statement_files.files_of(tx, account_id)
    for load, who in loads.loads_of(tx, account_id, most):
        file = files.get(load.run_id)
        newer = [
            one.load
            for one in found
            if not one.load.undone_at and (one.file is None) == (file is None)
        ]
        rows = [] if load.undone_at else load_changes.rows_of_load(tx, load.run_id, account_id)
        block = None if load.undone_at else _block(tx, load, file, newer, rows)
        found.append(LoadOutlook(load, who, plan_load_undo(rows, load.at), block, file))
    return found


def _its_statement(tx: Tx, file: StoredFile | None) -> Statement | None:
    """The statement that came with a file, unless somebody has corrected it since."""
    if file is None or not file.statement_id:
        return None
    stored = statements.find_statement(tx, file.statement_id)
    return stored if stored is not None and stored.version == 1 else None


def _block(
    tx: Tx,
    load: AccountLoad,
    file: StoredFile | None,
    newer: list[AccountLoad],
    rows: list[LoadedRow],
) -> Block | None:
    """What stands in the way: a newer load counts on these days, or the period is closed.

    Loads and imported files know nothing of each other's rows, so `newer` is of the same kind. A
    file's balance may be of a later day than its rows.
    """
    for one in reversed(newer):
        if one.start <= load.end and one.end >= load.start:
            return Block(Blocked.NEWER_LOAD, one.at)
    statement = _its_statement(tx, file)
    days = Period(load.start, max(load.end, statement.end) if statement else load.end)
    if shut := closings.list_closings(tx, [load.account_id], days).get(load.account_id):
        return Block(Blocked.CLOSED, who=shut[-1].closed_by)
    added = sum(row.added for row in rows)
    if added < load.new or len(rows) - added < load.updated + load.removed:
        return Block(Blocked.NOT_RECORDED)
    return None


def _found(known: list[LoadOutlook], run_id: str) -> LoadOutlook:
    found = next((one for one in known if one.load.run_id == run_id), None)
    if found is None:
        raise NotFound("There is no such load of this account.", "Choose one from the list.")
    return found


def _require_possible(found: LoadOutlook) -> None:
    if found.load.undone_at:
        raise InvalidInput(f"{found.load.undone_by} has undone this already.", "Reload the page.")
    if found.block:
        raise InvalidInput("This load can't be undone as it stands.", _NEXT[found.block.why])
    if found.outlook.stay and not found.outlook.back:
        raise InvalidInput(
            "People have worked on every row of this load, so nothing was taken back.",
            "Look at the list of changes.",
        )


def _take_back(tx: Tx, run_id: str, rows: Mapping[str, LoadedRow], outlook: Outlook) -> LoadUndone:
    added = [id_ for id_ in outlook.back if rows[id_].added]
    changed = [id_ for id_ in outlook.back if not rows[id_].added]
    load_changes.take_away(tx, added)
    load_changes.give_back(tx, run_id, changed, clock.now())
    return LoadUndone(len(added), len(changed), outlook)


def _logged(actor: Actor, load: AccountLoad, undone: LoadUndone) -> dict[str, object]:
    return audit.entry(
        actor,
        "undo",
        "load",
        load.run_id,
        account=load.account_id,
        taken_away=undone.taken_away,
        given_back=undone.given_back,
        stayed=len(undone.outlook.stay),
    )
