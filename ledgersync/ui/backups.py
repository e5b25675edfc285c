"""Backups on Settings: how old the newest is, one more at a click, and how to restore one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import pandas as pd
import streamlit as st

from ledgersync import clock
from ledgersync.services import backups, key_care
from ledgersync.services.backups import Backup
from ledgersync.ui.feedback import in_place
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import ago, counted, plain
from ledgersync.ui.times import for_table

_MADE = "backup_made"
_SHOWN = 10
_OLD = timedelta(days=7)


def backups_section(viewer: Viewer) -> None:
    """The section, for those who administer the app."""
    if not key_care.may_administer(viewer.actor, viewer.workspace):
        return
    st.header("Backups", anchor=False)
    st.write(
        "A checked copy of the database, made while everybody works on. The encryption key is "
        "never in it: keep the recovery kit apart. To bring one back, stop the app and run "
        "`ledgersync restore FILE`."
    )
    with in_place():
        found = backups.list_backups(viewer.actor, viewer.workspace)
        words, icon, color = _look(found)
        st.badge(words, icon=icon, color=color)
        _make(viewer)
        if found:
            _table(found)


def _look(found: Sequence[Backup]) -> tuple[str, str, Literal["green", "orange"]]:
    if not found:
        return "No backup here yet", ":material/warning:", "orange"
    words = f"Newest backup {ago(found[0].at)}"
    if clock.now() - found[0].at > _OLD:
        return words, ":material/warning:", "orange"
    return words, ":material/check_circle:", "green"


def _make(viewer: Viewer) -> None:
    if st.button("Back up now", icon=":material/save:", key="back_up"):
        with st.spinner("Copying and checking the database ..."):
            made = backups.back_up_now(viewer.actor, viewer.workspace)
        st.session_state[_MADE] = str(made)
        st.rerun()
    if made := st.session_state.pop(_MADE, ""):
        st.success(
            f"Made and checked: {plain(made)}. Copy it to another machine as well.",
            icon=":material/check_circle:",
        )


def _table(found: Sequence[Backup]) -> None:
    folder = found[0].file.parent
    more = f"; the newest {_SHOWN} of {len(found)}" if len(found) > _SHOWN else ""
    st.caption(f"{counted(len(found), 'backup')} in {plain(str(folder))}{more}")
    st.dataframe(
        pd.DataFrame([_row(backup) for backup in found[:_SHOWN]]),
        hide_index=True,
        column_config={
            "Made": st.column_config.DatetimeColumn(format="MM/DD/YYYY HH:mm", width=130),
            "Size": st.column_config.NumberColumn(format="bytes", width=90),
        },
        alt="Backups in the data folder, the newest first",
    )


def _row(backup: Backup) -> dict[str, object]:
    return {"Made": for_table(backup.at), "Size": backup.size, "File": backup.file.name}
