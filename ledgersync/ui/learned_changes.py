"""What was last stopped, taken up or spelt, said on the tab with an Undo beside it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from ledgersync.domain.learned import Stop
from ledgersync.services import learned
from ledgersync.ui import feedback
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain

_LAST = "learned_last_change"

Undo = Callable[[Viewer], object]


@dataclass(frozen=True, slots=True)
class Change:
    """What was done for a client in a sentence, and its opposite."""

    client_id: str
    words: str
    undo: Undo


def remember(client_id: str, words: str, undo: Undo) -> None:
    """Keep the last change for Undo; an older one is taken back where it is listed."""
    st.session_state[_LAST] = Change(client_id, words, undo)


def show_last_change(viewer: Viewer, client_id: str) -> None:
    """Say what was done last, if it was for this client, with the button that takes it back."""
    last: Change | None = st.session_state.get(_LAST)
    if last is None or last.client_id != client_id:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":green[:material/check_circle:] {plain(last.words)}", width="content")
        st.button(
            "Undo",
            icon=":material/undo:",
            key="learned_undo",
            on_click=_undo,
            args=(viewer, last),
        )


def _undo(viewer: Viewer, last: Change) -> None:
    with feedback.kept():
        last.undo(viewer)
        st.session_state.pop(_LAST, None)
        feedback.keep_toast("Taken back.")


def stop(viewer: Viewer, client_id: str, wanted: Stop, name: str) -> None:
    """Stop suggesting something; for callbacks."""
    with feedback.kept():
        rows = _forget(viewer, client_id, wanted)
        remember(
            client_id,
            f"{name} is no longer suggested for {_rows_of(wanted)}: {changed_words(rows)}.",
            lambda viewer: _remember_again(viewer, client_id, wanted),
        )


def suggest_again(viewer: Viewer, client_id: str, wanted: Stop, name: str) -> None:
    """Suggest again what was stopped; for callbacks."""
    with feedback.kept():
        rows = _remember_again(viewer, client_id, wanted)
        remember(
            client_id,
            f"{name} may be suggested again for {_rows_of(wanted)}: {changed_words(rows)}.",
            lambda viewer: _forget(viewer, client_id, wanted),
        )


def changed_words(rows: int) -> str:
    """How many open rows have another suggestion, as the end of a sentence."""
    return f"{counted(rows, 'open row')} changed" if rows else "no open row changed"


def _rows_of(wanted: Stop) -> str:
    return wanted.descriptor or "rows without a description"


def _forget(viewer: Viewer, client_id: str, wanted: Stop) -> int:
    return learned.forget(viewer.actor, viewer.workspace, client_id, *wanted)


def _remember_again(viewer: Viewer, client_id: str, wanted: Stop) -> int:
    return learned.remember_again(viewer.actor, viewer.workspace, client_id, *wanted)
