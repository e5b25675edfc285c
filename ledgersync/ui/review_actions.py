"""Acting on ticked rows with ordinary buttons: codes and standing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.transactions import Transaction
from ledgersync.services.reviewing import Saved
from ledgersync.ui import feedback
from ledgersync.ui.review_accept import offer_acceptance
from ledgersync.ui.review_changes import offer_changes
from ledgersync.ui.review_locked import offer_unlocking
from ledgersync.ui.review_offer import note_correction, show_offer
from ledgersync.ui.review_saving import acceptance, edits_on, save
from ledgersync.ui.review_sheet import Sheet, row_words, rows_and_total
from ledgersync.ui.review_undo import offer_undo, show_accepted
from ledgersync.ui.review_view import View, update_view
from ledgersync.ui.texts import counted, plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_LISTED = 300
_STANDINGS = (
    ("Mark reviewed", Standing.REVIEWED, ":material/check:", "reviewed"),
    ("Exclude", Standing.EXCLUDED, ":material/block:", "exclude"),
    ("To review", Standing.TO_REVIEW, ":material/radio_button_unchecked:", "return"),
)


def show_actions(sheet: Sheet, view: View, rows: Sequence[Transaction]) -> None:
    """The bars above the grid: always there, so that ticking a row moves nothing."""
    ticked = [row for row in rows if row.id in view.ticked]
    with _bar("review_ticking"):
        with _bar("review_ticks"):
            _show_ticking(view, rows, ticked)
        # These come and go; here is room for them anyway, so they don't move the grid.
        if not show_accepted(sheet):
            show_offer(sheet)
    with _bar("review_actions"):
        _standing_buttons(sheet, ticked)
        _code_popover(sheet, ticked)
        offer_unlocking(sheet, ticked)
        offer_acceptance(sheet)
        offer_undo(sheet)
        offer_changes(sheet)


def _bar(key: str) -> "DeltaGenerator":
    return st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=key)


def _standing_buttons(sheet: Sheet, ticked: Sequence[Transaction]) -> None:
    for label, standing, icon, name in _STANDINGS:
        st.button(
            label,
            key=f"review_{name}",
            icon=icon,
            disabled=not ticked,
            on_click=_set_standing,
            args=(sheet, ticked, standing),
        )


def _show_ticking(view: View, rows: Sequence[Transaction], ticked: Sequence[Transaction]) -> None:
    st.button(
        f"Tick all {len(rows):,}",
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
    # Behind the buttons, so that a longer sum moves none of them.
    words = f"{rows_and_total(ticked)} ticked" if ticked else "No rows ticked"
    st.markdown(f":small[**{plain(words)}**]", width="content")


def _tick_one(view: View, rows: Sequence[Transaction]) -> None:
    """The way to a single row for people who don't use the grid."""
    if len(rows) > _LISTED:
        st.text(f"Narrow the list to {_LISTED} rows or fewer with filter and search first.")
        return
    by_id = {row.id: row for row in rows}
    key = "review_tick_one"

    def tick() -> None:
        if chosen := st.session_state[key]:
            view.ticked.add(chosen)
        st.session_state[key] = None

    st.selectbox(
        "Row to tick",
        list(by_id),
        index=None,
        format_func=lambda row_id: row_words(by_id[row_id]),
        key=key,
        placeholder="Type to search",
        on_change=tick,
    )


def _code_popover(sheet: Sheet, ticked: Sequence[Transaction]) -> None:
    with st.popover("GL code or vendor", icon=":material/edit:", disabled=not ticked):
        st.markdown(plain(f"For {rows_and_total(ticked)}:"))
        gl = _code_box("GL code", "review_bulk_gl", sheet.chart)
        st.button(
            "Set GL code",
            key="review_set_gl",
            disabled=not gl,
            on_click=_set_codes,
            args=(sheet, edits_on(_seen(ticked), gl_code=gl)),
        )
        vendor = _code_box("Vendor", "review_bulk_vendor", sheet.vendors)
        st.button(
            "Set vendor",
            key="review_set_vendor",
            disabled=not vendor,
            on_click=_set_codes,
            args=(sheet, edits_on(_seen(ticked), vendor_id=vendor)),
        )


def _code_box(label: str, key: str, labels: Mapping[str, str]) -> str | None:
    return st.selectbox(
        label,
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        key=key,
        placeholder="Type to search",
    )


def _seen(rows: Sequence[Transaction]) -> list[tuple[str, int]]:
    return [(row.id, row.version) for row in rows]


def _set_codes(sheet: Sheet, edits: Sequence[Edit]) -> None:
    viewer, account_id = sheet.viewer, sheet.choice.account.id
    with feedback.kept():
        saved = save(viewer, account_id, edits)
        note_correction(viewer, account_id, saved)


def _set_standing(sheet: Sheet, rows: Sequence[Transaction], standing: Standing) -> None:
    accepts = standing is Standing.REVIEWED
    edits = [acceptance(row) if accepts else _set_aside(row, standing) for row in rows]
    with feedback.kept():
        saved = save(sheet.viewer, sheet.choice.account.id, edits)
        if accepts:
            _say_uncoded(saved)
        update_view()


def _set_aside(row: Transaction, standing: Standing) -> Edit:
    return Edit(row.id, row.version, standing=standing)


def _say_uncoded(saved: Saved) -> None:
    uncoded = sum(not decision.gl_code for decision in saved.kept)
    if uncoded:
        rows = counted(uncoded, "row", "rows")
        verb = "has" if uncoded == 1 else "have"
        feedback.keep_toast(f"{rows} of these {verb} no GL code: set one before the export.")
