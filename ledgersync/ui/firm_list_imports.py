"""The imports of lists that were confirmed: who took in what and when, with an undo for each."""

from functools import partial

import streamlit as st

from ledgersync.domain.list_change_words import undone_words
from ledgersync.domain.list_changes import ListChange
from ledgersync.services import import_undoing
from ledgersync.services.firm_lists import Confirmed
from ledgersync.ui import feedback
from ledgersync.ui.list_changes import how_many, show_changes
from ledgersync.ui.shell import Viewer

_KEY = "firm_list_imports"


def show_imports(viewer: Viewer) -> None:
    """The newest imports; nothing where there was none."""
    found = import_undoing.list_imports(viewer.actor, viewer.workspace, how_many(_KEY))
    if not found:
        return
    st.subheader("Imports", anchor=False)
    st.caption(
        "The newest first. An undo gives changed entries their values before and removes what was "
        "added. What was changed since or is in use stays."
    )
    show_changes(found, _KEY, partial(_undo_one, viewer))


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
        done = import_undoing.undo_import(viewer.actor, viewer.workspace, change_id, client_id)
        feedback.keep_toast(undone_words(done.change, done.outlook))
