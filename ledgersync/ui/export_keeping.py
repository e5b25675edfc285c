"""Export files on Settings: for how many days they are kept."""

import streamlit as st

from ledgersync.errors import LedgerSyncError
from ledgersync.services import export_keeping, key_care
from ledgersync.services.export_keeping import FEWEST_DAYS, MOST_DAYS
from ledgersync.ui import feedback
from ledgersync.ui.shell import Viewer

_DAYS = "export_file_days"
_SAVED = "export_file_days_saved"


def keeping_section(viewer: Viewer) -> None:
    """The section, for those who administer the app."""
    if not key_care.may_administer(viewer.actor, viewer.workspace):
        return
    st.header("Export files", anchor=False)
    days = export_keeping.days_kept(viewer.actor, viewer.workspace)
    st.number_input(
        "Keep export files for this many days",
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        value=days,
        persist_state="page",
        key=f"{_DAYS}_{days}",
        width=320,
        on_change=_save,
        args=(viewer, f"{_DAYS}_{days}"),
        help=f"From {FEWEST_DAYS} to {MOST_DAYS:,} days; saved at once",
    )
    outcome = st.session_state.pop(_SAVED, None)
    if isinstance(outcome, LedgerSyncError):
        feedback.show_error(outcome)
    elif outcome:
        st.caption(f":green[:material/check_circle: {outcome}]")
    st.caption(
        "After that only the file is removed. The record of the export stays: who, when, which "
        "rows, the total and the file's check sum."
    )


def _save(viewer: Viewer, key: str) -> None:
    days = int(st.session_state[key])
    try:
        export_keeping.keep_for(viewer.actor, viewer.workspace, days)
        st.session_state[_SAVED] = f"Saved: {days:,} days."
    except LedgerSyncError as error:
        st.session_state[_SAVED] = error
