"""Import of statement files: the fallback for a bank that is not on the feed.

Rows from a file stand beside those of the feed and are reviewed, tied and exported like them. What
both hold is asked about as a pair, never dropped; `load_undoing.undo_load` takes an import back.
"""

import hashlib
from dataclasses import dataclass, replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.merging import MergePlan
from ledgersync.domain.statement_files import (
    ColumnChoice,
    FileColumn,
    FileLine,
    LineFate,
    Question,
    Reading,
)
from ledgersync.domain.statements import owes
from ledgersync.domain.transactions import SetAside
from ledgersync.errors import InvalidInput
from ledgersync.imports.statement_files import read_statement_file
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.statement_previews import FilePreview, chosen_account, previewed
from ledgersync.services.typed_texts import said_of_file
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, clients, loads, statement_files, statements, transactions
from ledgersync.storage.engine import Tx
from ledgersync.storage.loads import AccountLoad
from ledgersync.storage.statement_files import StoredFile

__all__ = [
    "ColumnChoice",
    "FileColumn",
    "FileLine",
    "FilePreview",
    "LineFate",
    "Question",
    "Reading",
]

FORMATS = "OFX, QFX, QBO, QIF, CSV and Excel"


@dataclass(frozen=True, slots=True)
class Imported:
    """How a confirmation ended: applied as previewed, or not at all with a fresh preview.

    `run_id` is by what `load_undoing.undo_load` knows it, "" where nothing was written.
    """

    applied: bool
    preview: FilePreview
    run_id: str = ""


def preview_file(
    actor: Actor,
    workspace: Workspace,
    account_id: str,
    file_name: str,
    data: bytes,
    reading: Reading | None = None,
) -> FilePreview:
    """Say what taking in a file would do to a bank account.

    Args:
        actor: who asks.
        workspace: where.
        account_id: the bank account that the file is of.
        file_name: only said and recorded, never used as a path.
        data: the file.
        reading: what a person said of the file's dates, signs and accounts; of several accounts
            the one is meant whose last digits are the bank account's, unless it says otherwise.

    Raises:
        ImportRejected: when the file as a whole can't be read; one sentence says why.
        NotFound: when there is no such account in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.LOAD) as tx:
        account = access.account_in_scope(tx, account_id)
    said = replace(reading or Reading(), owes=owes(account.type))
    file = read_statement_file(data, said)
    blank = FilePreview(
        account=account,
        file_name=said_of_file(file_name),
        sha256=hashlib.sha256(data).hexdigest(),
        file=file,
        chosen=chosen_account(file, account, said.account),
    )
    with access.reading(workspace, actor, Permission.LOAD) as tx:
        return previewed(tx, blank, actor)


def confirm_file(actor: Actor, workspace: Workspace, preview: FilePreview) -> Imported:
    """Take in exactly what was previewed, all of it in one transaction.

    Rejected lines stay out and are kept with their reasons. If the account changed since the
    preview so that a line would do something else, nothing is done.

    Raises:
        InvalidInput: when something stands in the way, or nothing would change.
        NotFound: when the account is not in the actor's scope any more.
    """
    with access.writing(workspace, actor, Permission.LOAD) as tx:
        account = access.account_in_scope(tx, preview.account.id, lock=True)
        now = previewed(tx, replace(preview, account=account), actor)
        if _outcome(now) != _outcome(preview):
            return Imported(applied=False, preview=now)
        _require_possible(now)
        return Imported(applied=True, preview=now, run_id=_take_in(tx, actor, now))


def _outcome(preview: FilePreview) -> object:
    """What makes one preview the same as another."""
    return [(line.line, line.fate, line.key) for line in preview.lines], preview.statement


def _require_possible(preview: FilePreview) -> None:
    if preview.chosen is None:
        raise InvalidInput(
            "It is not said yet which account of the file is meant, or how it is to be read.",
            "Answer what is asked, then confirm.",
        )
    if preview.blocked:
        raise InvalidInput(preview.blocked)
    if not preview.changes:
        raise InvalidInput("Everything in this file is there already.", "There is nothing to do.")


def _take_in(tx: Tx, actor: Actor, preview: FilePreview) -> str:
    """Write what was previewed and record it; returns the run's id."""
    account, when = preview.account, clock.now()
    run_id = loads.begin_run(tx, actor.user_id, 1)
    new = tuple((line.key, line.given) for line in preview.new if line.given)
    plan = MergePlan(new, (), (), preview.count(LineFate.KNOWN))
    transactions.apply_merges(tx, [(account.id, plan)], when, run_id)
    if account.by_hand:
        clients.note_loads(tx, [(account.id, True)], when)
    else:
        clients.touch_account(tx, account.id)  # what LedgerSync loaded last is as old as before
    loads.record_loads(tx, [_load(preview, run_id)])
    loads.keep_set_aside(tx, run_id, [(account.id, _set_aside(preview))])
    loads.end_run(tx, run_id, "done", "")
    statement_id = statements.add_typed(tx, preview.statement) if preview.statement else ""
    file = StoredFile(
        run_id, account.id, preview.file_name, preview.sha256, preview.file.format, statement_id
    )
    statement_files.add_file(tx, file)
    audit.record(tx, _logged(actor, preview, file))
    return run_id


def _load(preview: FilePreview, run_id: str) -> AccountLoad:
    days = preview.days
    if days is None:
        raise AssertionError("a file without days is not taken in")
    return AccountLoad(
        run_id=run_id,
        account_id=preview.account.id,
        at=clock.now(),
        start=days.start,
        end=days.end,
        state="done",
        new=len(preview.new),
        unchanged=preview.count(LineFate.KNOWN),
        set_aside=preview.count(LineFate.REJECTED),
    )


def _set_aside(preview: FilePreview) -> list[SetAside]:
    rejected = [line for line in preview.lines if line.fate is LineFate.REJECTED]
    return [SetAside(f"Line {line.line}: {line.words}", line.text) for line in rejected]


def _logged(actor: Actor, preview: FilePreview, file: StoredFile) -> dict[str, object]:
    statement = preview.statement
    return audit.entry(
        actor,
        "import",
        "statement file",
        file.run_id,
        account=file.account_id,
        file=file.file_name,
        sha256=file.sha256,
        format=file.format,
        new=len(preview.new),
        already_there=preview.count(LineFate.KNOWN),
        rejected=preview.count(LineFate.REJECTED),
        closing=[statement.end, statement.closing] if statement else None,
    )
