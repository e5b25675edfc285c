"""The choice of Review in the URL: read when a person arrives, written after every run.

Values are ids and dates, never names. Streamlit's own binding writes labels, so it is not used.
"""

from collections.abc import Mapping

import streamlit as st

NAMES = ("client", "account", "start", "end", "show", "search")
_LAST = "review_last_address"
_NOTES = "review_link_notes"


def given() -> Mapping[str, str]:
    """What the link asks for; without a link, what was chosen here before."""
    asked = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    last: dict[str, str] = st.session_state.get(_LAST, {})
    return asked or last


def seed(key: str, value: object) -> None:
    """Give a widget that is not on the page yet its first value."""
    if key not in st.session_state:
        st.session_state[key] = value


def keep(chosen: Mapping[str, str]) -> None:
    """Write the choice into the URL, and remember it for the way back from another page."""
    values = {name: chosen[name] for name in NAMES if chosen.get(name)}
    st.session_state[_LAST] = values
    if st.query_params.to_dict() != values:
        st.query_params.from_dict(values)


def note(sentence: str) -> None:
    """Say what of a link could not be followed, until a person chooses for themselves."""
    st.session_state.setdefault(_NOTES, []).append(sentence)


def forget_notes() -> None:
    st.session_state.pop(_NOTES, None)


def show_notes() -> None:
    for sentence in st.session_state.get(_NOTES, []):
        st.warning(sentence, icon=":material/link_off:")
