"""How long an export of 100,000 reviewed transactions takes, from the click to the kept batch.

Run by name, once per layout so that the memory is its own:

    python -m tests.benchmarks.bench_export_batch acs-xlsx
"""

import argparse
import resource
import tempfile
import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import insert

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.domain.decisions import Standing
from ledgersync.domain.periods import Period
from ledgersync.services.exporting import ExportRequest, FindingKind, export, layouts
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.storage.engine import Database
from ledgersync.storage.tables import (
    BANK_ACCOUNTS,
    CLIENTS,
    DECISIONS,
    GL_ACCOUNTS,
    TRANSACTIONS,
    VENDORS,
)

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


def main() -> None:
    options = _options()
    rows, seconds = measure(options.layout, options.rows)
    print(f"{options.layout}: {rows:,} rows in {seconds:.1f} s, peak memory {_megabytes():.0f} MB")


def measure(layout: str, rows: int) -> tuple[int, float]:
    """Export that many rows; how many there were in the file, and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder, closing(_open(Path(folder))) as workspace:
        actor = local_actor(workspace)
        _fill(workspace.database, rows)
        began = time.perf_counter()
        request = ExportRequest("account", YEAR, layout, confirmed=frozenset(FindingKind))
        batch = export(actor, workspace, request)
        return batch.rows, time.perf_counter() - began


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("layout", choices=[layout.name for layout in layouts()])
    parser.add_argument("--rows", type=int, default=100_000)
    return parser.parse_args()


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _open(folder: Path) -> Workspace:
    settings = Settings(data_dir=folder / "data", config_dir=folder / "config")
    return open_workspace(settings, feed_address="http://127.0.0.1:9/")


def _fill(database: Database, rows: int) -> None:
    """One account with reviewed rows, in pieces so that filling does not set the peak."""
    client = {"id": "client", "source_id": "C1", "name": "Harbor Bakery"}
    account = {
        "id": "account",
        "client_id": "client",
        "source_id": "A1",
        "name": "Checking",
        "acs_description": "Operating",
        "gl_code": "6010",
    }
    with database.writing() as tx:
        tx.execute(insert(CLIENTS), [client])
        tx.execute(insert(BANK_ACCOUNTS), [account])
        tx.execute(insert(VENDORS), [{"id": "v", "code": "V1", "name": "Mill & Co"}])
        tx.execute(insert(GL_ACCOUNTS), [{"id": "g", "code": "6010", "name": "Flour"}])
        for first in range(0, rows, 10_000):
            numbers = range(first, min(first + 10_000, rows))
            tx.execute(insert(TRANSACTIONS), [_transaction(n) for n in numbers])
            tx.execute(insert(DECISIONS), [_decision(n) for n in numbers])


def _transaction(number: int) -> dict[str, object]:
    return {
        "id": f"{number:032x}",
        "account_id": "account",
        "source_key": f"id:{number}",
        "source_id": str(number),
        "date": YEAR.start + timedelta(days=number % 365),
        "description": f"CARD PURCHASE {number % 977} PORTLAND ME",
        "amount": -(number % 50_000) - 1,
        "raw": "{}",
    }


def _decision(number: int) -> dict[str, object]:
    return {
        "transaction_id": f"{number:032x}",
        "vendor_id": "v",
        "gl_code": "6010",
        "standing": Standing.REVIEWED.value,
        "version": 1,
        "decided_by": "Robin",
        "decided_at": clock.now(),
    }


if __name__ == "__main__":
    main()
