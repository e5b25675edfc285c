"""For staff whom nobody has given a client yet: what to ask for, instead of an empty page."""

import streamlit as st

from ledgersync.services import people
from ledgersync.ui.shell import Viewer


def is_unassigned(viewer: Viewer) -> bool:
    """Whether this person works on no client; then that is said."""
    if not viewer.is_hosted:
        return False
    me = people.myself(viewer.actor, viewer.workspace)
    if me.sees_all or me.client_ids:
        return False
    st.info(
        "**No client is assigned to you yet.** Ask your administrator to assign some under "
        "Settings, Users and roles.",
        icon=":material/group_off:",
    )
    return True
