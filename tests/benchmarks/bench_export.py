"""Seconds and peak memory of an export, each layout in a process of its own.

python tests/benchmarks/bench_export.py --rows 100000
"""

import argparse
import random
import resource
import subprocess
import sys
import time
from datetime import date, timedelta

from ledgersync.domain.export_lines import ExportLine
from ledgersync.domain.transactions import Status
from ledgersync.exports.preflight import PreflightContext, check
from ledgersync.exports.registry import LAYOUTS
from ledgersync.exports.writing import render

MERCHANTS = ("FUEL STOP", "OFFICE DEPOT", "CAFÉ RIVOLI", "CITY WATER", "=PROMO 50%", "CHECK")
SPEED_LIMITS = {"xlsx": 30.0, "csv": 10.0, "qif": 10.0, "ofx": 10.0}
MEMORY_LIMIT = 600.0


def sample_lines(count: int) -> list[ExportLine]:
    """Made-up transactions over a year and a half, the same for every run."""
    dice = random.Random(7)  # noqa: S311  test data
    return [_sample_line(dice, number) for number in range(count)]


def _sample_line(dice: random.Random, number: int) -> ExportLine:
    merchant = dice.choice(MERCHANTS)
    amount = dice.randint(-500_000, 200_000) or -1
    return ExportLine(
        transaction_id=f"{number:032x}",
        version=1,
        date=date(2025, 5, 1) + timedelta(days=dice.randrange(540)),
        description=f"{merchant} #{dice.randrange(10_000):04d} SPRINGFIELD IL",
        payee=merchant.title(),
        vendor_name=f"{merchant.title()} Inc.",
        vendor_code=f"{dice.randrange(500):05d}",
        gl_code=f"{dice.randrange(4000, 7000)}-00",
        amount=amount,
        distribution=amount,
        check_number=str(dice.randrange(1000, 9999)) if merchant == "CHECK" else "",
        memo=f"card {dice.randrange(10_000):04d}",
        distribution_description="",
        bank_account="Operating Checking",
        account_number="4821",
        status=Status.REVIEWED,
        pending=False,
        export_number=None,
        exported_version=None,
        has_vendor=True,
    )


def measure(name: str, rows: int) -> None:
    """Print one layout's figures; peak memory is this whole process, the lines included."""
    lines = sample_lines(rows)
    layout = LAYOUTS[name]
    start = time.perf_counter()
    check(lines, layout, PreflightContext(frozenset(), frozenset()))
    checked = time.perf_counter()
    rendered = render(layout, lines)
    written = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = written - checked
    limit = SPEED_LIMITS[layout.extension]
    met = "ok" if seconds <= limit and peak <= MEMORY_LIMIT else "TOO MUCH"
    sys.stdout.write(
        f"{name:15} {rows:>9,} rows  pre-flight {checked - start:5.2f} s  "
        f"file {seconds:6.2f} s (limit {limit:.0f})  "
        f"{len(rendered.data) / 1e6:6.1f} MB  peak {peak:5.0f} MB (limit {MEMORY_LIMIT:.0f})  "
        f"{met}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--layout", choices=list(LAYOUTS), help="one layout, in this process")
    options = parser.parse_args()
    if options.layout:
        measure(options.layout, options.rows)
        return
    for name in LAYOUTS:
        again = [sys.executable, __file__, "--layout", name, "--rows", str(options.rows)]
        subprocess.run(again, check=True)  # noqa: S603  this very script


if __name__ == "__main__":
    main()
