"""The lines of a split or of a template to edit: GL code, how much, and a memo, line by line.

Each line is a row of ordinary widgets. Their values live in the session under the form's key, so
that a line can take the rest, or go, without touching the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from ledgersync import money
from ledgersync.domain.splits import (
    FEWEST_LINES,
    MEMO_LENGTH,
    MOST_LINES,
    Divided,
    Share,
    Shares,
    divide,
    left_to_place,
    split_words,
)
from ledgersync.errors import InvalidInput
from ledgersync.ui.texts import plain

_AMOUNT, _PERCENT, _REST = "amount", "percent", "rest"
_LARGEST = 1e12  # of dollars: beyond, a float can't hold the cents
_COLUMNS = (34, 18, 16, 11, 10, 12)
_FIELDS = ("gl", "value", "unit", "memo")


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines under edit: where their values are kept, and the client's chart by code."""

    key: str
    chart: Mapping[str, str]
    currency: str = "USD"

    def named(self, line: int, field: str) -> str:
        return f"{self.key}_{line}_{field}"

    @property
    def numbers(self) -> list[int]:
        """What the lines are known by; each number is given once."""
        numbers: list[int] = st.session_state.setdefault(f"{self.key}_lines", [])
        return numbers


def fill_lines(lines: Lines, shares: Sequence[Share]) -> None:
    """Begin with these lines, in place of what was there; for callbacks and before a first run."""
    for line in list(lines.numbers):
        _remove(lines, line)
    for share in shares:
        _add(lines, share)
    while len(lines.numbers) < FEWEST_LINES:
        _add(lines)


def edit_lines(lines: Lines) -> Shares:
    """Show the lines, and return them as they stand; an empty amount is one of zero."""
    shares = tuple(_edit(lines, place, line) for place, line in enumerate(lines.numbers, start=1))
    st.button(
        "Add line",
        key=f"{lines.key}_add",
        icon=":material/add:",
        disabled=len(lines.numbers) >= MOST_LINES,
        on_click=_add,
        args=(lines,),
    )
    return shares


def show_balance(shares: Shares, total: int, currency: str) -> Divided | None:
    """Say how much of an amount is left to place; what the lines make of it once they add up."""
    st.markdown(f"**{plain(balance_words(shares, total, currency))}**")
    try:
        divided = divide(shares, total)
    except InvalidInput as unfinished:
        st.caption(f":material/edit: {plain(unfinished.sentence)}")
        return None
    said = f"{split_words(divided.split)}. {divided.rounding}"
    st.caption(f":green[:material/check_circle:] {plain(said)}")
    return divided


def balance_words(shares: Shares, total: int, currency: str = "USD") -> str:
    """The live line: "Left to place: $0.00" or "Over by $1.20"."""
    left = left_to_place(shares, total)
    if left < 0:
        return f"Over by {money.dollars(-left, currency)}"
    return f"Left to place: {money.dollars(left, currency)}"


def _edit(lines: Lines, place: int, line: int) -> Share:
    first = place == 1
    shown: Literal["visible", "collapsed"] = "visible" if first else "collapsed"
    gl, value, unit, memo, rest, remove = st.columns(_COLUMNS, vertical_alignment="bottom")
    code = gl.selectbox(
        "GL code" if first else f"GL code of line {place}",
        list(lines.chart),
        index=None,
        format_func=lambda code: lines.chart.get(code, code),
        placeholder="Type to search",
        persist_state="page",
        key=lines.named(line, "gl"),
        label_visibility=shown,
    )
    kind = st.session_state[lines.named(line, "unit")]
    typed = value.number_input(
        "Amount" if first else f"Amount of line {place}",
        min_value=-_LARGEST,
        max_value=_LARGEST,
        value=None,
        step=0.01,
        format="%.2f",
        placeholder="The rest" if kind == _REST else "",
        disabled=kind == _REST,
        persist_state="page",
        key=lines.named(line, "value"),
        label_visibility=shown,
    )
    kind = unit.selectbox(
        "In" if first else f"Line {place} is in",
        [_AMOUNT, _PERCENT, _REST],
        format_func=lambda kind: _unit_words(lines.currency)[kind],
        persist_state="page",
        key=lines.named(line, "unit"),
        label_visibility=shown,
    )
    text = memo.text_input(
        "Memo" if first else f"Memo of line {place}",
        persist_state="page",
        key=lines.named(line, "memo"),
        max_chars=MEMO_LENGTH,
        label_visibility=shown,
    )
    rest.button(
        "Rest",
        key=lines.named(line, "rest"),
        help="Put the rest on this line",
        disabled=kind == _REST,
        on_click=_take_the_rest,
        args=(lines, line),
    )
    remove.button(
        "Remove",
        key=lines.named(line, "remove"),
        help=f"Remove line {place}",
        type="tertiary",
        disabled=len(lines.numbers) <= FEWEST_LINES,
        on_click=_remove,
        args=(lines, line),
    )
    hundredths = round((typed or 0) * 100)
    return Share(
        code or "",
        percent=hundredths if kind == _PERCENT else None,
        amount=hundredths if kind == _AMOUNT else None,
        memo=text,
    )


def _unit_words(currency: str) -> Mapping[str, str]:
    return {_AMOUNT: "$" if currency == "USD" else currency, _PERCENT: "%", _REST: "the rest"}


def _add(lines: Lines, share: Share | None = None) -> None:
    line = st.session_state.get(f"{lines.key}_next", 0)
    st.session_state[f"{lines.key}_next"] = line + 1
    lines.numbers.append(line)
    share = share or Share("", amount=0)
    hundredths = share.amount if share.percent is None else share.percent
    unit = _AMOUNT if share.percent is None else _PERCENT
    values = {
        "gl": share.gl_code if share.gl_code in lines.chart else None,
        "value": hundredths / 100 if hundredths else None,
        "unit": _REST if share.takes_the_rest else unit,
        "memo": share.memo,
    }
    for field in _FIELDS:
        st.session_state[lines.named(line, field)] = values[field]


def _remove(lines: Lines, line: int) -> None:
    lines.numbers.remove(line)
    for field in _FIELDS:
        st.session_state.pop(lines.named(line, field), None)


def _take_the_rest(lines: Lines, line: int) -> None:
    for other in lines.numbers:
        if st.session_state[lines.named(other, "unit")] == _REST:
            st.session_state[lines.named(other, "unit")] = _AMOUNT
    st.session_state[lines.named(line, "unit")] = _REST
    st.session_state[lines.named(line, "value")] = None
