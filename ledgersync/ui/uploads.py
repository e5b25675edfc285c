"""Files that a person chose, also when the page could not be shown for a moment.

A page that stops before its uploader, as it does while the database is away, makes the browser
forget the chosen file. What it sent is kept here until the person takes the file out, so that the
press that met the fault can simply be made again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from ledgersync.ui import feedback
from ledgersync.ui.texts import plain


@dataclass(frozen=True, slots=True)
class Upload:
    """A chosen file; the name is data, never a path. `alone` where its uploader may forget it."""

    id: str
    name: str
    data: bytes
    alone: bool = False


def uploaded(label: str, types: Sequence[str], key: str) -> Upload | None:
    """An uploader, and the file that is in it."""
    was_away = feedback.database_was_away()
    file = st.file_uploader(label, type=types, key=key, label_visibility="collapsed")
    kept: Upload | None = st.session_state.get(_kept(key))
    if kept and was_away:
        kept = replace(kept, alone=True)
    if file is not None and (kept is None or kept.id != file.file_id):
        kept = Upload(file.file_id, file.name, file.getvalue())
    elif kept and file is None and not kept.alone:
        kept = None
    st.session_state[_kept(key)] = kept
    if kept and kept.alone:
        _show_alone(kept, key)
    return kept


def _show_alone(kept: Upload, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/draft: {plain(kept.name)} is still chosen.", width="content")
        st.button("Take it out", key=f"{key}_out", on_click=_take_out, args=(key,))


def _take_out(key: str) -> None:
    st.session_state.pop(_kept(key), None)


def _kept(key: str) -> str:
    return f"{key}_chosen"
