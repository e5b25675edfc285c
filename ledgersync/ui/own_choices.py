"""A choice that a colleague's change came before: kept, to be used all the same or let go."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from ledgersync.errors import PeopleChanged
from ledgersync.ui.texts import plain

_MINE = "own_choice"


@contextmanager
def choice_kept(about: str, wanted: object) -> Iterator[None]:
    """Save within: the choice is kept where a colleague was faster, for `offer_own_choice`.

    `about` is the id of what is changed.
    """
    try:
        yield
    except PeopleChanged:
        st.session_state[_MINE] = (about, wanted)
        raise
    st.session_state.pop(_MINE, None)


def offer_own_choice(
    about: str, now: object, words: Callable[[Any], str], use: Callable[[Any], None]
) -> None:
    """What was chosen and not saved, beside what is stored now, with both ways on."""
    place, wanted = st.session_state.get(_MINE, ("", None))
    if place != about or wanted == now:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/group: You had chosen {plain(words(wanted))}.", width="content")
        st.button("Keep theirs", key="own_choice_drop", on_click=_drop)
        st.button("Use mine", key="own_choice_use", on_click=use, args=(wanted,))


def _drop() -> None:
    st.session_state.pop(_MINE, None)
