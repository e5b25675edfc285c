"""The parts of the page Clients, and going from one to another."""

from enum import StrEnum

import streamlit as st

from ledgersync.ui import addresses

_SECTION = "clients_section"
_PARAM = "view"


class Section(StrEnum):
    CLIENTS = "clients"
    LISTS = "lists"
    MATCHING = "matching"
    FIRM = "firm"


_WORDS = {
    Section.CLIENTS: "Clients",
    Section.LISTS: "Import lists",
    Section.MATCHING: "Match clients",
    Section.FIRM: "Whole firm",
}


def choose_section() -> Section:
    """The part to show, as the link or the last click says."""
    asked = addresses.asked(_PARAM, _SECTION)
    if asked is not None or _SECTION not in st.session_state:
        st.session_state[_SECTION] = Section(asked) if asked in set(Section) else Section.CLIENTS
    chosen = st.segmented_control(
        "Part of this page",
        list(Section),
        format_func=lambda section: _WORDS[section],
        key=_SECTION,
        required=True,
        label_visibility="collapsed",
    )
    section = Section(chosen or Section.CLIENTS)
    addresses.keep(_PARAM, "" if section is Section.CLIENTS else section.value)
    return section


def go_to(section: Section) -> None:
    """Show another part with the next run; for callbacks."""
    st.session_state[_SECTION] = section
