"""GL codes foretold month by month on card purchases of Toronto's divisions.

    python -m tests.benchmarks.bench_gl_accuracy --divisions developed --until 2019-06-30
    python -m tests.benchmarks.bench_gl_accuracy --divisions held-out --own

Each month of 2019 is foretold from everything before it, for every division with enough rows. With
`--corrected` each day's rows are learned before the next day is foretold, as on Review. With
`--own` a division learns from its own rows alone. Never a random split: it flatters by far.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

import numpy as np

from ledgersync.domain.suggestions import CodedLine
from ledgersync.matching.learning import Learner, Prediction
from tests.benchmarks import toronto
from tests.benchmarks.toronto import Outcome, Purchase

START = date(2019, 1, 1)


def main() -> None:
    options = _options()
    everything = toronto.purchases(options.data)
    measured = toronto.large(everything)
    rows = [row for row in everything if row.line.date <= options.until]
    if options.divisions == "developed":
        rows = [row for row in rows if not row.held_out]
        measured = {division for division in measured if not toronto.held_out(division)}
    if options.divisions == "held-out":
        measured = {division for division in measured if toronto.held_out(division)}
    firms = [[division] for division in sorted(measured)] if options.own else [sorted(measured)]
    by_division: dict[str, list[Outcome]] = defaultdict(list)
    for firm in firms:
        known = [row for row in rows if not options.own or row.line.client_id in firm]
        for division, outcome in _year(known, set(firm), corrected=options.corrected):
            by_division[division].append(outcome)
    _report({division: toronto.joined(found) for division, found in by_division.items()})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--divisions", choices=["developed", "held-out", "all"], default="all")
    parser.add_argument("--until", type=date.fromisoformat, default=date(2019, 12, 31))
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--corrected", action="store_true")
    toronto.add_data_option(parser)
    return parser.parse_args()


def _year(
    rows: Sequence[Purchase], measured: set[str], *, corrected: bool
) -> Iterator[tuple[str, Outcome]]:
    """Every month's outcome for every measured division."""
    past = [row for row in rows if row.line.date < START]
    coming = [row for row in rows if row.line.date >= START]
    for _, month in groupby(coming, key=lambda row: row.line.date.month):
        of_month = list(month)
        learner = Learner(_coded(past))
        for batch in _days(of_month) if corrected else [of_month]:
            asked = [row for row in batch if row.line.client_id in measured]
            yield from _outcomes(asked, learner.predict([row.line for row in asked]))
            learner.learn(_coded(batch))
        past += of_month


def _days(rows: Iterable[Purchase]) -> list[list[Purchase]]:
    return [list(day) for _, day in groupby(rows, key=lambda row: row.line.date)]


def _coded(rows: Iterable[Purchase]) -> list[CodedLine]:
    return [CodedLine(row.line, "", row.gl_code) for row in rows]


def _outcomes(
    rows: Sequence[Purchase], told: Sequence[Prediction]
) -> Iterator[tuple[str, Outcome]]:
    by_division: dict[str, list[tuple[Purchase, Prediction]]] = defaultdict(list)
    for row, prediction in zip(rows, told, strict=True):
        by_division[row.line.client_id].append((row, prediction))
    for division, pairs in by_division.items():
        yield division, _outcome(pairs)


def _outcome(pairs: Sequence[tuple[Purchase, Prediction]]) -> Outcome:
    return Outcome(
        np.array([row.gl_code == told.gl_code for row, told in pairs]),
        np.array([row.gl_code in _best_three(told) for row, told in pairs]),
        np.array([told.confidence for _, told in pairs]),
    )


def _best_three(told: Prediction) -> list[str]:
    return [told.gl_code, *(choice.gl_code for choice in told.others[:2])]


def _report(by_division: dict[str, Outcome]) -> None:
    for division in sorted(by_division):
        print(f"{division[:32]:32}{by_division[division]}")
    together = list(by_division.values())
    print(f"{'All rows':32}{toronto.joined(together)}")
    print(f"Mean of the divisions' top-1: {np.mean([o.right.mean() for o in together]):.3f}")


if __name__ == "__main__":
    main()
