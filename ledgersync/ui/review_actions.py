"""Acting on rows with ordinary buttons: ticking, accepting, codes, and the ways to go faster."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ledgersync.domain.decisions import Standing
from ledgersync.domain.transactions import Transaction
from ledgersync.ui.labels import unique_labels
from ledgersync.ui.review_accept import offer_acceptance
from ledgersync.ui.review_bulk_codes import offer_codes
from ledgersync.ui.review_changes import offer_changes
from ledgersync.ui.review_drawer import offer_drawer
from ledgersync.ui.review_groups import offer_groups
from ledgersync.ui.review_keys import show_keys
from ledgersync.ui.review_more import show_more
from ledgersync.ui.review_next import show_way_to_export
from ledgersync.ui.review_offer import show_offer
from ledgersync.ui.review_sheet import Sheet, row_words, rows_and_total
from ledgersync.ui.review_split import offer_split, offer_templates
from ledgersync.ui.review_standing import accept_button, standing_button
from ledgersync.ui.review_undo import offer_undo, show_accepted
from ledgersync.ui.review_view import View
from ledgersync.ui.texts import plain, tick_words

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_LISTED = 300


def show_actions(sheet: Sheet, view: View, rows: Sequence[Transaction]) -> None:
    """The bars above the grid: always there, so that ticking a row moves nothing."""
    ticked = [row for row in rows if row.id in view.ticked]
    with _bar("review_ticking"):
        with _bar("review_ticks"):
            offer_undo(sheet)
            offer_changes(sheet)
            _show_ticking(view, rows, ticked)
        # These come and go; here is room for them anyway, so they don't move the grid.
        offer_templates(sheet, ticked)
        # Ticked rows have their total in this line, and both would not fit into it.
        if ticked or not show_accepted(sheet):
            show_offer(sheet)
            if not ticked:
                show_way_to_export(sheet)
    with _bar("review_actions"):
        accept_button(sheet, ticked)
        standing_button(sheet, ticked, Standing.EXCLUDED)
        offer_codes(sheet, ticked)
        offer_split(sheet, ticked)
        show_more(sheet, rows, ticked)
        offer_acceptance(sheet)
        offer_groups(sheet, view, rows)
        offer_drawer(sheet, view, ticked)


def _bar(key: str) -> "DeltaGenerator":
    return st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=key)


def _show_ticking(view: View, rows: Sequence[Transaction], ticked: Sequence[Transaction]) -> None:
    st.button(
        tick_words(len(rows), "row"),
        key="review_tick_all",
        type="tertiary",
        disabled=not rows or len(ticked) == len(rows),
        on_click=view.ticked.update,
        args=([row.id for row in rows],),
    )
    st.button(
        "Clear ticks",
        key="review_untick",
        type="tertiary",
        disabled=not ticked,
        on_click=view.ticked.clear,
    )
    with st.popover("Tick one", type="tertiary"):
        _tick_one(view, rows)
    show_keys()
    # Behind the buttons, so that a longer sum moves none of them.
    words = f"{rows_and_total(ticked)} ticked" if ticked else "No rows ticked"
    st.markdown(f":small[**{plain(words)}**]", width="content")


def _tick_one(view: View, rows: Sequence[Transaction]) -> None:
    """The way to a single row for people who don't use the grid."""
    if len(rows) > _LISTED:
        st.text(f"Narrow the list to {_LISTED} rows or fewer with filter and search first.")
        return
    labels = unique_labels((row.id, row_words(row)) for row in rows)
    key = "review_tick_one"

    def tick() -> None:
        if chosen := st.session_state[key]:
            view.ticked.add(chosen)
        st.session_state[key] = None

    st.selectbox(
        "Row to tick",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        key=key,
        placeholder="Type to search",
        on_change=tick,
    )
