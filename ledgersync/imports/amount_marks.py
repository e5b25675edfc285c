"""Marks behind amounts, as in 12.00 CR, that say which way money went where no sign does."""

import re
from collections.abc import Iterable, Mapping, Sequence

from ledgersync.imports.type_words import Way, way_of

_MARKED = re.compile(r"(.*[\d)]) ?(CR|DR|DB)\.?", re.IGNORECASE | re.ASCII)
_OTHER = {Way.IN: "debit", Way.OUT: "credit"}


def with_marks_as_types(
    rows: Sequence[Mapping[str, str]],
) -> tuple[Sequence[Mapping[str, str]], str]:
    """The texts of rows with the marks of amounts as their types, and a remark, "" for none.

    Where banks mark only one way, the amounts without a mark went the other way.
    """
    marks = {mark for row in rows if (mark := _parted(row.get("amount", ""))[1])}
    if not marks:
        return rows, ""
    ways = {way_of(mark) for mark in marks}
    other = _OTHER[next(iter(ways))] if len(ways) == 1 else ""
    told = [_with_mark(row, other) for row in rows]
    unmarked = any(not _parted(row.get("amount", ""))[1] for row in rows)
    return told, _remark(marks, other) if other and unmarked else ""


def _parted(text: str) -> tuple[str, str]:
    """An amount and its mark, "" for none."""
    marked = _MARKED.fullmatch(text)
    return (marked[1], marked[2]) if marked else (text, "")


def _with_mark(row: Mapping[str, str], other: str) -> Mapping[str, str]:
    amount, mark = _parted(row.get("amount", ""))
    balance, owed = _parted(row.get("balance", ""))
    held = f"-{balance}" if way_of(owed) is Way.OUT else balance
    more = {"balance": held} if balance else {}
    return {**row, "amount": amount, "type": mark or other, **more}


def _remark(marks: Iterable[str], other: str) -> str:
    moved = "out" if other == "debit" else "in"
    return (
        f"Only some amounts are marked {min(marks).upper()}; those without a mark were read as "
        f"money {moved}."
    )
