"""Fields that save themselves: what was typed or chosen is kept at once, with a word about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from ledgersync import clock
from ledgersync.errors import DatabaseUnavailable, LedgerSyncError
from ledgersync.ui.feedback import show_error
from ledgersync.ui.times import when_words

Save = Callable[[str], None]


@dataclass(frozen=True)
class _Refused:
    """What stands in the field but is not stored, and why."""

    typed: str
    error: LedgerSyncError


def saved_field(label: str, value: str, key: str, save: Save, about: str) -> None:
    """A text field; leaving it calls `save` with the new text and says how that went.

    Args:
        label: shown as it is; the caller escapes what others wrote.
        key: stable per stored value, such as "acs_code_<client id>".
        save: a service call; what it refuses is told below the field.
    """
    refused = _outcome(key)
    # For a page that could not be shown meanwhile: it has forgotten what stood in the field.
    first = refused.typed if isinstance(refused, _Refused) else value
    st.text_input(label, value=first, key=key, help=about, on_change=_save, args=(key, value, save))
    _tell(key, value, save)


def saved_choice(
    label: str, value: str, options: Mapping[str, str], key: str, save: Save, about: str
) -> None:
    """A list to choose from, like `saved_field`; nothing chosen is "".

    Args:
        label: as for `saved_field`; so are `key` and `save`.
        options: what can be chosen, each with its words.
    """
    listed = dict(options)
    if value:
        listed.setdefault(value, f"{value} (no longer in the list)")
    _put_back(key)
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
    _tell(key, value, save)


def _put_back(key: str) -> None:
    """Like the first value of a text field."""
    refused = _outcome(key)
    if isinstance(refused, _Refused) and (st.session_state.get(key) or "") != refused.typed:
        st.session_state[key] = refused.typed or None


def _tell(key: str, value: str, save: Save) -> None:
    """How the last save of this field went: a success is said once, a refusal until it is over."""
    outcome = _outcome(key)
    if isinstance(outcome, _Refused):
        show_error(outcome.error)
        if isinstance(outcome.error, DatabaseUnavailable):
            st.button("Save again", key=f"{key}_again", on_click=_save, args=(key, value, save))
    elif outcome:
        del st.session_state[_outcome_key(key)]
        st.caption(f":green[:material/check_circle: Saved at {when_words(outcome)}]")


def _save(key: str, before: str, save: Save) -> None:
    typed = st.session_state[key] or ""
    st.session_state.pop(_outcome_key(key), None)
    if typed.strip() == before:
        return
    try:
        save(typed)
        st.session_state[_outcome_key(key)] = clock.now()
    except LedgerSyncError as error:
        st.session_state[_outcome_key(key)] = _Refused(typed, error)


def _outcome(key: str) -> datetime | _Refused | None:
    found: datetime | _Refused | None = st.session_state.get(_outcome_key(key))
    return found


def _outcome_key(key: str) -> str:
    return f"{key}_outcome"
