"""A GL code and a vendor for all ticked rows, in a dialog that needs no mouse."""

from collections.abc import Sequence

import streamlit as st

from ledgersync.domain.decisions import Edit
from ledgersync.domain.transactions import Transaction
from ledgersync.ui import feedback
from ledgersync.ui.review_codes import NO_GL, NO_VENDOR, code_box
from ledgersync.ui.review_dialogs import Dialog, any_is_open
from ledgersync.ui.review_keys import TICKED_KEYS, ticked_key
from ledgersync.ui.review_locked import why_all_locked
from ledgersync.ui.review_saving import edits_on, save_codes
from ledgersync.ui.review_sheet import Sheet, rows_and_total
from ledgersync.ui.texts import counted, plain

_OPEN, _ICON = Dialog.CODES, ":material/edit:"


def offer_codes(sheet: Sheet, ticked: Sequence[Transaction]) -> None:
    """The button with its key, and the dialog while it is open; only then its lists are sent."""
    why_not = why_all_locked(ticked)
    st.button(
        "GL code or vendor",
        key="review_codes_open",
        icon=_ICON,
        shortcut=ticked_key("codes"),
        disabled=not ticked or bool(why_not),
        help=why_not or "Set a GL code, a vendor or both on the ticked rows.",
        on_click=_open,
        args=(sheet,),
    )
    if ticked and st.session_state.get(_OPEN) == sheet.choice.place:
        _dialog(sheet, ticked)


def _open(sheet: Sheet) -> None:
    if not any_is_open():
        st.session_state[_OPEN] = sheet.choice.place


def _close() -> None:
    st.session_state.pop(_OPEN, None)


@st.dialog("GL code or vendor", icon=_ICON, on_dismiss=_close)
def _dialog(sheet: Sheet, ticked: Sequence[Transaction]) -> None:
    st.markdown(plain(f"For {rows_and_total(ticked)}:"))
    gl = code_box("GL code", "review_bulk_gl", sheet.chart, none=NO_GL)
    vendor = code_box("Vendor", "review_bulk_vendor", sheet.vendors, none=NO_VENDOR)
    seen = [(row.id, row.version) for row in ticked]
    if st.button(
        f"Set on {counted(len(ticked), 'row')}",
        key="review_set_codes",
        shortcut=TICKED_KEYS["set"].key,
        type="primary",
        icon=":material/check:",
        disabled=gl is None and vendor is None,
        on_click=_set_codes,
        args=(sheet, edits_on(seen, gl_code=gl, vendor_id=vendor)),
    ):
        st.rerun()


def _set_codes(sheet: Sheet, edits: Sequence[Edit]) -> None:
    _close()
    with feedback.kept():
        save_codes(sheet.viewer, sheet.choice.account.id, edits)
