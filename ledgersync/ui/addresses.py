"""A choice in the page's address, so that a link, a reload and the browser's Back bring it back."""

import streamlit as st

_KEPT = "address_kept_"


def asked(name: str, widget: str) -> str | None:
    """What the address asks for; None where it only says what was kept there last.

    Call it before the widget of that key is shown: what it returns goes before what the widget
    holds, because a person has followed a link or gone back.
    """
    now = st.query_params.get(name, "")
    arrives = widget not in st.session_state and now != ""
    return now if arrives or now != st.session_state.get(_KEPT + name, "") else None


def keep(name: str, value: str) -> None:
    """Write a choice into the address; "" takes it out."""
    st.session_state[_KEPT + name] = value
    if value and st.query_params.get(name) != value:
        st.query_params[name] = value
    elif not value:
        st.query_params.pop(name, None)
