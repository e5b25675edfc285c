"""Transactions, a history and rules cut from Toronto's card purchases, as files for programs.

The transactions are the newest rows, the history ends where they begin. Where the data has too few
rows before, the history is its oldest rows and overlaps; accuracy only counts rows after its last
day. The rules say what the history's rows of a wording were coded to most.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledgersync.matching.normalise import normalise_all
from ledgersync.money import plain
from tests.benchmarks.toronto import Purchase

HEADER = ("date", "client", "account", "description", "amount")
_SHORTEST_PATTERN = 4  # letters; shorter ones would be found within other words


@dataclass(frozen=True, slots=True)
class Cut:
    """What the programs are given. A rule is a pattern and its GL code."""

    transactions: Sequence[Purchase]
    history: Sequence[Purchase]
    rules: Sequence[tuple[str, str]]

    def held(self, codes: Sequence[str], counted: Sequence[bool]) -> list[tuple[str, str]]:
        """The code given and the right one, for rows that count and are later than the history."""
        last = self.history[-1].line.date
        return [
            (code, row.gl_code)
            for code, row, counts in zip(codes, self.transactions, counted, strict=True)
            if counts and row.line.date > last
        ]


def cut(everything: Sequence[Purchase], rows: int, history: int, rules: int) -> Cut:
    """The newest rows, those before them, and so many rules; fewer where the data has fewer."""
    first = max(len(everything) - rows, 0)
    start = max(min(first - history, len(everything) - history), 0)
    known = everything[start : start + history]
    return Cut(everything[first:], known, patterns(known, rules))


def patterns(known: Sequence[Purchase], count: int) -> list[tuple[str, str]]:
    """Patterns with their GL codes, the most frequent first: normalised wordings, then raw ones.

    A raw one is as specific as a rule that somebody makes for one store.
    """
    texts = normalise_all(row.line.description for row in known)
    short = _majority((found.text, row) for found, row in zip(texts, known, strict=True))
    raw = _majority((" ".join(row.line.description.split()), row) for row in known)
    both = short | {text: code for text, code in raw.items() if text not in short}
    return list(both.items())[:count]


def _majority(rows: Iterable[tuple[str, Purchase]]) -> dict[str, str]:
    """What each wording was coded to most, the most frequent wording first."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, row in rows:
        if len(text) >= _SHORTEST_PATTERN and not set(text) & set(",*"):
            counts[text.upper()][row.gl_code] += 1
    ordered = sorted(counts.items(), key=lambda item: -item[1].total())
    return {text: codes.most_common(1)[0][0] for text, codes in ordered}


def write_rows(file: Path, rows: Sequence[Purchase], *, coded: bool) -> None:
    """A CSV file of rows, with the GL codes that people gave them or without."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow([*HEADER, "gl_code"] if coded else HEADER)
        for row in rows:
            line = row.line
            cells = (line.date, line.client_id, line.account_id, line.description)
            writer.writerow([*cells, plain(line.amount), *([row.gl_code] if coded else [])])


def write_rules(file: Path, rules: Iterable[tuple[str, str]]) -> None:
    """A CSV file of rules as `ledgersync categorise` reads it."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["Match Type", "Patterns", "GL Code"])
        writer.writerows(["contains", pattern, code] for pattern, code in rules)
