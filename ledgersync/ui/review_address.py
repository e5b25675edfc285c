"""The choice of Review in the URL: read on arrival and on going back, written after every run.

Values are ids and dates, never names. Streamlit's own binding writes labels, so it is not used.
"""

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

NAMES = ("client", "account", "start", "end", "show", "search", "order")
_LAST, _BEFORE = "review_last_address", "review_address_before"
_NOTES = "review_link_notes"
_SEEDED = "review_seeded"
_HELD = "review_held_choice"


def follow() -> None:
    """Take up what the address says where a person went back, or followed a link on the page.

    Call it before any choice is shown: what was chosen is forgotten then, and seeded anew. A click
    goes before the address, which may be one behind it.
    """
    asked, last = _asked(), st.session_state.get(_LAST)
    if last is None or not asked or asked == last or _was_clicked() or _is_late(asked):
        return
    for key in st.session_state.pop(_SEEDED, set()):
        st.session_state.pop(key, None)
    forget_notes()


def given() -> Mapping[str, str]:
    """What the link asks for; without a link, what was chosen here before."""
    last: dict[str, str] = st.session_state.get(_LAST, {})
    return _asked() or last


def is_link() -> bool:
    """Whether the address names a choice, as a link does and the navigation does not."""
    return bool(_asked())


def _asked() -> dict[str, str]:
    return {name: st.query_params[name] for name in NAMES if name in st.query_params}


def _held() -> dict[str, object]:
    """What the seeded widgets hold now; those of another client's accounts are gone."""
    seeded: set[str] = st.session_state.get(_SEEDED, set())
    return {key: st.session_state[key] for key in seeded if key in st.session_state}


def _was_clicked() -> bool:
    """Whether a person chose something since the address was written."""
    before: dict[str, object] = st.session_state.get(_HELD, {})
    return any(key not in before or before[key] != now for key, now in _held().items())


def _is_late(asked: dict[str, str]) -> bool:
    """Whether the browser sent this before it had the address that was written last.

    The grid tells of a tick a moment after it: a search that was typed meanwhile would be lost. Who
    goes back says so; who comes from another page finds no choice here.
    """
    run = get_script_run_ctx()
    goes_back = run is not None and run.is_history_navigation
    return not goes_back and asked == st.session_state.get(_BEFORE) and bool(_held())


def seed(key: str, value: object) -> None:
    """Give a widget that is not on the page yet its first value."""
    st.session_state.setdefault(_SEEDED, set()).add(key)
    if key not in st.session_state:
        st.session_state[key] = value


def keep(chosen: Mapping[str, str]) -> None:
    """Write the choice into the URL, and remember it for the way back from another page."""
    values = {name: chosen[name] for name in NAMES if chosen.get(name)}
    if values != (last := st.session_state.get(_LAST)):
        st.session_state[_BEFORE] = last
    st.session_state[_LAST], st.session_state[_HELD] = values, _held()
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
