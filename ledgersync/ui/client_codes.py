"""What a client's transactions can be coded to: vendors and chart of accounts, with new ones."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from ledgersync.errors import LedgerSyncError
from ledgersync.services import client_records
from ledgersync.services.client_records import ClientRecord
from ledgersync.ui.feedback import show_error
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain

_ADDED = "client_codes_added"


def vendors_tab(viewer: Viewer, record: ClientRecord) -> None:
    """The vendors, and a form for a new one."""
    _show_added("vendor")
    if record.vendors:
        st.dataframe(
            vendors_frame(record), hide_index=True, alt="Vendors with code and default GL account"
        )
    else:
        st.info("This client has no vendors yet. Add the first one below.", icon=":material/store:")
    labels = {gl.code: gl.label for gl in record.chart}
    with st.form(f"new_vendor_{record.client.id}", clear_on_submit=True):
        st.markdown("**New vendor**")
        name = st.text_input("Vendor name")
        code = st.text_input("Vendor code", help="The Vendor ID in Accounting CS")
        default_gl = st.selectbox(
            "Default GL account",
            list(labels),
            index=None,
            format_func=lambda gl_code: labels[gl_code],
            placeholder="None",
        )
        sent = st.form_submit_button("Add vendor")
    if sent:
        _add(
            "vendor",
            lambda: (
                client_records.add_vendor(
                    viewer.actor, viewer.workspace, record.client.id, name, code, default_gl or ""
                ).name
            ),
        )


def chart_tab(viewer: Viewer, record: ClientRecord) -> None:
    """The chart of accounts, and a form for a new account."""
    _show_added("account")
    if record.chart:
        st.dataframe(chart_frame(record), hide_index=True, alt="Chart of accounts")
    else:
        st.info(
            "This client has no chart of accounts yet. Add the first GL account below.",
            icon=":material/account_tree:",
        )
    with st.form(f"new_gl_{record.client.id}", clear_on_submit=True):
        st.markdown("**New GL account**")
        code = st.text_input("GL code", help="As Accounting CS shows it, such as 6250-10")
        name = st.text_input("Account name")
        sent = st.form_submit_button("Add GL account")
    if sent:
        _add(
            "account",
            lambda: (
                client_records.add_gl_account(
                    viewer.actor, viewer.workspace, record.client.id, code, name
                ).label
            ),
        )


def vendors_frame(record: ClientRecord) -> pd.DataFrame:
    names = {gl.code: gl.label for gl in record.chart}
    return pd.DataFrame(
        {
            "Vendor": vendor.name,
            "Vendor code": vendor.code,
            "Default GL account": names.get(vendor.default_gl, vendor.default_gl),
            "For": "This client" if vendor.client_id else "Whole firm",
        }
        for vendor in record.vendors
    )


def chart_frame(record: ClientRecord) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "GL code": gl.code,
            "Account name": gl.name,
            "Type": gl.type.replace("_", " ").capitalize(),
            "For": "This client" if gl.client_id else "Whole firm",
        }
        for gl in record.chart
    )


def _add(what: str, add: Callable[[], str]) -> None:
    """Add one, then show the page with it; what is refused is told below the form."""
    try:
        added = add()
    except LedgerSyncError as error:
        show_error(error)
        return
    st.session_state[_ADDED] = (what, added)
    st.rerun()


def _show_added(what: str) -> None:
    kind, name = st.session_state.get(_ADDED, ("", ""))
    if kind == what:
        del st.session_state[_ADDED]
        st.success(f"Added {plain(name)}.", icon=":material/check_circle:")
