"""Where the app looks for LedgerSync, and, in the demo, the log-ins to try."""

import streamlit as st

from ledgersync.services import support
from ledgersync.ui.shell import DEMO_LOG_INS, DEMO_PASSWORD, Viewer
from ledgersync.ui.texts import plain


def address_section(viewer: Viewer) -> None:
    """The address and its source, to read; both are set outside the app."""
    facts = support.installation(viewer.actor, viewer.workspace)
    with st.expander("Where the app looks for LedgerSync", icon=":material/dns:"):
        st.write(f"Address: `{facts.feed_host}`, {plain(facts.feed_source)}.")
        st.write(
            "LedgerSync does not publish how its API is spoken to. What the app assumes - the "
            "address, paths and field names - is written in one text file, the profile. It is not "
            "verified. If your LedgerSync answers differently, a corrected copy named by "
            "`LEDGERSYNC_API_PROFILE` takes its place, and `LEDGERSYNC_API_URL` changes the "
            "address alone. Nobody can change either from this page."
        )


def demo_log_ins() -> None:
    """The demo server's log-ins, so that a newcomer sees each way that connecting can end."""
    with st.expander("Demo: log-ins to try", icon=":material/science:", expanded=True):
        st.write(f"The password of each is `{DEMO_PASSWORD}`; try a wrong one too.")
        st.table(
            {f"`{email}`": words for email, words in DEMO_LOG_INS.items()},
            border="horizontal",
            width="content",
            alt="Demo log-ins and what each leads to",
        )
