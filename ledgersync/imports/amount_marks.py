"""Marks behind amounts, as in 12.00 CR, that say which way money went where no sign does."""

import re
from collections.abc import Mapping

from ledgersync.imports.type_words import Way, way_of

_MARKED = re.compile(r"(.*[\d)]) ?(CR|DR|DB)\.?", re.IGNORECASE | re.ASCII)


def with_mark_apart(row: Mapping[str, str]) -> Mapping[str, str]:
    """The texts of a row, with the mark of its amount as a text of its own.

    A balance that is marked as owed gets a minus.
    """
    amount, mark = mark_apart(row.get("amount", ""))
    balance, owed = mark_apart(row.get("balance", ""))
    if owed:
        row = {**row, "balance": f"-{balance}" if way_of(owed) is Way.OUT else balance}
    return {**row, "amount": amount, "mark": mark} if mark else row


def mark_apart(text: str) -> tuple[str, str]:
    """An amount and its mark, "" for none."""
    if not text or text[-1].isdigit():
        return text, ""  # most amounts of most files
    marked = _MARKED.fullmatch(text)
    return (marked[1], marked[2]) if marked else (text, "")
