"""Seconds, memory and accuracy of `ledgersync categorise` on card purchases of Toronto.

    python -m tests.benchmarks.bench_categorise [--rows 100000] [--rules 5000] [--history 20000]

Everything counts, from the start of the program to its end; memory is that of all its processes
together, shared pages once. Without rules (--rules 0) the figures are those of learning alone.
Exit 1 when a goal is missed.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ledgersync.config import PROJECT_ROOT
from tests.benchmarks import toronto
from tests.benchmarks.categorise_files import Cut, cut, write_rows, write_rules

GOAL_SECONDS, GOAL_MEGABYTES = 5.0, 600
_EVERY = 0.25  # seconds between two looks at memory; each look holds the program up a little


def main() -> None:
    options = options_of(100_000, __doc__).parse_args()
    some = cut(toronto.purchases(options.data), options.rows, options.history, options.rules)
    print(
        f"{len(some.transactions):,} rows, {len(some.rules):,} rules, "
        f"{len(some.history):,} rows of history"
    )
    with tempfile.TemporaryDirectory() as folder:
        seconds, megabytes = run(some, Path(folder))
        report(some, Path(folder) / "out.csv")
    met = seconds < GOAL_SECONDS and megabytes < GOAL_MEGABYTES
    print(
        f"{seconds:.2f} s (goal {GOAL_SECONDS:.0f}), {megabytes:,.0f} MB at most "
        f"(goal {GOAL_MEGABYTES}): {'met' if met else 'NOT met'}"
    )
    sys.exit(not met)


def options_of(rows: int, words: str | None) -> argparse.ArgumentParser:
    """The options that benchmarks of this command share."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=words, formatter_class=form)
    parser.add_argument("--rows", type=int, default=rows)
    parser.add_argument("--rules", type=int, default=5_000)
    parser.add_argument("--history", type=int, default=20_000)
    toronto.add_data_option(parser)
    return parser


def run(some: Cut, folder: Path) -> tuple[float, float]:
    """Write the files, run the command on them, and return its seconds and megabytes."""
    write_rows(folder / "new.csv", some.transactions, coded=False)
    write_rows(folder / "history.csv", some.history, coded=True)
    write_rules(folder / "rules.csv", some.rules)
    files = ["new.csv", "--history", "history.csv", "--out", "out.csv"]
    files += ["--rules", "rules.csv"] if some.rules else []
    start = time.perf_counter()
    program = [sys.executable, "-m", "ledgersync", "categorise", *files]
    process = subprocess.Popen(  # noqa: S603  our own command
        program, cwd=folder, env={"PYTHONPATH": str(PROJECT_ROOT)}
    )
    most = 0.0
    while process.poll() is None:
        most = max(most, _megabytes(process.pid))
        time.sleep(_EVERY)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise SystemExit(f"The command ended with {process.returncode}.")
    return seconds, most


def _megabytes(process: int) -> float:
    """What a process and its children hold together; 0 where the system does not tell."""
    try:
        kilobytes = sum(
            int(line.split()[1])
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            if line.startswith("Pss:")
        )
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (OSError, ValueError):
        return 0.0
    return kilobytes / 1024 + sum(_megabytes(int(child)) for child in children)


def report(some: Cut, out: Path) -> None:
    """Print how right the rows after the history are, by status."""
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    # An unmatched row has no code; what it would have got is its next best one.
    codes = [row["gl_code"] or row["gl_code_2"] for row in rows]
    for status in ("matched", "review", "unmatched"):
        of_status = [row["status"] == status for row in rows]
        _tell(status, some.held(codes, of_status))
    _tell("all", some.held(codes, [True] * len(rows)))


def _tell(name: str, pairs: Sequence[tuple[str, str]]) -> None:
    right = sum(code == truth for code, truth in pairs)
    print(f"{name:10}{len(pairs):8,} later rows, {right / max(len(pairs), 1):.3f} right")


if __name__ == "__main__":
    main()
