"""What loads added and changed, kept so that a load can be taken back."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from ledgersync.domain.changes import LoadedRow
from ledgersync.domain.merging import MergePlan, StoredTransaction
from ledgersync.domain.pairs import DUPLICATE_DAYS
from ledgersync.domain.periods import Period
from ledgersync.storage.bulk import insert_as_given
from ledgersync.storage.columns import in_parts
from ledgersync.storage.duplicates import Duplicate, duplicates
from ledgersync.storage.loads import tells_of_its_account
from ledgersync.storage.matching_tables import SUGGESTIONS
from ledgersync.storage.tables import (
    ACCOUNT_LOADS,
    BANK_ACCOUNTS,
    DECISIONS,
    EXPORTS,
    TRANSACTIONS,
)
from ledgersync.storage.workspace_tables import LOAD_CHANGES, PAIR_ANSWERS

_NEAR = timedelta(days=DUPLICATE_DAYS)
_TEXTS = ("source_key", "description", "payee", "check_number", "memo", "raw", "source_note")


def keep_changes(tx: Connection, run_id: str, plans: Iterable[MergePlan]) -> None:
    """Keep the former values of the stored rows that a run changes; new rows need nothing."""
    before = [
        (run_id, row.id, _as_text(row))
        for plan in plans
        for row in (*(change.stored for change in plan.changed), *plan.removed)
    ]
    if before:
        insert_as_given(tx, LOAD_CHANGES, ("run_id", "transaction_id", "before"), before)


def _as_text(row: StoredTransaction) -> str:
    values = {name: getattr(row, name) for name in _TEXTS}
    more = {"date": row.date.isoformat(), "amount": row.amount, "pending": row.pending}
    return json.dumps(values | more | {"removed": row.removed}, ensure_ascii=False)


def _as_values(text: str, when: datetime) -> dict[str, Any]:
    """The columns of a transaction; one that had vanished before has vanished again."""
    values: dict[str, Any] = json.loads(text)
    key = values["source_key"]
    return {
        **values,
        "source_id": key.removeprefix("id:") if key.startswith("id:") else "",
        "date": date.fromisoformat(values["date"]),
        "removed_at": when if values.pop("removed") else None,
    }


def day_before(text: str) -> date:
    """The day that a row had before a load changed it, of what `keep_changes` kept."""
    return date.fromisoformat(json.loads(text)["date"])


def rows_of_load(tx: Connection, run_id: str, account_id: str) -> list[LoadedRow]:
    """The rows of an account that a run added or changed, with what happened to them since."""
    t, c = TRANSACTIONS.c, LOAD_CHANGES.c
    added = _facts(run_id, account_id, added=True).where(t.load_id == run_id)
    changed = (
        _facts(run_id, account_id, added=False)
        .join(LOAD_CHANGES, (c.transaction_id == t.id) & (c.run_id == run_id))
        .where(t.load_id != run_id)
    )
    found = [row for query in (added, changed) for row in tx.execute(query.order_by(t.id))]
    doubles = _left_out_near(tx, account_id, [row.date for row in found if row.added])
    return [_loaded_row(row, doubles) for row in found]


def _left_out_near(tx: Connection, account_id: str, days: Sequence[date]) -> list[Duplicate]:
    """Rows left out as listed twice, of which one near these days may stand for both."""
    if not days:
        return []
    return duplicates(tx, [account_id], Period(min(days) - _NEAR, max(days) + _NEAR))


def _facts(run_id: str, account_id: str, *, added: bool) -> Select[Any]:
    t, d, e, p = TRANSACTIONS.c, DECISIONS.c, EXPORTS.c, PAIR_ANSWERS.c
    later = LOAD_CHANGES.alias("later")
    answered = exists().where(or_(p.first_id == t.id, p.second_id == t.id))
    reloaded = exists().where(later.c.transaction_id == t.id, later.c.run_id > run_id)
    return (
        select(
            t.id,
            t.date,
            t.amount,
            literal(added).label("added"),
            d.decided_at,
            d.decided_by,
            e.number,
            e.created_at,
            answered.label("answered"),
            reloaded.label("reloaded"),
        )
        .where(t.account_id == account_id)
        .outerjoin(DECISIONS, d.transaction_id == t.id)
        .outerjoin(EXPORTS, e.id == d.export_id)
    )


def _loaded_row(row: Row[Any], doubles: Iterable[Duplicate]) -> LoadedRow:
    stands_for_another = any(
        double.amount == row.amount and abs(double.date - row.date) <= _NEAR for double in doubles
    )
    return LoadedRow(
        transaction_id=row.id,
        added=bool(row.added),
        decided_at=row.decided_at,
        decided_by=row.decided_by or "",
        export=row.number,
        exported_at=row.created_at,
        paired=bool(row.added) and (bool(row.answered) or stands_for_another),
        reloaded=bool(row.reloaded),
    )


def take_away(tx: Connection, transaction_ids: Sequence[str]) -> None:
    """Delete rows that nothing hangs on, with what was suggested for them."""
    for some in in_parts(sorted(transaction_ids)):
        t = TRANSACTIONS.c
        # Locked first: a suggestion that is being written now waits, and then finds no row.
        tx.execute(select(t.id).where(t.id.in_(some)).order_by(t.id).with_for_update())
        tx.execute(delete(SUGGESTIONS).where(SUGGESTIONS.c.transaction_id.in_(some)))
        tx.execute(delete(LOAD_CHANGES).where(LOAD_CHANGES.c.transaction_id.in_(some)))
        tx.execute(delete(TRANSACTIONS).where(t.id.in_(some)))


def give_back(tx: Connection, run_id: str, transaction_ids: Sequence[str], when: datetime) -> None:
    """Give rows the values that they had before a run, and forget that it changed them."""
    c = LOAD_CHANGES.c
    for some in in_parts(transaction_ids):
        of_run = (c.run_id == run_id, c.transaction_id.in_(some))
        found = tx.execute(select(c.transaction_id, c.before).where(*of_run))
        values = [{"id_": row.transaction_id, **_as_values(row.before, when)} for row in found]
        if values:
            tx.execute(update(TRANSACTIONS).where(TRANSACTIONS.c.id == bindparam("id_")), values)
        tx.execute(delete(LOAD_CHANGES).where(*of_run))


def mark_load_undone(
    tx: Connection, run_id: str, account_id: str, when: datetime, who: str
) -> None:
    """Say who took an account's load back; the account was loaded last by the one before it."""
    loads, accounts, t = ACCOUNT_LOADS.c, BANK_ACCOUNTS.c, TRANSACTIONS.c
    tx.execute(
        update(ACCOUNT_LOADS)
        .where(loads.run_id == run_id, loads.account_id == account_id)
        .values(undone_at=when, undone_by=who)
    )
    newest = select(func.max(loads.at)).where(
        loads.account_id == account_id,
        loads.undone_at.is_(None),
        loads.state != "failed",
        tells_of_its_account(),
    )
    last = tx.execute(newest).scalar_one()
    some_row = select(t.id).where(t.account_id == account_id).limit(1)
    # An account with rows must not look like one that was never loaded.
    if last is not None or tx.execute(some_row).one_or_none() is None:
        values = {"last_loaded_at": last}
        tx.execute(update(BANK_ACCOUNTS).where(accounts.id == account_id).values(**values))
