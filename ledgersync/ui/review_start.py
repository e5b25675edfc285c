"""Review before there is anything to review: not connected, no clients yet, no bank accounts."""

import streamlit as st

from ledgersync.domain.clients import Client
from ledgersync.domain.connections import Connection, ConnectionState
from ledgersync.services import connecting, syncing
from ledgersync.services.feed_sessions import Step
from ledgersync.ui.feedback import in_place
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import plain
from ledgersync.ui.unassigned import is_unassigned

# In these states another load could only fail, or would send a refused password again.
_CANNOT_LOAD = {
    ConnectionState.NOT_CONNECTED: "LedgerSync is not connected, so nothing can be loaded.",
    ConnectionState.LOCKED: "The stored LedgerSync log-in is locked.",
    ConnectionState.NEEDS_ATTENTION: "LedgerSync refused the stored log-in.",
}


def explain_no_clients(viewer: Viewer) -> None:
    """The page of a firm without clients: connect first, or wait for the first sync."""
    if is_unassigned(viewer):
        return
    connection = connecting.connection_state(viewer.actor, viewer.workspace)
    if connection.state is ConnectionState.NOT_CONNECTED:
        st.info(
            "**There are no clients yet.** They come from LedgerSync: connect it in Settings, then "
            "choose a client here.",
            icon=":material/link:",
        )
        _settings_link("Connect LedgerSync in Settings")
        return
    if not may_load(connection):
        return
    st.info(
        "**No clients yet.** The first sync can take 30-60 seconds: wait a moment, then Refresh.",
        icon=":material/hourglass_top:",
    )
    _what_to_check()
    _refresh_button(viewer)


def explain_no_accounts(viewer: Viewer, client: Client) -> None:
    st.info(
        f"**LedgerSync lists no bank accounts for {plain(client.name)}.** Connect a bank for this "
        "client at app.ledgersync.com, then Refresh; or import statement files of a bank that is "
        "not on the feed.",
        icon=":material/account_balance:",
    )
    st.page_link(
        page("Import"),
        label="Import a statement file",
        icon=":material/upload_file:",
        query_params={"client": client.id},
    )
    _refresh_button(viewer, client)


def may_load(connection: Connection) -> bool:
    """Whether the connection can load; when not, say why and what to do."""
    if connection.state not in _CANNOT_LOAD:
        return True
    words = connection.sentence or _CANNOT_LOAD[connection.state]
    st.warning(f"**{plain(words)}** {plain(connection.next_step)}", icon=":material/link_off:")
    _settings_link("Open Settings")
    return False


def _settings_link(label: str) -> None:
    st.page_link(page("Settings"), label=label, icon=":material/settings:")


def _what_to_check() -> None:
    st.markdown(
        "If none show after a minute, check that\n"
        "- your LedgerSync account has at least one client,\n"
        "- the clients have connected bank accounts there,\n"
        "- or disconnect and connect again in Settings."
    )


def _refresh_button(viewer: Viewer, client: Client | None = None) -> None:
    if not st.button("Refresh", icon=":material/refresh:", key="review_refresh"):
        return
    with in_place():
        with st.status("Asking LedgerSync ...") as status:

            def show(step: Step) -> None:
                done = f" ({step.done} of {step.total})" if step.total else ""
                status.update(label=f"{step.label}{done}")

            only = [client.id] if client else []
            syncing.sync_clients(viewer.actor, viewer.workspace, show, only)
        st.rerun()
