"""How long Review, Overview and a save take in a firm with a million transactions.

Run by name: python -m tests.benchmarks.bench_review_query
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, insert

from ledgersync import clock
from ledgersync.bankfeed.client import Feed
from ledgersync.bankfeed.profiles import load_profile
from ledgersync.config import Settings
from ledgersync.domain.actors import Actor
from ledgersync.domain.decisions import Edit
from ledgersync.domain.periods import Period
from ledgersync.services import overview, reviewing
from ledgersync.services.workspace import Workspace, local_actor, open_keys
from ledgersync.storage import sheets
from ledgersync.storage.engine import Database
from ledgersync.storage.tables import (
    ACCOUNT_LOADS,
    BANK_ACCOUNTS,
    CLIENTS,
    GL_ACCOUNTS,
    SYNC_RUNS,
    TRANSACTIONS,
    VENDORS,
)
from ledgersync.storage.upgrading import upgrade

ROWS, CLIENT_COUNT, ACCOUNTS_EACH, MONTHS = 1_000_000, 150, 3, 22
TODAY = date(2026, 10, 31)
OCTOBER = Period(date(2026, 10, 1), TODAY)
EDITS = 1_000
SHEET_TARGET_MS = 50
_AT_ONCE = 50_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = _open(Path(folder))
        actor = local_actor(workspace)
        began = time.perf_counter()
        _fill(workspace.database, actor)
        print(f"made {ROWS:,} transactions in {time.perf_counter() - began:.0f} s")
        _measure(workspace, actor)
        workspace.close()


def _open(folder: Path) -> Workspace:
    settings = Settings(data_dir=folder / "data", config_dir=folder / "config")
    database = Database(f"sqlite:///{folder / 'data' / 'ledgersync.db'}")
    upgrade(database)
    feed = Feed(load_profile(None, "http://127.0.0.1:9/"))
    return Workspace(settings, database, open_keys(settings), feed)


def _fill(database: Database, actor: Actor) -> None:
    """A firm with history: every row coded but those of the last month, one load a month."""
    with database.writing() as tx:
        tx.execute(insert(CLIENTS), [_client(number) for number in range(CLIENT_COUNT)])
        tx.execute(insert(VENDORS), [_vendor(number) for number in range(CLIENT_COUNT)])
        tx.execute(insert(GL_ACCOUNTS), [_gl(c, n) for c in range(CLIENT_COUNT) for n in range(80)])
        tx.execute(insert(BANK_ACCOUNTS), [_account(n) for n in range(_accounts())])
        rows: list[dict[str, object]] = []
        for row in _transactions():
            rows.append(row)
            if len(rows) == _AT_ONCE:
                tx.execute(insert(TRANSACTIONS), rows)
                rows.clear()
        if rows:
            tx.execute(insert(TRANSACTIONS), rows)
        _decide_history(tx)
        _load_history(tx, actor)


def _accounts() -> int:
    return CLIENT_COUNT * ACCOUNTS_EACH


def _client(number: int) -> dict[str, object]:
    return {"id": f"c{number:04}", "source_id": f"C{number}", "name": f"Client {number:04}"}


def _vendor(number: int) -> dict[str, object]:
    return {"id": f"v{number:04}", "client_id": f"c{number:04}", "code": "V1", "name": "Vendor"}


def _gl(client: int, number: int) -> dict[str, object]:
    code = f"{6000 + number}"
    return {"id": f"g{client:04}{code}", "client_id": f"c{client:04}", "code": code, "name": "GL"}


def _account(number: int) -> dict[str, object]:
    client = f"c{number // ACCOUNTS_EACH:04}"
    return {
        "id": f"a{number:04}",
        "client_id": client,
        "source_id": f"A{number}",
        "name": "Checking",
        "feed_word": "active",
        "last_loaded_at": clock.now(),
    }


def _transactions() -> Iterator[dict[str, object]]:
    """Rows in the order of their days, as months of loading leave them in the file."""
    days = [TODAY - timedelta(days=back) for back in range(MONTHS * 30, -1, -1)]
    for number in range(ROWS):
        day = days[number * len(days) // ROWS]
        yield {
            "id": f"{number:032x}",
            "account_id": f"a{number * 7919 % _accounts():04}",
            "source_key": f"id:{number}",
            "source_id": f"{number}",
            "date": day,
            "description": f"CARD PURCHASE {number % 977} PORTLAND ME",
            "amount": -(number % 50_000) - 1,
            "raw": '{"id":"' + "x" * 180 + '"}',
        }


def _decide_history(tx: Connection) -> None:
    """Code every row of the months before, and half of this one."""
    tx.exec_driver_sql(
        "INSERT INTO decisions (transaction_id, vendor_id, gl_code, standing, version, decided_by, "
        "decided_at, unlocked) SELECT t.id, v.id, '6010', 'reviewed', 1, 'Robin', "
        "'2026-10-01 12:00:00.000000', 0 FROM transactions t "
        "JOIN bank_accounts a ON a.id = t.account_id JOIN vendors v ON v.client_id = a.client_id "
        "WHERE t.amount % 2 = 0 OR t.date < '2026-10-01'"
    )


def _load_history(tx: Connection, actor: Actor) -> None:
    for month in range(MONTHS):
        run = f"run{month:02}"
        when = clock.now() - timedelta(days=30 * (MONTHS - month))
        tx.execute(
            insert(SYNC_RUNS),
            [{"id": run, "user_id": actor.user_id, "started_at": when, "state": "done"}],
        )
        load = {"run_id": run, "at": when, "start": when.date(), "end": when.date()}
        tx.execute(
            insert(ACCOUNT_LOADS),
            [{**load, "account_id": f"a{n:04}", "state": "done"} for n in range(_accounts())],
        )


def _measure(workspace: Workspace, actor: Actor) -> None:
    account, client = "a0100", "c0033"

    def rows() -> int:
        with workspace.database.reading() as tx:
            return len(sheets.review_rows(tx, account, OCTOBER, {}))

    def sheet() -> int:
        return len(reviewing.review_sheet(actor, workspace, account, OCTOBER).rows)

    def year() -> int:
        whole = Period(date(2025, 11, 1), TODAY)
        return len(reviewing.review_sheet(actor, workspace, account, whole).rows)

    def firm() -> int:
        return overview.firm_standing(actor, workspace, OCTOBER).total("transactions")

    print(f"account {account} of client {client}, October 2026")
    _report("review_rows, one month", rows, target=SHEET_TARGET_MS)
    _report("review_sheet, one month", sheet, target=SHEET_TARGET_MS)
    _report("review_sheet, twelve months", year)
    _report(f"firm_standing, {_accounts()} accounts", firm)
    _report(f"save_edits, {EDITS:,} rows", _saves(workspace, actor, account), times=3)


def _saves(workspace: Workspace, actor: Actor, account: str) -> Callable[[], int]:
    codes = iter(["6001", "6002", "6003", "6004"])
    whole = Period(date(2025, 1, 1), TODAY)

    def save() -> int:
        code = next(codes)
        sheet = reviewing.review_sheet(actor, workspace, account, whole)
        edits = [Edit(r.id, r.version, gl_code=code) for r in sheet.rows[:EDITS]]
        began = time.perf_counter()
        saved = reviewing.save_edits(actor, workspace, account, edits).saved
        print(f"    saving alone: {(time.perf_counter() - began) * 1000:.0f} ms")
        return saved

    return save


def _report(what: str, do: Callable[[], int], *, target: int = 0, times: int = 7) -> None:
    taken, count = [], 0
    for _ in range(times):
        began = time.perf_counter()
        count = do()
        taken.append((time.perf_counter() - began) * 1000)
    verdict = f", target {target} ms" if target else ""
    print(
        f"{what}: {count:,} rows, first {taken[0]:.1f} ms, "
        f"median {statistics.median(taken):.1f} ms{verdict}"
    )


if __name__ == "__main__":
    main()
