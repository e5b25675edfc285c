"""The list of an account's changes: who did what and when, with an undo for each that can be."""

import streamlit as st

from ledgersync.domain.changes import Change
from ledgersync.services import changes, load_undoing
from ledgersync.ui import feedback
from ledgersync.ui.change_words import details, prospects, undone_words
from ledgersync.ui.review_dialogs import Dialog
from ledgersync.ui.review_load import forget_outcome
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.review_undo import take_back
from ledgersync.ui.review_view import update_view
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import plain

_OPEN, _PAGE = Dialog.CHANGES, "review_changes_page"
_AT_ONCE = 10


def offer_changes(sheet: Sheet) -> None:
    """The button, and behind it the list, which stays open while things are undone."""
    st.button(
        "Changes",
        key="review_changes",
        icon=":material/history:",
        type="tertiary",
        help="Who changed and loaded what in this account, with an undo for each",
        on_click=_open,
    )
    if st.session_state.get(_OPEN):
        _list(sheet)


def _open() -> None:
    st.session_state[_OPEN] = True


def _close() -> None:
    st.session_state.pop(_OPEN, None)
    st.session_state.pop(_PAGE, None)


@st.dialog("Changes", width="large", icon=":material/history:", on_dismiss=_close)
def _list(sheet: Sheet) -> None:
    viewer, account = sheet.viewer, sheet.choice.account
    with feedback.in_place():
        known = changes.count_changes(viewer.actor, viewer.workspace, account.id)
        skip = _AT_ONCE * (st.session_state.get(_PAGE, 1) - 1)
        found = changes.list_changes(viewer.actor, viewer.workspace, account.id, skip, _AT_ONCE)
        st.caption(f"{plain(account.label)}, the newest first. An undo is a change itself.")
        for change in found:
            _entry(viewer, account.id, change)
        if known > _AT_ONCE:
            _show_pages(known, skip, len(found))
    _elsewhere()


def _show_pages(known: int, skip: int, shown: int) -> None:
    """The way to older changes, back to the account's first."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{skip + 1:,} to {skip + shown:,} of {known:,} changes", width="content")
        st.pagination(-(-known // _AT_ONCE), width="stretch", key=_PAGE)


def _entry(viewer: Viewer, account_id: str, change: Change) -> None:
    with st.container(border=True, key=f"review_change_{change.id}"):
        words, button = st.columns([5, 1], vertical_alignment="center")
        words.markdown(entry_words(change))
        pressed = change.can_be_undone and button.button(
            "Undo",
            key=f"review_undo_{change.id}",
            icon=":material/undo:",
            width="stretch",
        )
        if pressed:
            with st.spinner("Taking it back ..."):
                undo_change(viewer, account_id, change)
            st.rerun()


def entry_words(change: Change) -> str:
    """An entry as Markdown: what, then who, when and how many, then what undoing would do."""
    said = f"**{plain(change.what)}**  \n:small[{plain(details(change))}]"
    more = prospects(change)
    return f"{said}  \n:small[{plain(more)}]" if more else said


def undo_change(viewer: Viewer, account_id: str, change: Change) -> None:
    """Undo an entry and keep what there is to say of it for the next run."""
    with feedback.kept():
        if not change.load:
            take_back(viewer, change.id, change.what)
            return
        undone = load_undoing.undo_load(viewer.actor, viewer.workspace, change.id, account_id)
        again = (
            "Importing the file again brings its rows back."
            if change.file_name
            else "Load Transactions brings the rows back."
        )
        feedback.keep_toast(f"{undone_words(change.what, undone.outlook)} {again}")
        forget_outcome()
        update_view()


def _elsewhere() -> None:
    """Where changes are undone that are no account's alone."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Rules and imported lists are undone where they are made:", width="content")
        st.page_link(page("Rules"), label="Rules", icon=":material/rule:")
        st.page_link(page("Clients"), label="Clients", icon=":material/groups:")
