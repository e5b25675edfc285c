"""The parts of the page Clients, and going from one to another."""

from enum import StrEnum

import streamlit as st

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
    if _SECTION not in st.session_state:
        asked = st.query_params.get(_PARAM, "")
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
    if section is Section.CLIENTS:
        st.query_params.pop(_PARAM, None)
    else:
        st.query_params[_PARAM] = section.value
    return section


def go_to(section: Section) -> None:
    """Show another part with the next run; for callbacks."""
    st.session_state[_SECTION] = section
