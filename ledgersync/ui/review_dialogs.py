"""Review's dialogs: where the session keeps that each is open."""

from enum import StrEnum

import streamlit as st


class Dialog(StrEnum):
    """The session's key of each dialog that is opened from above the grid; unset while closed."""

    ACCEPT = "review_accepting"
    CHANGES = "review_changes_open"
    CODES = "review_codes_at"
    DRAWER = "review_drawer_open"
    GROUPS = "review_groups_open"
    RULE = "review_rule_form"
    SPLIT = "review_split_form"


def any_is_open() -> bool:
    """Whether one of them lies over the page."""
    return any(st.session_state.get(one) for one in Dialog)
