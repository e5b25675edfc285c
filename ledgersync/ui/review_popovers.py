"""The pop-over of what is rarely done to ticked rows: it closes once it is done."""

import streamlit as st

MORE = "review_more_open"
"""Whether it is open, in the session."""


def close_more() -> None:
    """For callbacks, once they have done what was asked."""
    st.session_state[MORE] = False
