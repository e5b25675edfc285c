"""Fields that save themselves: what was typed or chosen is kept at once, with a word about it."""

from collections.abc import Callable, Mapping

import streamlit as st

from ledgersync import clock
from ledgersync.errors import LedgerSyncError
from ledgersync.ui.feedback import show_error
from ledgersync.ui.times import when_words


def saved_field(label: str, value: str, key: str, save: Callable[[str], None], about: str) -> None:
    """A text field; leaving it calls `save` with the new text and says how that went.

    Args:
        label: shown as it is; the caller escapes what others wrote.
        key: stable per stored value, such as "acs_code_<client id>".
        save: a service call; what it refuses is told below the field.
    """
    st.text_input(label, value=value, key=key, help=about, on_change=_save, args=(key, value, save))
    _tell(key)


def saved_choice(
    label: str,
    value: str,
    options: Mapping[str, str],
    key: str,
    save: Callable[[str], None],
    about: str,
) -> None:
    """A list to choose from, like `saved_field`; nothing chosen is "".

    Args:
        label: as for `saved_field`; so are `key` and `save`.
        options: what can be chosen, each with its words.
    """
    listed = dict(options)
    if value:
        listed.setdefault(value, f"{value} (no longer in the list)")
    # With a first value of its own, a list could not be emptied again.
    st.session_state.setdefault(key, value or None)
    st.selectbox(
        label,
        list(listed),
        index=None,
        format_func=lambda one: listed[one],
        key=key,
        help=about,
        placeholder="Not chosen",
        on_change=_save,
        args=(key, value, save),
    )
    _tell(key)


def _tell(key: str) -> None:
    """How the last save of this field went; said once."""
    outcome = st.session_state.pop(_outcome_key(key), None)
    if isinstance(outcome, LedgerSyncError):
        show_error(outcome)
    elif outcome:
        st.caption(f":green[:material/check_circle: Saved at {when_words(outcome)}]")


def _save(key: str, before: str, save: Callable[[str], None]) -> None:
    typed = st.session_state[key] or ""
    if typed.strip() == before:
        return
    try:
        save(typed)
        st.session_state[_outcome_key(key)] = clock.now()
    except LedgerSyncError as error:
        st.session_state[_outcome_key(key)] = error


def _outcome_key(key: str) -> str:
    return f"{key}_outcome"
