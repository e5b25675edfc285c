"""The file that an export gave, ready to be saved, and where it is kept."""

from dataclasses import dataclass

import streamlit as st

from ledgersync import money
from ledgersync.services import exporting
from ledgersync.services.exporting import ExportBatch
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import counted, plain

_FILE = "review_exported_file"


@dataclass(frozen=True)
class _File:
    """What is said of a recorded file; its bytes stay in the database until they are asked for."""

    place: object
    export_id: str
    number: int
    name: str
    media_type: str
    words: str


def keep_file(sheet: Sheet, batch: ExportBatch) -> None:
    """Keep what there is to say of a new batch, until another choice is made."""
    total = money.dollars(batch.total, sheet.choice.account.currency)
    guarded = counted(batch.guarded_cells, "text was", "texts were")
    words = f"Export {batch.number}: {counted(batch.rows, 'row')}, {total} in total."
    if batch.guarded_cells:
        words += f" {guarded} made safe for Excel with a leading apostrophe."
    words = " ".join((words, *exporting.changed_texts(batch)))
    st.session_state[_FILE] = _File(
        sheet.choice.place, batch.id, batch.number, batch.file_name, batch.media_type, words
    )


def show_file(sheet: Sheet) -> None:
    """The recorded file of this account and period, if the last export was one."""
    file: _File | None = st.session_state.get(_FILE)
    if file is None or file.place != sheet.choice.place:
        return
    with st.container(border=True, key="review_file"):
        st.markdown(f":green[:material/check_circle:] **{plain(file.words)}**")
        st.download_button(
            f"Download export {file.number}",
            data=lambda: file_bytes(sheet.viewer, file.export_id),
            file_name=file.name,
            mime=file.media_type,
            key=f"review_download_{file.export_id}",
            icon=":material/download:",
            type="primary",
            on_click="ignore",
        )
        st.text(file.name)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                "Kept in Exports: exactly this file can be downloaded again there.", width="content"
            )
            st.page_link(page("Exports"), label="Open Exports", icon=":material/outbox:")


def file_bytes(viewer: Viewer, export_id: str) -> bytes:
    """The recorded bytes, read when the person presses the button."""
    return exporting.download(viewer.actor, viewer.workspace, export_id).data
