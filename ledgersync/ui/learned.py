"""The tab Learned: what was learned for a client, what was stopped, how vendors are spelt."""

from collections.abc import Sequence
from enum import StrEnum

import streamlit as st

from ledgersync.domain.clients import Client
from ledgersync.services import learned
from ledgersync.services.learned import LearnedPage
from ledgersync.ui import feedback
from ledgersync.ui.labels import client_labels
from ledgersync.ui.learned_changes import changed_words, show_last_change
from ledgersync.ui.learned_link import CLIENT, PART, keep_address
from ledgersync.ui.learned_spellings import show_spellings
from ledgersync.ui.learned_stopped import show_stopped
from ledgersync.ui.learned_texts import show_texts
from ledgersync.ui.shell import Viewer, page

_ON = (
    "Open rows are proposed what reviewed rows that read alike were given. Turn it off, and only "
    "rules and vendor names speak; nothing that was learned is lost."
)
_OFF = (
    "Learning is off for this client: only rules and vendor names speak. What is listed here is "
    "what its reviewed rows would teach."
)


class Part(StrEnum):
    TEXTS = "texts"
    STOPPED = "stopped"
    SPELLINGS = "spellings"


def show_learned(viewer: Viewer, clients: Sequence[Client]) -> None:
    """The whole tab for a client to be chosen."""
    if not clients:
        st.info("No clients yet. They come from LedgerSync, once it is connected.")
        st.page_link(page("Settings"), label="Connect in Settings", icon=":material/settings:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        client_id = _choose_client(clients)
        stamp = learned.learned_stamp(viewer.actor, viewer.workspace, client_id)
        found = _looked_up(viewer, client_id, stamp)
        _switch(viewer, found)
    st.caption(f":material/{'school' if found.on else 'block'}: {_ON if found.on else _OFF}")
    show_last_change(viewer, client_id)
    match _choose_part(found):
        case Part.TEXTS:
            show_texts(viewer, found)
        case Part.STOPPED:
            show_stopped(viewer, found)
        case Part.SPELLINGS:
            show_spellings(viewer, client_id, stamp)
    keep_address(shown=True)


# As a resource: nobody changes it, and a copy for every look would take its time.
@st.cache_resource(max_entries=8, show_spinner="Looking through the reviewed rows ...")
def _looked_up(_viewer: Viewer, client_id: str, stamp: str) -> LearnedPage:
    del stamp
    return learned.learned(_viewer.actor, _viewer.workspace, client_id)


def _choose_client(clients: Sequence[Client]) -> str:
    names = client_labels(clients)
    if st.session_state.get(CLIENT) not in names:
        st.session_state[CLIENT] = clients[0].id
    chosen = st.selectbox("Client", list(names), format_func=names.__getitem__, key=CLIENT)
    return chosen or clients[0].id


def _switch(viewer: Viewer, found: LearnedPage) -> None:
    key = f"learned_on_{found.client_id}"
    st.session_state[key] = found.on  # what is stored, whoever changed it last
    st.toggle(
        "Learn from this client's reviewed rows",
        key=key,
        on_change=_turn,
        args=(viewer, found.client_id, key),
    )


def _turn(viewer: Viewer, client_id: str, key: str) -> None:
    on = bool(st.session_state[key])
    with feedback.kept():
        rows = learned.set_learning(viewer.actor, viewer.workspace, client_id, on=on)
        feedback.keep_toast(f"Learning is {'on' if on else 'off'}: {changed_words(rows)}.")


def _choose_part(found: LearnedPage) -> Part:
    words = {
        Part.TEXTS: "What was learned",
        Part.STOPPED: f"Stopped ({len(found.stopped):,})",
        Part.SPELLINGS: "Vendor spellings",
    }
    chosen = st.segmented_control(
        "Part of this tab",
        list(Part),
        format_func=words.__getitem__,
        key=PART,
        default=Part.TEXTS,
        required=True,
        label_visibility="collapsed",
    )
    return Part(chosen or Part.TEXTS)
