"""The pop-overs of what is done to ticked rows: they close once it is done."""

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

CODES, MORE = "review_codes_open", "review_more_open"
"""Whether each is open, in the session."""


def action_popover(
    label: str, key: str, icon: str, why_not: str = "", *, disabled: bool = False
) -> "DeltaGenerator":
    """A pop-over that a callback can close; `why_not` is shown where it can't be opened."""
    return st.popover(
        label,
        icon=icon,
        key=key,
        disabled=disabled or bool(why_not),
        help=why_not or None,
        on_change="rerun",
    )


def close_popovers() -> None:
    """For callbacks, once they have done what was asked."""
    for key in (CODES, MORE):
        st.session_state[key] = False
