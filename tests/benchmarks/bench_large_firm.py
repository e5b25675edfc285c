"""A firm of 100,000 transactions: its first full sync, and all of them exported at once.

    python -m tests.benchmarks.bench_large_firm [--clients 100 --accounts 4 --transactions 250]

Each part runs in a process of its own, so that the memory is its own; LedgerSync's stand-in runs in
another, 20 ms away. Exit 1 when a part misses its goal.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.demo.records import Scale
from ledgersync.domain.periods import Period
from tests.benchmarks import bench_export_batch, bench_sync

GOALS = {"acs-csv-11": 10.0, "acs-xlsx": 30.0, "sync": 60.0}  # seconds
MOST_MEGABYTES = 600.0
_HERE = "tests.benchmarks.bench_large_firm"


def main() -> None:
    options = _options()
    if options.part:
        sys.exit(not _measure(options))
    names = ("clients", "accounts", "transactions")
    sizes = [f"--{name}={getattr(options, name)}" for name in names]
    # A part that misses its goal keeps none of the others from being measured.
    failed = [part for part in GOALS if _fails(["--part", part, *sizes])]
    sys.exit(bool(failed))


def _fails(options: list[str]) -> bool:
    done = subprocess.run([sys.executable, "-m", _HERE, *options], check=False)  # noqa: S603  this very module
    return done.returncode != 0


def _options() -> argparse.Namespace:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--accounts", type=int, default=4, help="of each client")
    parser.add_argument("--transactions", type=int, default=250, help="of each account")
    parser.add_argument("--part", choices=list(GOALS), help="one part, in this process")
    return parser.parse_args()


def _measure(options: argparse.Namespace) -> bool:
    """Print a part's figures; whether they meet the goals."""
    rows, seconds = _sync(options) if options.part == "sync" else _export(options)
    used = resource.getrusage(resource.RUSAGE_SELF)
    megabytes = used.ru_maxrss / 1024
    goal = GOALS[options.part]
    met = seconds <= goal and megabytes <= MOST_MEGABYTES
    print(
        f"{options.part:10} {rows:>9,} rows {seconds:6.1f} s (goal {goal:.0f}), "
        f"the whole process {used.ru_utime + used.ru_stime:.1f} s of processor, "
        f"{megabytes:.0f} MB at most (goal {MOST_MEGABYTES:.0f}): {'met' if met else 'NOT met'}"
    )
    return met


def _sync(options: argparse.Namespace) -> tuple[int, float]:
    """Connecting and making the database are counted too."""
    scale = Scale(options.clients, options.accounts, options.transactions)
    today = clock.today()
    period = Period(today.replace(year=today.year - 3, day=1), today)
    with (
        bench_sync.server(scale, latency_ms=20) as url,
        tempfile.TemporaryDirectory() as folder,
    ):
        data, config = Path(folder, "data"), Path(folder, "config")
        settings = Settings(data_dir=data, config_dir=config, api_url=url)
        began = time.perf_counter()
        bench_sync.connect(settings)
        rows = bench_sync.sync(settings, period)
        return rows, time.perf_counter() - began


def _export(options: argparse.Namespace) -> tuple[int, float]:
    return bench_export_batch.measure(
        options.part, options.clients * options.accounts * options.transactions
    )


if __name__ == "__main__":
    main()
