"""Marks behind amounts, as in 12.00 CR, that say which way money went where no sign does."""

import re
from collections.abc import Iterable, Mapping, Sequence

from ledgersync.imports.type_words import Way, way_of

_MARKED = re.compile(r"(.*[\d)]) ?(CR|DR|DB)\.?", re.IGNORECASE | re.ASCII)
_MINUS = re.compile(r"[-(\N{MINUS SIGN}]")
_OTHER = {Way.IN: "debit", Way.OUT: "credit"}


def with_marks_as_types(
    rows: Sequence[Mapping[str, str]],
) -> tuple[Sequence[Mapping[str, str]], str]:
    """The texts of rows with the marks of amounts as their types, and a remark, "" for none.

    Where banks mark only one way, the amounts without a mark went the other way. Where some have a
    minus, marks are not how the file tells.
    """
    amounts = [_parted(row.get("amount", "")) for row in rows]
    marks = {mark for _, mark in amounts if mark}
    if not marks or any(_MINUS.search(amount) for amount, _ in amounts):
        return rows, ""
    ways = {way_of(mark) for mark in marks}
    other = _OTHER[next(iter(ways))] if len(ways) == 1 else ""
    told = [_with_mark(row, other) for row in rows]
    unmarked = any(not mark for _, mark in amounts)
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
