"""The address of what was learned: a client, with one description or those that have some words."""

import streamlit as st

from ledgersync.services.past_rows import LearnedPlace
from ledgersync.ui import addresses

CLIENT, TEXT, SEARCH = "learned_client", "learned_text", "learned_search"
"""What the widgets are called, and what the address calls them."""
PART = "learned_part"
LONGEST_SEARCH = 100


def address_of(place: LearnedPlace) -> dict[str, str]:
    """The address of the page Rules that shows it, in a table that is short enough to see it."""
    search = (place.search or place.descriptor)[:LONGEST_SEARCH]
    values = {CLIENT: place.client_id, TEXT: place.descriptor, SEARCH: search}
    return {name: value for name, value in values.items() if value}


def follow_link() -> bool:
    """Choose what the address asks for; whether it asks for something learned at all.

    It may ask for another text of the client that is chosen already.
    """
    asked = {name: addresses.asked(name, name) for name in (CLIENT, TEXT, SEARCH)}
    if asked[CLIENT] == "" or all(value is None for value in asked.values()):
        return False
    for name, value in asked.items():
        if value is not None:
            st.session_state[name] = value or None
    st.session_state[PART] = "texts"
    return True


def keep_address(*, shown: bool) -> None:
    """Write what is chosen into the address; take it out where the tab is not the one shown."""
    for name in (CLIENT, TEXT, SEARCH):
        addresses.keep(name, str(st.session_state.get(name) or "") if shown else "")
