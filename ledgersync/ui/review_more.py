"""What is done to ticked rows now and then: copy codes, mark reviewed, send back, unlock."""

from collections.abc import Sequence

import streamlit as st

from ledgersync.domain.batches import BatchKind
from ledgersync.domain.copying import edits_from_above
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.transactions import Transaction
from ledgersync.services.clicks import Click
from ledgersync.ui import feedback
from ledgersync.ui.review_locked import offer_unlocking, why_all_locked
from ledgersync.ui.review_popovers import MORE, close_more
from ledgersync.ui.review_saving import save_codes
from ledgersync.ui.review_sheet import Sheet, rows_and_total
from ledgersync.ui.review_standing import standing_button
from ledgersync.ui.texts import counted, plain


def show_more(sheet: Sheet, rows: Sequence[Transaction], ticked: Sequence[Transaction]) -> None:
    """The rarer actions in a pop-over; `rows` are the list from the top."""
    with st.popover("More", icon=":material/more_horiz:", key=MORE, on_change="rerun"):
        words = f"For {rows_and_total(ticked)}:" if ticked else "Tick rows first."
        st.markdown(plain(words))
        _copy_button(sheet, rows, ticked)
        standing_button(sheet, ticked, Standing.REVIEWED, "stretch")
        standing_button(sheet, ticked, Standing.TO_REVIEW, "stretch")
        offer_unlocking(sheet, ticked)


def _copy_button(sheet: Sheet, rows: Sequence[Transaction], ticked: Sequence[Transaction]) -> None:
    edits = edits_from_above(rows, {row.id for row in ticked})
    nothing = "The row above has no codes to copy." if ticked else "Tick rows."
    why_not = why_all_locked(ticked) or ("" if edits else nothing)
    st.button(
        "Copy codes from the row above",
        key="review_copy_above",
        icon=":material/content_copy:",
        width="stretch",
        disabled=bool(why_not),
        help=why_not or "Vendor and GL code; of several ticked in a row, all take the same.",
        on_click=_copy,
        args=(sheet, edits),
    )


def _copy(sheet: Sheet, edits: Sequence[Edit]) -> None:
    words = f"Copied codes from the row above to {counted(len(edits), 'row')}"
    viewer, account_id = sheet.viewer, sheet.choice.account.id
    with feedback.kept():
        save_codes(viewer, account_id, edits, Click(BatchKind.BULK, words), f"{words}.")
        close_more()
