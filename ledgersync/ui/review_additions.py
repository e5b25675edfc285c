"""Small forms for a vendor or GL account that the client does not have yet."""

import streamlit as st

from ledgersync.services import client_records
from ledgersync.ui import feedback
from ledgersync.ui.review_sheet import Sheet


def offer_additions(sheet: Sheet) -> None:
    """Two small forms; what they add is in the grid's lists at once."""
    with st.container(horizontal=True):
        with st.popover("New vendor", icon=":material/person_add:", type="tertiary"):
            _vendor_form(sheet)
        with st.popover("New GL account", icon=":material/playlist_add:", type="tertiary"):
            _gl_form(sheet)


def _vendor_form(sheet: Sheet) -> None:
    with st.form("review_new_vendor", border=False):
        st.text_input("Vendor name", persist_state="page", key="review_vendor_name", max_chars=200)
        st.text_input(
            "Vendor code in Accounting CS",
            persist_state="page",
            key="review_vendor_code",
            max_chars=40,
        )
        st.selectbox(
            "Usual GL code (optional)",
            list(sheet.chart),
            index=None,
            format_func=sheet.chart.__getitem__,
            persist_state="page",
            key="review_vendor_gl",
            placeholder="Type to search",
        )
        st.form_submit_button(
            "Add vendor", key="review_add_vendor", on_click=_add_vendor, args=(sheet,)
        )


def _add_vendor(sheet: Sheet) -> None:
    state = st.session_state
    viewer, client = sheet.viewer, sheet.choice.client
    with feedback.kept():
        vendor = client_records.add_vendor(
            viewer.actor,
            viewer.workspace,
            client.id,
            state.review_vendor_name,
            state.review_vendor_code,
            state.review_vendor_gl or "",
        )
        feedback.keep_toast(f"Added vendor {vendor.name}. It is in the list now.")
        state.review_vendor_name = state.review_vendor_code = ""
        state.review_vendor_gl = None


def _gl_form(sheet: Sheet) -> None:
    with st.form("review_new_gl", border=False):
        st.text_input("GL code", persist_state="page", key="review_gl_code", max_chars=40)
        st.text_input("Account name", persist_state="page", key="review_gl_name", max_chars=200)
        st.form_submit_button(
            "Add GL account", key="review_add_gl", on_click=_add_gl, args=(sheet,)
        )


def _add_gl(sheet: Sheet) -> None:
    state = st.session_state
    viewer, client = sheet.viewer, sheet.choice.client
    with feedback.kept():
        account = client_records.add_gl_account(
            viewer.actor, viewer.workspace, client.id, state.review_gl_code, state.review_gl_name
        )
        feedback.keep_toast(f"Added {account.label}. It is in the list now.")
        state.review_gl_code = state.review_gl_name = ""
