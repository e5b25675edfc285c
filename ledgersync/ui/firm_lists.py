"""Import of lists from Accounting CS: a file, what it would change, and Confirm Import."""

from collections.abc import Sequence

import streamlit as st

from ledgersync.domain.clients import Client
from ledgersync.errors import LedgerSyncError
from ledgersync.services import firm_lists
from ledgersync.services.firm_lists import Fate, ListKind, ListPreview
from ledgersync.ui.client_sections import Section, go_to
from ledgersync.ui.feedback import keep_toast, show_error
from ledgersync.ui.firm_list_changes import offer_import_undo, show_list_changes
from ledgersync.ui.firm_list_preview import show_lines, show_remarks
from ledgersync.ui.labels import client_labels
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.uploads import uploaded

_KIND, _OWNER = "firm_list_kind", "firm_list_owner"
_FILES, _PREVIEW, _DONE = "firm_list_files", "firm_list_preview", "firm_list_done"
_FIRM = "The whole firm"
_TYPES = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls")
_KIND_WORDS = {
    ListKind.CLIENTS: "Clients",
    ListKind.VENDORS: "Vendors",
    ListKind.CHART: "Chart of accounts",
}
_COLUMNS = {
    ListKind.CLIENTS: "Client Name, Client Code; also Client ID, E-mail, Status",
    ListKind.VENDORS: "Vendor Code, Vendor Name; also Default GL Code",
    ListKind.CHART: "Account, Account Description; also Type Code",
}

Outcome = ListPreview | LedgerSyncError


def import_lists(viewer: Viewer, everyone: Sequence[Client]) -> None:
    """The whole part of the page."""
    _import(viewer, everyone)
    show_list_changes(viewer)


def _import(viewer: Viewer, everyone: Sequence[Client]) -> None:
    st.caption(
        "FIRMADMIN import of lists as Accounting CS exports them. You see what each line would "
        "do, and nothing changes before you confirm. What a file does not list stays, and an "
        "empty cell leaves what is stored."
    )
    _show_done(viewer)
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        kind = _choose_kind()
    with right:
        owner = _choose_owner(everyone) if kind is not ListKind.CLIENTS else ""
    st.caption(f"Columns, in any order: {_COLUMNS[kind]}. {firm_lists.LIMITS}")
    file = uploaded("File", _TYPES, f"firm_list_file_{st.session_state.get(_FILES, 0)}")
    if file is None:
        st.session_state.pop(_PREVIEW, None)
        return
    asked = (file.id, kind, owner)
    outcome = _previewed(viewer, asked, file.name, file.data)
    if isinstance(outcome, LedgerSyncError):
        show_error(outcome)
        return
    show_remarks(outcome)
    _confirm(viewer, asked, outcome)
    show_lines(outcome)


def offer_import(kind: ListKind, owner: str) -> None:
    """A button that leads from a list to its import."""
    st.button(
        "Import from Accounting CS",
        icon=":material/upload_file:",
        key=f"import_{kind.value}_{owner}",
        on_click=_prepare,
        args=(kind, owner),
    )


def _prepare(kind: ListKind, owner: str) -> None:
    st.session_state[_KIND] = kind
    st.session_state[_OWNER] = owner
    go_to(Section.LISTS)


def _choose_kind() -> ListKind:
    if _KIND not in st.session_state:
        st.session_state[_KIND] = ListKind.CLIENTS
    chosen = st.segmented_control(
        "What is in the file",
        list(ListKind),
        format_func=lambda kind: _KIND_WORDS[kind],
        key=_KIND,
        required=True,
    )
    return ListKind(chosen or ListKind.CLIENTS)


def _choose_owner(everyone: Sequence[Client]) -> str:
    names = {"": _FIRM} | client_labels(everyone)
    if st.session_state.get(_OWNER) not in names:
        st.session_state[_OWNER] = ""
    return st.selectbox("For", list(names), format_func=lambda key: names[key], key=_OWNER)


def _previewed(viewer: Viewer, asked: tuple[str, ListKind, str], name: str, data: bytes) -> Outcome:
    """What the file would do: told once for each file and choice, not with every run."""
    kept: tuple[object, Outcome] | None = st.session_state.get(_PREVIEW)
    if kept and kept[0] == asked:
        return kept[1]
    _, kind, owner = asked
    outcome: Outcome
    try:
        with st.spinner("Reading the file ..."):
            outcome = firm_lists.preview_list(
                viewer.actor, viewer.workspace, kind, owner, name, data
            )
    except LedgerSyncError as error:
        outcome = error
    st.session_state[_PREVIEW] = (asked, outcome)
    return outcome


def _confirm(viewer: Viewer, asked: tuple[str, ListKind, str], preview: ListPreview) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Confirm Import",
            type="primary",
            icon=":material/check:",
            key="firm_list_confirm",
            disabled=not preview.changes,
        )
        st.markdown(_going_in(preview), width="content")
    if not pressed:
        return
    try:
        with st.spinner("Taking in the list ..."):
            done = firm_lists.confirm_list(viewer.actor, viewer.workspace, preview)
    except LedgerSyncError as error:
        show_error(error)
        return
    if done.applied:
        st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
        st.session_state.pop(_PREVIEW, None)
        keep_toast(f"Imported {preview.file_name}.")
    else:
        st.session_state[_PREVIEW] = (asked, done.preview)
    st.session_state[_DONE] = done
    st.rerun()


def _going_in(preview: ListPreview) -> str:
    rejected = preview.count(Fate.REJECTED)
    stay = f" {counted(rejected, 'rejected line')} will stay out." if rejected else ""
    if not preview.changes:
        return f"Nothing in this file is new or changed.{stay}"
    return f"**{counted(preview.changes, 'line')} will go in.**{stay}"


def _show_done(viewer: Viewer) -> None:
    """How the last confirmation ended, until something else is done."""
    done: firm_lists.Confirmed | None = st.session_state.pop(_DONE, None)
    if done is None:
        return
    if not done.applied:
        st.warning(
            "**Nothing was imported: the lists changed since you looked.** This is what the file "
            "would do now. Look at it again, then confirm.",
            icon=":material/sync_problem:",
        )
        return
    name = plain(done.preview.file_name)
    st.success(
        f"Imported {name}: {done.preview.words()}. The same file again changes nothing.",
        icon=":material/check_circle:",
    )
    with st.container(horizontal=True):
        if done.change_id:
            offer_import_undo(viewer, done)
        if done.preview.kind is ListKind.CLIENTS:
            st.button(
                "Match them with LedgerSync's clients",
                key="firm_list_to_matching",
                on_click=go_to,
                args=(Section.MATCHING,),
            )
