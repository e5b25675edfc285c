"""Accepting suggestions in one go: from a confidence on, of some methods, after a preview."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from ledgersync import money
from ledgersync.domain.batches import BatchKind
from ledgersync.domain.splits import adds_up
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.services.clicks import Click
from ledgersync.ui import feedback
from ledgersync.ui.review_badges import BADGES, percent
from ledgersync.ui.review_dialogs import Dialog
from ledgersync.ui.review_saving import acceptance, save
from ledgersync.ui.review_sheet import Sheet, Show, proposal, rows_and_total
from ledgersync.ui.review_undo import keep_accepted
from ledgersync.ui.review_view import update_view
from ledgersync.ui.texts import counted, plain

_OPEN, _LEAST, _METHODS = Dialog.ACCEPT, "review_accept_least", "review_accept_methods"
_USUAL, _LOWEST = 90, 50
_ROW, _SHOWN = 35, 8
_BY_METHOD = (Show.RULE, Show.AI, Show.SEMANTIC)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which suggestions would be accepted, and why the others would stay, with their number."""

    rows: tuple[Transaction, ...]
    stay: tuple[tuple[str, int], ...]


def choose_acceptance(
    rows: Sequence[Transaction], least: int, methods: Collection[Show]
) -> Acceptance:
    """The open rows whose suggestion is at least that sure, in percent, and of those methods.

    Only rows that have a GL code and are not pending.
    """
    taken: list[Transaction] = []
    stay: Counter[str] = Counter()
    for row in rows:
        if row.status is Status.TO_REVIEW:
            why_not = _why_not(row, least, methods)
            if why_not:
                stay[why_not] += 1
            else:
                taken.append(row)
    return Acceptance(tuple(taken), tuple(stay.most_common()))


def _why_not(row: Transaction, least: int, methods: Collection[Show]) -> str:
    """Why a row stays to be reviewed one by one; "" when nothing speaks against it."""
    method = proposal(row)
    if method is None:
        return "without a suggestion"
    if not row.coded:
        return "without a GL code"
    if not adds_up(row.split, row.amount):
        return "with a split that does not add up"
    if row.pending:
        return "pending at the bank"
    if method not in methods:
        return "by another method"
    return "" if (percent(row) or 0) >= least else f"below {least}%"


def offer_acceptance(sheet: Sheet) -> None:
    """The button, and behind it the threshold, the methods and the preview."""
    some = any(row.suggested and row.status is Status.TO_REVIEW for row in sheet.rows)
    st.button(
        "Accept suggestions",
        icon=":material/done_all:",
        key="review_accept_open",
        disabled=not some,
        help="Mark rows reviewed as they are suggested, from a confidence of your choice on.",
        on_click=_open,
    )
    if some and st.session_state.get(_OPEN):
        _preview(sheet)


def _open() -> None:
    st.session_state[_OPEN] = True


def _close() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("Accept suggestions", width="large", icon=":material/done_all:", on_dismiss=_close)
def _preview(sheet: Sheet) -> None:
    least, methods = _choose(sheet)
    chosen = choose_acceptance(sheet.rows, least, methods)
    st.markdown(f"**{plain(rows_and_total(chosen.rows))}** would be accepted.{_staying(chosen)}")
    if chosen.rows:
        _show_groups(sheet, chosen.rows)
    if st.button(
        f"Accept {counted(len(chosen.rows), 'suggestion')}",
        key="review_accept",
        type="primary",
        icon=":material/done_all:",
        disabled=not chosen.rows,
        on_click=_accept,
        args=(sheet, chosen.rows, least),
    ):
        st.rerun()
    st.caption("Of all open rows of the period, whatever the filter shows. One click undoes it.")


def _choose(sheet: Sheet) -> tuple[int, Sequence[Show]]:
    numbers = Counter(proposal(row) for row in sheet.rows if row.status is Status.TO_REVIEW)
    left, right = st.columns(2, gap="large")
    least = left.slider("From this confidence on", _LOWEST, 100, _USUAL, format="%d%%", key=_LEAST)
    methods = right.pills(
        "Suggested by",
        _BY_METHOD,
        selection_mode="multi",
        default=_BY_METHOD,
        format_func=lambda method: f"{BADGES[method].short} ({numbers[method]:,})",
        key=_METHODS,
    )
    return least, methods


def _staying(chosen: Acceptance) -> str:
    """What stays and why: " 12 stay: 9 below 90%, 3 without a GL code."."""
    total = sum(number for _, number in chosen.stay)
    if not total:
        return ""
    reasons = ", ".join(f"{number:,} {why}" for why, number in chosen.stay)
    return f" {total:,} {'stays' if total == 1 else 'stay'}: {plain(reasons)}."


def _show_groups(sheet: Sheet, rows: Sequence[Transaction]) -> None:
    table = groups(sheet, rows)
    make = st.column_config
    st.dataframe(
        table,
        hide_index=True,
        height=(min(len(table), _SHOWN) + 1) * _ROW + 3,
        column_config={
            "Vendor": make.TextColumn(width=210),
            "GL code": make.TextColumn(width=230),
            "Rows": make.NumberColumn(format="localized", width=50),
            "Total": make.NumberColumn(format="accounting", width=100),
            "Lowest": make.NumberColumn(format="%d%%", width=62, help="Least confidence of these"),
        },
        alt="What would be accepted, by vendor and GL code",
    )


def groups(sheet: Sheet, rows: Sequence[Transaction]) -> pd.DataFrame:
    """Rows by vendor and GL code, the largest group first."""
    found: defaultdict[tuple[str, str], list[Transaction]] = defaultdict(list)
    for row in rows:
        found[sheet.vendors.get(row.vendor_id, ""), _place(sheet, row)].append(row)
    return pd.DataFrame(
        {
            "Vendor": vendor,
            "GL code": place,
            "Rows": len(some),
            "Total": sum(row.amount for row in some) / 100,
            "Lowest": min(percent(row) or 0 for row in some),
        }
        for (vendor, place), some in sorted(found.items(), key=lambda item: -len(item[1]))
    )


def _place(sheet: Sheet, row: Transaction) -> str:
    """The GL account of a row, or those of its split: "Split: 25000, 62600"."""
    if row.split:
        return f"Split: {', '.join(line.gl_code for line in row.split)}"
    return sheet.chart.get(row.gl_code, row.gl_code)


def _accept(sheet: Sheet, rows: Sequence[Transaction], least: int) -> None:
    """Accept just what the preview showed, as one batch."""
    total = money.dollars(sum(row.amount for row in rows), sheet.choice.account.currency)
    words = f"Accepted {counted(len(rows), 'suggestion')} at {least}% or more, {total} in total"
    edits = [acceptance(row) for row in rows]
    click = Click(BatchKind.ACCEPT, words)
    _close()
    with feedback.kept():
        saved = save(sheet.viewer, sheet.choice.account.id, edits, click, f"{words}.")
        if saved.batch_id:
            keep_accepted(sheet.choice.account.id, saved.batch_id)
        update_view()
