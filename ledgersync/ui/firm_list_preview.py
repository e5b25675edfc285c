"""What a list from Accounting CS would do, line by line, with a filter for what needs a look."""

import pandas as pd
import streamlit as st

from ledgersync.domain.firm_lists import FIELDS
from ledgersync.services.firm_lists import Fate, ListLine, ListPreview
from ledgersync.ui.texts import counted, plain

_ALL = "all"
_SHOW = "firm_list_show"
_ROW, _TALLEST = 35, 14
_WORDS = {
    Fate.NEW: "+ New",
    Fate.CHANGED: "± Changed",
    Fate.UNCHANGED: "= Unchanged",
    Fate.REJECTED: "✕ Rejected",
}
_COLORS = {Fate.NEW: "green", Fate.CHANGED: "blue", Fate.UNCHANGED: "gray", Fate.REJECTED: "red"}


def show_remarks(preview: ListPreview) -> None:
    """How the file was read: what was left out, and what was taken for what."""
    for remark in preview.parsed.remarks:
        st.caption(f":material/info: {plain(remark)}")


def show_lines(preview: ListPreview) -> None:
    """The counts as a filter, and the lines."""
    lines = _chosen(preview)
    if lines:
        _table(preview, lines)
    if preview.not_in_file:
        kept = "stays as it is" if preview.not_in_file == 1 else "stay as they are"
        verb = "is" if preview.not_in_file == 1 else "are"
        st.caption(f"{counted(preview.not_in_file, 'entry', 'entries')} here {verb} not in the "
                   f"file and {kept}.")  # fmt: skip


def preview_frame(preview: ListPreview, lines: list[ListLine]) -> pd.DataFrame:
    """One row a line, with the columns that the list has."""
    names = FIELDS[preview.kind]
    entries = {entry.line: dict(entry.values) for entry in preview.parsed.entries}
    given = {field for entry in entries.values() for field in entry}
    more = [field for field in names if field in given and field not in {"code", "name"}]
    rows = [
        {
            "Line": line.line,
            "Result": [_WORDS[line.fate]],
            names["code"]: line.code,
            names["name"]: line.name,
            **{names[field]: entries.get(line.line, {}).get(field, "") for field in more},
            "What changes, or why not": line.words,
        }
        for line in lines
    ]
    return pd.DataFrame(rows)


def _chosen(preview: ListPreview) -> list[ListLine]:
    """The lines that the filter leaves."""
    counts = {_ALL: len(preview.lines)} | {fate.value: preview.count(fate) for fate in Fate}
    options = [name for name, count in counts.items() if count or name == _ALL]
    if st.session_state.get(_SHOW) not in options:
        st.session_state[_SHOW] = _ALL
    show = st.pills(
        "Show",
        options,
        format_func=lambda name: f"{name.capitalize()} ({counts[name]:,})",
        key=_SHOW,
        required=True,
        label_visibility="collapsed",
    )
    return [line for line in preview.lines if show in {_ALL, line.fate.value}]


def _table(preview: ListPreview, lines: list[ListLine]) -> None:
    make = st.column_config
    st.dataframe(
        preview_frame(preview, lines),
        hide_index=True,
        height=(min(len(lines), _TALLEST) + 1) * _ROW + 3,
        placeholder="",
        column_config={
            "Line": make.NumberColumn(width=60, format="%d"),
            "Result": make.MultiselectColumn(
                options=list(_WORDS.values()),
                color=[_COLORS[fate] for fate in _WORDS],
                width=120,
            ),
            FIELDS[preview.kind]["name"]: make.TextColumn(width=240),
            "E-mail": make.TextColumn(width=200),
            "What changes, or why not": make.TextColumn(width=560),
        },
        alt="The lines of the file with what each would do",
    )
