"""Rows per second of the rule engine, beside a plain Python loop on a sample of the same rows.

python tests/benchmarks/bench_rules.py --rows 200000 --patterns 5000

Exit 1 when the goal is missed.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date

from ledgersync.domain.rules import Direction, MatchType, Rule
from ledgersync.domain.suggestions import BankLine
from ledgersync.matching.rule_engine import RuleBook

GOAL = 500_000
SYLLABLES = (
    *("bar", "co", "den", "el", "fro", "gim", "har", "is", "ju", "kle", "lor", "mun"),
    *("ny", "ost", "pri", "quin", "ro", "stel", "tam", "ur", "ver", "wix", "yo", "zan"),
)
BEFORE = ("", "", "", "POS DEBIT ", "CHECKCARD 0203 ", "SQ *", "PURCHASE AUTHORIZED ON 03/02 ")
BEHIND = (
    *("AUSTIN TX", "TORONTO ON", "LEEDS", "SAN JOSE CA", "QUÉBEC QC", "800-555-1234", ""),
    *("BOISE ID", "MIAMI FL", "PERTH WA", "WWW.PAY.EXAMPLE", "  REF 20260302", "DALLAS TX"),
)
STORES = 12


def merchants(dice: random.Random, count: int) -> list[str]:
    """Made-up names of one to three words."""
    words = ["".join(dice.choices(SYLLABLES, k=dice.randint(3, 4))).upper() for _ in range(6000)]
    names = (" ".join(dice.sample(words, dice.choice((1, 2, 2, 3)))) for _ in range(count * 2))
    return list(dict.fromkeys(names))[:count]


def bank_lines(
    dice: random.Random, names: Sequence[str], count: int, *, distinct: bool
) -> list[BankLine]:
    """Lines in which a few merchants fill most rows.

    A merchant has a dozen stores and one way of writing, or, where lines are to be `distinct`, a
    store number of its own for every line.
    """
    weights = [1 / (rank + 10) for rank in range(len(names))]
    chosen = dice.choices(range(len(names)), weights, k=count)
    lines = []
    for serial, merchant in enumerate(chosen):
        store = serial if distinct else dice.randrange(STORES)
        before, behind = BEFORE[merchant % len(BEFORE)], BEHIND[store % len(BEHIND)]
        text = f"{before}{names[merchant]} #{store:04d} {behind}"
        lines.append(BankLine("acme", "checking", date(2026, 3, 2), text, dice.randint(-90000, -1)))
    return lines


def rules(dice: random.Random, names: Sequence[str], count: int) -> list[Rule]:
    """A rule of one pattern for every third merchant, some with a star or a condition."""
    some = dice.sample(names[: count * 3], count)
    return [_rule(dice, number, name) for number, name in enumerate(some, start=1)]


def _rule(dice: random.Random, number: int, name: str) -> Rule:
    kind = dice.choices(tuple(MatchType), (85, 1, 10, 4))[0]
    pattern = name.replace(" ", " * ", 1) if dice.random() < 0.1 else name
    outgoing = Direction.OUT if dice.random() < 0.1 else Direction.ANY
    scope = dice.choice(("", "", "acme"))
    return Rule(
        str(number), number, (pattern,), kind, scope, direction=outgoing, gl_code=str(number % 90)
    )


def plain_loop(rules: Sequence[Rule], lines: Sequence[BankLine]) -> int:
    """Ask every rule about every line in turn, as a first version would; how many lines hit."""
    patterns = [rule.patterns[0].lower().split("*") for rule in rules]
    texts = [line.description.lower() for line in lines]
    return sum(any(all(part in text for part in parts) for parts in patterns) for text in texts)


def measure(name: str, lines: Sequence[BankLine], book: RuleBook, some: Sequence[Rule]) -> bool:
    """Whether one run meets the goal; prints its figures.

    The best of five passes, and a plain loop over a thousand rows.
    """
    seconds = min(_seconds(lambda: book.first(lines)) for _ in range(5))
    sample = lines[:: max(1, len(lines) // 1000)]
    plain = len(sample) / _seconds(lambda: plain_loop(some, sample))
    hits = [len(rules) for rules in book.all(lines)]
    share, each = sum(map(bool, hits)) / len(lines), sum(hits) / len(lines)
    rate, distinct = len(lines) / seconds, len({line.description for line in lines})
    met = "met" if rate >= GOAL else "NOT met"
    print(
        f"{name}: {len(lines):,} rows, {distinct:,} distinct, {len(some):,} patterns, "
        f"{share:.0%} of rows hit, {each:.2f} rules a row\n"
        f"  {seconds:.3f} s, {rate:,.0f} rows/s (goal {GOAL:,}: {met}), "
        f"plain loop {plain:,.0f} rows/s, {rate / plain:,.0f} times as fast"
    )
    return rate >= GOAL


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--patterns", type=int, default=5_000)
    options = parser.parse_args()
    dice = random.Random(7)  # noqa: S311  test data
    names = merchants(dice, options.patterns * 4)
    some = rules(dice, names, options.patterns)
    start = time.perf_counter()
    book = RuleBook(some)
    print(f"rule book built in {time.perf_counter() - start:.3f} s")
    met = True
    for name, distinct in (("realistic", False), ("all distinct", True)):
        met &= measure(name, bank_lines(dice, names, options.rows, distinct=distinct), book, some)
    sys.exit(not met)


if __name__ == "__main__":
    main()
