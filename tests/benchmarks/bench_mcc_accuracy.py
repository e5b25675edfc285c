"""Merchant categories (MCC) as the label: learn 2018, foretell 2019, on Toronto's purchases.

    python -m tests.benchmarks.bench_mcc_accuracy --divisions developed --until 2019-06-30
    python -m tests.benchmarks.bench_mcc_accuracy --divisions held-out [--own] [--steady]

The category is a property of the merchant, so this measures how well descriptors are understood.
A firm knows all its clients: `held-out` learns from every division's 2018 and scores the 2019 of
those that were set aside while the learning was made. With `--own` it learns from theirs alone.

Some merchants were filed under another category in the course of 2019, which nobody can know from
2018. With `--steady` their rows are left out, and their number is told.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

import numpy as np

from ledgersync.domain.suggestions import CodedLine
from ledgersync.matching.learning import Learner
from tests.benchmarks import toronto
from tests.benchmarks.toronto import Outcome, Purchase

ENOUGH_TO_TELL = 3
"""Rows of a merchant in a year from which on that year has a usual category."""


def main() -> None:
    options = _options()
    rows = [row for row in toronto.purchases(options.data) if row.line.date <= options.until]
    if options.divisions == "developed":
        rows = [row for row in rows if not row.held_out]
    before = [row for row in rows if row.line.date.year == 2018]
    coming = [row for row in rows if row.line.date.year == 2019]
    if options.divisions == "held-out":
        coming = [row for row in coming if row.held_out]
        before = [row for row in before if row.held_out or not options.own]
    if options.steady:
        coming = _steady(coming, before)
    past = [CodedLine(row.line, "", row.mcc) for row in before]
    began = time.perf_counter()
    told = Learner(past).predict([row.line for row in coming])
    took = time.perf_counter() - began
    best = [[p.gl_code, *(choice.gl_code for choice in p.others[:2])] for p in told]
    outcome = Outcome(
        np.array([row.mcc == three[0] for row, three in zip(coming, best, strict=True)]),
        np.array([row.mcc in three for row, three in zip(coming, best, strict=True)]),
        np.array([p.confidence for p in told]),
    )
    print(f"{outcome}  learned {len(past):,} rows and foretold in {took:.1f} s")


def _steady(coming: list[Purchase], before: list[Purchase]) -> list[Purchase]:
    """The rows of merchants whose usual category is that of the year before, or not known."""
    usual, usual_before = _usual(coming), _usual(before)
    moved = {who for who in usual.keys() & usual_before.keys() if usual[who] != usual_before[who]}
    kept = [row for row in coming if row.line.description not in moved]
    print(f"left out: {len(coming) - len(kept):,} rows of {len(moved):,} merchants that changed")
    return kept


def _usual(rows: Iterable[Purchase]) -> dict[str, str]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row.line.description][row.mcc] += 1
    return {
        who: count.most_common(1)[0][0]
        for who, count in counts.items()
        if count.total() >= ENOUGH_TO_TELL
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--divisions", choices=["developed", "held-out", "all"], default="all")
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--steady", action="store_true")
    parser.add_argument("--until", type=date.fromisoformat, default=date(2019, 12, 31))
    toronto.add_data_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
