"""The recovery kit, offered in a quiet line until somebody has had it shown."""

import streamlit as st

from ledgersync.services import key_care
from ledgersync.ui.shell import Viewer, page


def offer_on_settings(viewer: Viewer) -> None:
    """Where a log-in was saved, for those who may print the kit."""
    if key_id := _to_print(viewer):
        st.caption(
            f":material/print: **Print the recovery kit of key {key_id}** and keep it in a safe: "
            "without it nobody opens the stored log-in again once the key is lost. It is further "
            "down, under *Encryption keys*."
        )


def offer_on_overview(viewer: Viewer) -> None:
    """Among what to do next, for those who may print the kit."""
    if key_id := _to_print(viewer):
        st.page_link(
            page("Settings"),
            label=f"Print the recovery kit of key {key_id}: Settings, under Encryption keys",
            icon=":material/print:",
        )


def _to_print(viewer: Viewer) -> str:
    if not key_care.may_administer(viewer.actor, viewer.workspace):
        return ""
    return key_care.kit_to_print(viewer.actor, viewer.workspace)
