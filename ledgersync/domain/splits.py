"""Splits: one transaction's amount on several GL codes, to the cent."""

import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SplitLine:
    """One share of a split: its GL code, its cents with the transaction's sign, and a memo."""

    gl_code: str
    amount: int
    memo: str = ""


Split = tuple[SplitLine, ...]

NO_SPLIT = "[]"


def split_text(lines: Iterable[SplitLine]) -> str:
    """A split as the database keeps it: a JSON list of [GL code, cents, memo]."""
    values = [[line.gl_code, line.amount, line.memo] for line in lines]
    return json.dumps(values) if values else NO_SPLIT


def read_split(text: str | None) -> Split:
    """What `split_text` wrote; no text is no split."""
    if not text or text == NO_SPLIT:  # nearly every row: not worth a parser
        return ()
    return tuple(SplitLine(*values) for values in json.loads(text))
