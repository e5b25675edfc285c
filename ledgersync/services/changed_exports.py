"""What changed after it was exported: Accounting CS has the row as it was before."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ledgersync.domain.actors import Actor
from ledgersync.domain.exported_rows import Change, differences, now_of, read_left
from ledgersync.domain.transactions import Transaction
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import exports, sheets
from ledgersync.storage.engine import Tx
from ledgersync.storage.exports import Suspect


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that differs from what its newest export said; `amount` in cents, as it is now.

    `changes` is empty for exports made before what left was recorded: then only that the row was
    saved since is known.
    """

    export_id: str
    transaction_id: str
    date: date
    description: str
    amount: int
    changes: tuple[Change, ...]
    changed_by: str
    changed_at: datetime | None


def changed_since_export(actor: Actor, workspace: Workspace) -> dict[str, list[ChangedRow]]:
    """The rows that changed since they left, by the id of the export they left with."""
    with access.reading(workspace, actor, Permission.EXPORT) as tx:
        return changed_rows(tx)


def changed_rows(tx: Tx) -> dict[str, list[ChangedRow]]:
    """Like `changed_since_export`, inside of a transaction of somebody who may."""
    by_account: dict[str, list[Suspect]] = defaultdict(list)
    for suspect in exports.suspects(tx):
        by_account[suspect.account_id].append(suspect)
    found: dict[str, list[ChangedRow]] = defaultdict(list)
    for account_id, some in by_account.items():
        for row in _of_account(tx, account_id, some):
            found[row.export_id].append(row)
    return dict(found)


def _of_account(tx: Tx, account_id: str, suspects: Sequence[Suspect]) -> Iterator[ChangedRow]:
    ids = [suspect.transaction_id for suspect in suspects]
    rows = {row.id: row for row in sheets.rows_by_id(tx, account_id, ids, {})}
    for suspect in suspects:
        row = rows[suspect.transaction_id]
        before = read_left(suspect.left)
        changes = differences(before, now_of(row)) if before else ()
        if changes or before is None:
            yield _changed(suspect, row, changes)


def _changed(suspect: Suspect, row: Transaction, changes: tuple[Change, ...]) -> ChangedRow:
    return ChangedRow(
        export_id=suspect.export_id,
        transaction_id=row.id,
        date=row.date,
        description=row.description,
        amount=row.amount,
        changes=changes,
        changed_by=row.decided_by,
        changed_at=row.decided_at,
    )
