"""Choosing a vendor or a GL code from a list by typing."""

from collections.abc import Callable, Mapping

import streamlit as st

NO_GL, NO_VENDOR = "No GL code (empty it)", "No vendor (empty it)"


def code_box(
    label: str,
    key: str,
    labels: Mapping[str, str],
    *,
    none: str,
    chosen: str = "",
    disabled: bool = False,
    on_change: Callable[[], None] | None = None,
) -> str | None:
    """A list that is searched by typing; `labels` are the codes' words, `chosen` one of them.

    `none` is what the choice to empty the code is called, which gives ""; None is no choice.
    """
    words = {"": none, **labels}
    if chosen in labels:
        # Seeded, not given as a first value: then it could not be emptied again.
        st.session_state.setdefault(key, chosen)
    return st.selectbox(
        label,
        list(words),
        index=None,
        format_func=words.__getitem__,
        key=key,
        placeholder="Type to search",
        disabled=disabled,
        on_change=on_change,
    )
