"""What was done to lists, by imports and by hand: who and when, with an undo for each."""

from functools import partial

import streamlit as st

from ledgersync.domain.list_change_words import undone_words
from ledgersync.domain.list_changes import ListChange, ListSubject
from ledgersync.services import list_undoing
from ledgersync.services.firm_lists import Confirmed, ListKind
from ledgersync.ui import feedback
from ledgersync.ui.list_changes import how_many, show_changes
from ledgersync.ui.shell import Viewer

_KEY = "firm_list_changes"
_HOW = (
    "The newest first. An undo gives changed entries their values before, removes what was added "
    "and brings back what was deleted, a vendor with its spellings. What was changed since or is "
    "in use stays, and so does a spelling that another vendor has by now."
)


def show_list_changes(viewer: Viewer) -> None:
    """The newest changes of all lists; nothing where there was none."""
    found = list_undoing.changes_of_lists(viewer.actor, viewer.workspace, how_many(_KEY))
    if not found:
        return
    st.subheader("Changes of lists", anchor=False)
    st.caption(_HOW)
    show_changes(found, _KEY, partial(_undo_one, viewer))


def offer_list_changes(viewer: Viewer, kind: ListKind, client_id: str) -> None:
    """The newest changes of one list, looked up when somebody opens them."""
    key = f"{_KEY}_{kind.value}_{client_id or 'firm'}"
    box = st.expander(
        "Last changes, with undo", icon=":material/history:", key=key, on_change="rerun"
    )
    if not box.open:
        return
    of = (ListSubject(kind), client_id)
    with box:
        found = list_undoing.changes_of_lists(viewer.actor, viewer.workspace, how_many(key), of)
        st.caption(_HOW if found else "Nothing was changed yet.")
        show_changes(found, key, partial(_undo_one, viewer))


def offer_import_undo(viewer: Viewer, done: Confirmed) -> None:
    """A button that takes back the import that was just confirmed."""
    st.button(
        "Undo this import",
        icon=":material/undo:",
        key="firm_list_undo",
        on_click=_undo,
        args=(viewer, done.change_id, done.preview.client_id),
    )


def _undo_one(viewer: Viewer, change: ListChange) -> None:
    _undo(viewer, change.id, change.client_id)


def _undo(viewer: Viewer, change_id: str, client_id: str) -> None:
    with feedback.kept():
        done = list_undoing.undo_list_change(viewer.actor, viewer.workspace, change_id, client_id)
        feedback.keep_toast(undone_words(done.change, done.outlook))
