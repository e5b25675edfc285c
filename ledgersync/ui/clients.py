"""Clients: all of them, one with its accounts and lists, and the lists of the whole firm."""

from typing import TYPE_CHECKING

import streamlit as st

from ledgersync.domain.clients import Client
from ledgersync.errors import LedgerSyncError
from ledgersync.services import client_records, coding_lists, reviewing
from ledgersync.ui import client_sync, feedback
from ledgersync.ui.client_accounts import accounts_tab, client_code
from ledgersync.ui.client_acs import acs_tab
from ledgersync.ui.client_codes import chart_tab, vendors_tab
from ledgersync.ui.client_list import choose_client
from ledgersync.ui.client_matching import match_clients
from ledgersync.ui.client_sections import Section, choose_section
from ledgersync.ui.client_splits import splits_tab
from ledgersync.ui.feedback import show_error
from ledgersync.ui.firm_lists import import_lists
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.unassigned import is_unassigned

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_NOTICE = "clients_notice"


def clients(viewer: Viewer) -> None:
    """The whole page."""
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    section = choose_section()
    with st.container():  # always there: tabs that move in the page open their first one
        feedback.show_kept()
    match section:
        case Section.CLIENTS:
            _clients(viewer, everyone)
        case Section.LISTS:
            import_lists(viewer, everyone)
        case Section.MATCHING:
            match_clients(viewer)
        case Section.FIRM:
            _whole_firm(viewer)


def _clients(viewer: Viewer, everyone: list[Client]) -> None:
    if is_unassigned(viewer):
        return
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
    accounts, vendors, chart, splits, acs = st.tabs(
        ["Bank accounts", "Vendors", "Chart of accounts", "Splits", "Accounting CS"]
    )
    with accounts:
        st.caption(counted(len(record.accounts), "bank account"))
        accounts_tab(viewer, record)
    _codes(viewer, client.id, vendors, chart, splits)
    with acs:
        acs_tab(viewer, record)


def _whole_firm(viewer: Viewer) -> None:
    """What every client may use unless it has its own."""
    st.caption("For all clients. A client's own vendor or account of the same code goes first.")
    _codes(viewer, "", *st.tabs(["Vendors", "Chart of accounts", "Splits"]))


def _codes(
    viewer: Viewer,
    client_id: str,
    vendors: "DeltaGenerator",
    chart: "DeltaGenerator",
    splits: "DeltaGenerator",
) -> None:
    lists = coding_lists.coding_list(viewer.actor, viewer.workspace, client_id)
    with vendors:
        vendors_tab(viewer, lists)
    with chart:
        chart_tab(viewer, lists)
    with splits:
        splits_tab(viewer, lists)
