"""Ours beside two others on the same rows, in one run: seconds, accuracy, how many times faster.

    python -m tests.benchmarks.bench_peers [--rows 10000] [--rules 5000] [--history 20000]

Ours: `ledgersync categorise` with history and rules, from the start of the program to its end, and
once more without the rules, for the accuracy of learning alone. smart_importer's design: trained on
the same history; its seconds are without reading and writing files. hledger: the same rules; it
learns nothing. The others are slow, so the rows are few unless you ask for more; nothing here is
extrapolated. Accuracy is that of rows later than the history; a row without a code counts as wrong,
and what we leave to a person counts with our best guess. Exit 1 when the goal is missed.
"""

import csv
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.benchmarks import bench_categorise, peers_hledger, peers_svm, toronto
from tests.benchmarks.categorise_files import Cut, cut
from tests.benchmarks.peers_svm import Outcome

GOAL = 10  # times as fast as the faster of the others


def main() -> None:
    parser = bench_categorise.options_of(10_000, __doc__)
    parser.add_argument("--one-for-all", action="store_true", help="one model for all clients")
    parser.add_argument("--linear-svc", action="store_true", help="scikit-learn's faster machine")
    parser.add_argument("--longest", type=float, default=1_800, help="seconds for hledger; 0: none")
    options = parser.parse_args()
    some = cut(toronto.purchases(options.data), options.rows, options.history, options.rules)
    print(
        f"{len(some.transactions):,} rows, {len(some.rules):,} rules, "
        f"{len(some.history):,} rows of history"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = _ours(some, folder)
        _tell("ours", some, ours)
        others = [_hledger(some, folder, options.longest)]
        _tell("ours, learning alone", some, _ours(replace(some, rules=()), folder))
    how = {"one_for_all": options.one_for_all, "kernel": not options.linear_svc}
    learned = peers_svm.run(some, **how)
    _tell("smart_importer's design", some, learned)
    faster = min(side for side in [*others, learned.seconds] if side)
    times = faster / ours.seconds
    print(f"{times:.1f} times as fast as the faster of them (goal {GOAL}): {_met(times)}")
    sys.exit(times < GOAL)


def _met(times: float) -> str:
    return "met" if times >= GOAL else "NOT met"


def _ours(some: Cut, folder: Path) -> Outcome:
    seconds, _ = bench_categorise.run(some, folder)
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        codes = [row["gl_code"] or row["gl_code_2"] for row in csv.DictReader(file)]
    return Outcome(seconds, codes)


def _hledger(some: Cut, folder: Path, longest: float) -> float | None:
    """Seconds of hledger, or those it was given in vain; None where it is not installed."""
    if why := peers_hledger.missing():
        print(f"hledger: skipped, because {why}.")
        return None
    if not longest:
        print("hledger: skipped, as you asked.")
        return None
    done = peers_hledger.run(some, folder, longest)
    if done is None:
        print(f"hledger: stopped after {longest:,.0f} s without an end.")
        return longest
    _tell("hledger's rules", some, done)
    return done.seconds


def _tell(name: str, some: Cut, done: Outcome) -> None:
    pairs = some.held(done.codes, [True] * len(done.codes))
    right = sum(code == truth for code, truth in pairs) / max(len(pairs), 1)
    coded = sum(map(bool, done.codes)) / max(len(done.codes), 1)
    print(f"{name:24}{done.seconds:8.2f} s   {coded:4.0%} coded, {right:.3f} right")


if __name__ == "__main__":
    main()
