"""The message to support, ready to copy."""

import streamlit as st

from ledgersync.services import support
from ledgersync.ui.shell import Viewer


def support_section(viewer: Viewer) -> None:
    """Numbers and codes of this installation in a box to copy, and where to send them."""
    st.header("Ask support", anchor=False)
    st.write(
        "Send this to support@ledgersync.com and add what you did and what you saw. It holds no "
        "password, no e-mail address and no client's name. LedgerSync may ask for the e-mail of "
        "your account; never send the password."
    )
    st.code(support.support_message(viewer.actor, viewer.workspace), language=None)
