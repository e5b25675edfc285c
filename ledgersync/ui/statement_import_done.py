"""Confirm Import, and how it ended: the way to Review, and the undo."""

import streamlit as st

from ledgersync.errors import LedgerSyncError
from ledgersync.services import load_undoing, statement_files, suggesting
from ledgersync.services.statement_files import FilePreview, Imported, LineFate
from ledgersync.ui import feedback
from ledgersync.ui.change_words import undone_words
from ledgersync.ui.review_matching import note_matched
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import counted, plain

_DONE = "import_done"
_CONFIRM = "import_confirm"


def is_confirming() -> bool:
    """Whether the button of `confirm` is what this run is for."""
    return bool(st.session_state.get(_CONFIRM))


def confirm(viewer: Viewer, preview: FilePreview) -> Imported | None:
    """The button with what it does in words; how it ended, None while nobody has pressed it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Confirm Import",
            type="primary",
            icon=":material/check:",
            key=_CONFIRM,
            disabled=not preview.changes,
        )
        st.markdown(going_in(preview), width="content")
    if not pressed:
        return None
    try:
        with st.spinner("Taking in the rows ..."):
            done = statement_files.confirm_file(viewer.actor, viewer.workspace, preview)
            st.session_state[_DONE] = done
            if done.applied:
                _match(viewer, done)
    except LedgerSyncError as error:
        feedback.show_error(error)
        return None
    return done


def _match(viewer: Viewer, done: Imported) -> None:
    """Suggestions for the new rows; that they fail takes nothing of the import back."""
    account_id = done.preview.account.id
    try:
        suggesting.suggest(viewer.actor, viewer.workspace, [account_id])
        note_matched(account_id)
    except LedgerSyncError as error:
        feedback.keep_error(error)


def going_in(preview: FilePreview) -> str:
    """What Confirm Import would do, in a sentence or two."""
    rejected = preview.count(LineFate.REJECTED)
    stay = f" {counted(rejected, 'rejected line')} will stay out." if rejected else ""
    if not preview.changes:
        return "" if preview.blocked else f"Nothing in this file is new.{stay}"
    asked = f" Review will ask about {preview.asked:,} of them." if preview.asked else ""
    if not preview.new:
        return f"**No row is new; the balance will go in.**{stay}" if preview.statement else (
            "**The days will count as loaded, without a row.**"
        )  # fmt: skip
    return f"**{counted(len(preview.new), 'row')} will go in.**{asked}{stay}"


def forget_done() -> None:
    """Another file is there: the last one's outcome is told no more."""
    done: Imported | None = st.session_state.get(_DONE)
    if done is not None and done.applied:
        st.session_state.pop(_DONE)


def show_done(viewer: Viewer) -> None:
    """How the last confirmation ended, until another file is chosen."""
    done: Imported | None = st.session_state.get(_DONE)
    if done is None:
        return
    if not done.applied:
        st.session_state.pop(_DONE)
        st.warning(
            "**Nothing was imported: the account changed since you looked.** This is what the file "
            "would do now. Look at it again, then confirm.",
            icon=":material/sync_problem:",
        )
        return
    preview = done.preview
    st.success(
        f"Imported {plain(preview.file_name)} into {plain(preview.account.label)}: "
        f"{preview.words()}.",
        icon=":material/check_circle:",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            page("Review"),
            label=_review_words(preview),
            icon=":material/checklist:",
            query_params=_review_address(preview),
        )
        st.button(
            "Undo this import",
            icon=":material/undo:",
            key="import_undo",
            on_click=_undo,
            args=(viewer, done),
        )


def _review_words(preview: FilePreview) -> str:
    if preview.asked:
        return f"Review these days, and answer {counted(preview.asked, 'possible duplicate')}"
    return "Review these days"


def _review_address(preview: FilePreview) -> dict[str, str]:
    account, days = preview.account, preview.days
    address = {"client": account.client_id, "account": account.id}
    if days is None:
        return address
    return {**address, "start": days.start.isoformat(), "end": days.end.isoformat()}


def _undo(viewer: Viewer, done: Imported) -> None:
    with feedback.kept():
        preview = done.preview
        undone = load_undoing.undo_load(
            viewer.actor, viewer.workspace, done.run_id, preview.account.id
        )
        st.session_state.pop(_DONE, None)
        feedback.keep_toast(undone_words(f"Imported {preview.file_name}", undone.outlook))
