"""Encryption keys on Settings: where they are, the recovery kit, and bringing a key back."""

import pandas as pd
import streamlit as st
from pydantic import SecretStr

from ledgersync.services import key_care
from ledgersync.services.key_care import KeyPlace
from ledgersync.ui.feedback import in_place
from ledgersync.ui.shell import Viewer

_KIT_TEXT = "recovery_kit_text"
_RESTORED = "restored_key"


def keys_section(viewer: Viewer) -> None:
    """The section, for those who administer the app."""
    if not key_care.may_administer(viewer.actor, viewer.workspace):
        return
    st.header("Encryption keys", anchor=False)
    st.write(
        "The LedgerSync log-in is stored encrypted. Its key is kept apart from the database, so "
        "that a copy of the data or a backup does not open it."
    )
    with in_place():
        places = key_care.key_places(viewer.actor, viewer.workspace)
        st.dataframe(
            pd.DataFrame([_row(place) for place in places]),
            hide_index=True,
            alt="Where encryption keys are looked for, in order",
        )
    with st.expander("Recovery kit", icon=":material/print:"):
        _kit(viewer)
    with st.expander("Restore a key", icon=":material/key:"):
        _restore(viewer)


def _row(place: KeyPlace) -> dict[str, str]:
    return {
        "Place": place.source.capitalize(),
        "Keys": ", ".join(place.key_ids) or "none",
        "File": str(place.path or ""),
        "Note": place.note,
    }


def _kit(viewer: Viewer) -> None:
    """The key shows only in the run of the click: the next one knows nothing of it."""
    st.write(
        "A page with the key in use, to print once and keep in a safe. With it, the stored log-in "
        "can be opened again after a move to another computer. Whoever has this page and a "
        "backup can read the LedgerSync password."
    )
    alone = st.checkbox("I am alone at this screen and ready to print", key="kit_confirmed")
    asked = st.button("Show the recovery kit", disabled=not alone, key="show_kit")
    if asked and alone:
        with in_place():
            st.code(key_care.recovery_kit(viewer.actor, viewer.workspace), language=None)
            st.caption("Print this now: it goes away with your next click, and is not kept.")


def _restore(viewer: Viewer) -> None:
    with st.form("restore_key", clear_on_submit=True, border=False):
        st.text_area(
            "Key id and the four rows from the recovery kit", key=_KIT_TEXT, max_chars=10_000
        )
        sent = st.form_submit_button("Restore this key")
    if sent:
        kit = SecretStr(st.session_state.get(_KIT_TEXT, ""))
        del st.session_state[_KIT_TEXT]
        with in_place():
            key_id = key_care.restore_key(viewer.actor, viewer.workspace, kit)
            st.session_state[_RESTORED] = key_id
            st.rerun()
    if restored := st.session_state.pop(_RESTORED, ""):
        st.success(
            f"Key {restored} is back in place. Press **Test again** above.",
            icon=":material/check_circle:",
        )
