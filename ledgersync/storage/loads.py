"""Sync runs, what each did to each account, and the rows that it had to set aside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from ledgersync import clock
from ledgersync.domain.clients import BY_HAND
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import SetAside
from ledgersync.storage.columns import among, new_id
from ledgersync.storage.scopes import accounts_seen
from ledgersync.storage.statement_files import file_runs
from ledgersync.storage.tables import ACCOUNT_LOADS, BANK_ACCOUNTS, SET_ASIDE_ROWS, SYNC_RUNS, USERS

# Far beyond the five minutes that a session with LedgerSync may take.
_LONGEST_RUN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AccountLoad:
    """What one run did to one account; `state` is done, incomplete or failed."""

    run_id: str
    account_id: str
    at: datetime
    start: date
    end: date
    state: str
    new: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    set_aside: int = 0
    sentence: str = ""
    undone_at: datetime | None = None
    undone_by: str = ""


def begin_run(tx: Connection, user_id: str, accounts_wanted: int) -> str:
    """Record that a load begins; one that no process can still be working on is closed first."""
    now = clock.now()
    runs = SYNC_RUNS.c
    tx.execute(
        update(SYNC_RUNS)
        .where(runs.state == "running", runs.started_at < now - _LONGEST_RUN)
        .values(state="interrupted", finished_at=now)
    )
    run_id = new_id()
    tx.execute(
        insert(SYNC_RUNS),
        [
            {
                "id": run_id,
                "user_id": user_id,
                "started_at": now,
                "state": "running",
                "accounts_wanted": accounts_wanted,
            }
        ],
    )
    return run_id


def end_run(tx: Connection, run_id: str, state: str, sentence: str) -> None:
    values = {"finished_at": clock.now(), "state": state, "sentence": sentence}
    tx.execute(update(SYNC_RUNS).where(SYNC_RUNS.c.id == run_id).values(**values))


def record_loads(tx: Connection, loads: Iterable[AccountLoad]) -> None:
    """Keep what a run did to accounts."""
    names = AccountLoad.__dataclass_fields__
    rows = [{name: getattr(load, name) for name in names} for load in loads]
    if rows:
        tx.execute(insert(ACCOUNT_LOADS), rows)


def keep_set_aside(
    tx: Connection, run_id: str, found: Iterable[tuple[str, Iterable[SetAside]]]
) -> None:
    """Keep each row that a run set aside, by account id, with its reason."""
    rows = [
        {
            "id": new_id(),
            "run_id": run_id,
            "account_id": account_id,
            "reason": row.reason,
            "raw": row.raw,
        }
        for account_id, aside in found
        for row in aside
    ]
    if rows:
        tx.execute(insert(SET_ASIDE_ROWS), rows)


def set_aside_rows(tx: Connection, run_id: str) -> list[SetAside]:
    query = select(SET_ASIDE_ROWS).where(SET_ASIDE_ROWS.c.run_id == run_id)
    query = query.where(*accounts_seen(tx, SET_ASIDE_ROWS.c.account_id))
    rows = tx.execute(query.order_by(SET_ASIDE_ROWS.c.id))
    return [SetAside(row.reason, row.raw) for row in rows]


def latest_loads(tx: Connection) -> dict[str, AccountLoad]:
    """The newest load of every account that has one which still stands, by account id."""
    newest = (
        select(ACCOUNT_LOADS.c.account_id, func.max(ACCOUNT_LOADS.c.at).label("at"))
        .where(ACCOUNT_LOADS.c.undone_at.is_(None), tells_of_its_account())
        .where(*accounts_seen(tx, ACCOUNT_LOADS.c.account_id))
        .group_by(ACCOUNT_LOADS.c.account_id)
        .subquery()
    )
    query = select(ACCOUNT_LOADS).join(
        newest,
        (ACCOUNT_LOADS.c.account_id == newest.c.account_id) & (ACCOUNT_LOADS.c.at == newest.c.at),
    )
    return {row.account_id: AccountLoad(*row) for row in tx.execute(query)}


def tells_of_its_account() -> ColumnElement[bool]:
    """Loads that count as an account's: where it is on the feed, an imported file is none."""
    by_hand = select(BANK_ACCOUNTS.c.id).where(BANK_ACCOUNTS.c.source_id.startswith(BY_HAND))
    return ACCOUNT_LOADS.c.run_id.not_in(file_runs()) | ACCOUNT_LOADS.c.account_id.in_(by_hand)


def loads_of(tx: Connection, account_id: str, most: int) -> list[tuple[AccountLoad, str]]:
    """An account's newest loads that brought an answer, each with the name of who loaded."""
    rows = tx.execute(_answered_loads(account_id).limit(most))
    return [(AccountLoad(*row[:-1]), row.name) for row in rows]


def count_loads(tx: Connection, account_id: str) -> int:
    """How many loads of an account brought an answer."""
    query = _answered_loads(account_id).order_by(None).subquery()
    return tx.execute(select(func.count()).select_from(query)).scalar_one()


def _answered_loads(account_id: str) -> Select[Any]:
    loads = ACCOUNT_LOADS.c
    return (
        select(ACCOUNT_LOADS, USERS.c.name)
        .join(SYNC_RUNS, SYNC_RUNS.c.id == loads.run_id)
        .join(USERS, USERS.c.id == SYNC_RUNS.c.user_id)
        .where(loads.account_id == account_id, loads.state != "failed")
        .order_by(loads.at.desc(), loads.run_id.desc())
    )


def complete_loads(tx: Connection, period: Period, account_id: str = "") -> dict[str, list[Period]]:
    """The days of complete loads that touch a period, by account id; "" means all accounts.

    A load knows nothing of the days after it was made, whatever it asked for.
    """
    query = select(ACCOUNT_LOADS).where(
        ACCOUNT_LOADS.c.state == "done",
        ACCOUNT_LOADS.c.undone_at.is_(None),
        ACCOUNT_LOADS.c.start <= period.end,
        ACCOUNT_LOADS.c.end >= period.start,
    )
    if account_id:
        query = query.where(ACCOUNT_LOADS.c.account_id == account_id)
    found: dict[str, list[Period]] = {}
    for row in tx.execute(query):
        end = min(row.end, row.at.astimezone().date())
        if end >= row.start:
            found.setdefault(row.account_id, []).append(Period(row.start, end))
    return found


def loaded_spans(tx: Connection, account_ids: Sequence[str]) -> dict[str, Period]:
    """From the first to the last day that LedgerSync was ever asked for completely, by account id.

    Days that only a statement file brought are none of them: to read those again would bring rows
    that nobody asked for.
    """
    loads = ACCOUNT_LOADS.c
    query = (
        select(loads.account_id, func.min(loads.start), func.max(loads.end))
        .where(among(loads.account_id, account_ids), loads.state == "done")
        .where(loads.undone_at.is_(None), loads.run_id.not_in(file_runs()))
        .group_by(loads.account_id)
    )
    return {account_id: Period(start, end) for account_id, start, end in tx.execute(query)}
