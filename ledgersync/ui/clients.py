"""Clients: all of them, and one with its bank accounts, vendors and chart."""

import streamlit as st

from ledgersync.domain.clients import Client
from ledgersync.errors import LedgerSyncError
from ledgersync.services import client_records, reviewing
from ledgersync.ui import client_sync
from ledgersync.ui.client_accounts import accounts_tab, client_code
from ledgersync.ui.client_codes import chart_tab, vendors_tab
from ledgersync.ui.client_list import choose_client
from ledgersync.ui.feedback import show_error
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import counted, plain

_NOTICE = "clients_notice"


def clients(viewer: Viewer) -> None:
    """The whole page."""
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    _refresh(viewer, len(everyone))
    if not everyone:
        _nobody()
        return
    accounts = reviewing.list_all_accounts(viewer.actor, viewer.workspace)
    if chosen := choose_client(everyone, accounts):
        _one(viewer, chosen)


def _refresh(viewer: Viewer, count: int) -> None:
    """The button, and below it the steps of a refresh and how the last one ended."""
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Refresh from LedgerSync", icon=":material/refresh:", key="refresh_from_ledgersync"
        )
        st.caption(counted(count, "client"), width="content")
    if pressed:
        with st.status("Asking LedgerSync for clients and bank accounts ...", expanded=True):
            try:
                client_sync.run(viewer)
            except LedgerSyncError as error:
                st.session_state[_NOTICE] = error
        st.rerun()
    if notice := st.session_state.pop(_NOTICE, None):
        show_error(notice)
    client_sync.show_outcome()


def _nobody() -> None:
    st.info("No clients yet. They come from LedgerSync, once it is connected.")
    st.page_link(page("Settings"), label="Connect in Settings", icon=":material/settings:")
    client_sync.show_what_to_check()


def _one(viewer: Viewer, client: Client) -> None:
    record = client_records.client_record(viewer.actor, viewer.workspace, client.id)
    st.header(plain(client.name), anchor=False)
    if client.removed:
        st.warning(
            "LedgerSync no longer lists this client. Everything loaded before stays.",
            icon=":material/warning:",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=280):
            client_code(viewer, record)
        st.page_link(
            page("Review"),
            label="Review this client",
            icon=":material/checklist:",
            query_params={"client": client.id},
        )
    # No figures in these: with another label it is another tab, and the first one would open.
    accounts, vendors, chart = st.tabs(["Bank accounts", "Vendors", "Chart of accounts"])
    with accounts:
        st.caption(counted(len(record.accounts), "bank account"))
        accounts_tab(viewer, record)
    with vendors:
        st.caption(counted(len(record.vendors), "vendor"))
        vendors_tab(viewer, record)
    with chart:
        st.caption(counted(len(record.chart), "GL account"))
        chart_tab(viewer, record)
