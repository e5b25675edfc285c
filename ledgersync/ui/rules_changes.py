"""What was done to rules: the last change with an Undo beside it, and the list of all changes."""

from dataclasses import dataclass
from functools import partial

import streamlit as st

from ledgersync.domain.list_change_words import undone_words
from ledgersync.domain.list_changes import ListChange
from ledgersync.services import rule_undoing
from ledgersync.ui import feedback
from ledgersync.ui.list_changes import how_many, show_changes
from ledgersync.ui.rules_table import CHOSEN
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain

_LAST, _KEY = "rules_last_change", "rules_changes"


@dataclass(frozen=True, slots=True)
class _Last:
    """What this person did last, and the number of the rule."""

    change: ListChange
    number: int


def remember(viewer: Viewer, number: int) -> None:
    """Keep what this person has just done, to be shown with an Undo where rules are listed."""
    change = rule_undoing.last_rule_change(viewer.actor, viewer.workspace)
    st.session_state[_LAST] = _Last(change, number) if change else None


def tell(viewer: Viewer, number: int) -> None:
    """Like `remember`, and say it in a toast with the next run."""
    remember(viewer, number)
    if last := st.session_state[_LAST]:
        feedback.keep_toast(f"{last.change.words}.")


def show_last_change(viewer: Viewer) -> None:
    """Say what was done last, with the button that takes it back."""
    last: _Last | None = st.session_state.get(_LAST)
    if last is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        words = plain(last.change.words)
        st.markdown(f":green[:material/check_circle:] {words}.", width="content")
        st.button(
            "Undo last change",
            icon=":material/undo:",
            key="rules_undo",
            on_click=_undo_last,
            args=(viewer, last),
        )


def _undo_last(viewer: Viewer, last: _Last) -> None:
    """Take it back; the rule stands open then, also one that was deleted."""
    undo(viewer, last.change)
    st.session_state[CHOSEN] = last.number


def show_rule_changes(viewer: Viewer) -> None:
    """The tab with the newest changes, anybody's."""
    found = rule_undoing.list_rule_changes(viewer.actor, viewer.workspace, how_many(_KEY))
    if not found:
        st.info("Nobody has changed a rule here yet.", icon=":material/history:")
        return
    st.caption(
        "The newest first. A change is taken back whole, as long as nobody has changed its rules "
        "later; rules keep their numbers."
    )
    show_changes(found, _KEY, partial(undo, viewer))


def undo(viewer: Viewer, change: ListChange) -> None:
    """Take a change back, and keep what there is to say of it for the next run."""
    with feedback.kept():
        done = rule_undoing.undo_rule_change(viewer.actor, viewer.workspace, change.id)
        feedback.keep_toast(undone_words(change, done.outlook))
        last: _Last | None = st.session_state.get(_LAST)
        if last and last.change.id == change.id:
            del st.session_state[_LAST]
