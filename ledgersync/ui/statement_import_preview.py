"""What a statement file would bring: its figures, and line by line with a filter."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from ledgersync import money
from ledgersync.services.statement_files import FileLine, FilePreview, LineFate
from ledgersync.ui.texts import plain

_SHOW = "import_show"
_ROW, _TALLEST = 35, 14
_NEW, _TWICE, _KNOWN, _REJECTED = "+ New", "± May be twice", "= Already there", "✕ Rejected"
_COLORS = {_NEW: "green", _TWICE: "orange", _KNOWN: "gray", _REJECTED: "red"}
_FILTERS: Mapping[str, Callable[[FileLine], bool]] = {
    "All": lambda _: True,
    "New": lambda line: line.fate is LineFate.NEW and line.twin is None,
    "May be twice": lambda line: line.twin is not None,
    "Already there": lambda line: line.fate is LineFate.KNOWN,
    "Rejected": lambda line: line.fate is LineFate.REJECTED,
}


def show_summary(preview: FilePreview) -> None:
    """Days, money in and out, the balance, and what a person should know before confirming."""
    currency = preview.account.currency
    days = preview.days.words() if preview.days else "no days named"
    figures = [
        f"**{plain(days)}**",
        f"in **{plain(money.dollars(preview.money_in, currency))}**",
        f"out **{plain(money.dollars(preview.money_out, currency))}**",
    ]
    st.markdown(f"{plain(preview.file.format)} file: {' · '.join(figures)}")
    for note in preview.notes:
        st.caption(f":material/info: {plain(note)}")
    if preview.blocked:
        st.error(plain(preview.blocked), icon=":material/error:")


def show_lines(preview: FilePreview) -> None:
    """The counts as a filter, and the lines."""
    if not preview.lines:
        st.caption("The file has no rows for this account.")
        return
    lines = _chosen(preview.lines)
    make = st.column_config
    st.dataframe(
        preview_frame(preview, lines),
        hide_index=True,
        height=(min(len(lines), _TALLEST) + 1) * _ROW + 3,
        placeholder="",
        column_config={
            "Line": make.NumberColumn(width=60, format="%d"),
            "Result": make.MultiselectColumn(
                options=list(_COLORS), color=list(_COLORS.values()), width=130
            ),
            "Date": make.TextColumn(width=90),
            "Description": make.TextColumn(width=300),
            "Amount": make.TextColumn(width=110, alignment="right"),
            "What to know": make.TextColumn(width=520),
        },
        alt="The rows of the file with what each would do",
    )


def preview_frame(preview: FilePreview, lines: Sequence[FileLine]) -> pd.DataFrame:
    """One row a line of the file."""
    currency = preview.account.currency
    return pd.DataFrame(
        {
            "Line": [line.line for line in lines],
            "Result": [[_result(line)] for line in lines],
            "Date": [f"{line.given.date:%m/%d/%Y}" if line.given else "" for line in lines],
            "Description": [line.given.description if line.given else line.text for line in lines],
            "Amount": [
                money.dollars(line.given.amount, currency) if line.given else "" for line in lines
            ],
            "What to know": [_words(line) for line in lines],
        }
    )


def _result(line: FileLine) -> str:
    if line.fate is LineFate.REJECTED:
        return _REJECTED
    if line.fate is LineFate.KNOWN:
        return _KNOWN
    return _TWICE if line.twin else _NEW


def _words(line: FileLine) -> str:
    if line.twin is None:
        return line.words
    source = "an earlier file" if line.twin.from_file else "LedgerSync"
    return (
        f"May be the row of {line.twin.date:%m/%d/%Y} from {source}: {line.twin.description}. "
        "Review will ask."
    )


def _chosen(lines: Sequence[FileLine]) -> list[FileLine]:
    """The lines that the filter leaves."""
    counts = {name: sum(map(fits, lines)) for name, fits in _FILTERS.items()}
    options = [name for name, count in counts.items() if count]
    if st.session_state.get(_SHOW) not in options:
        st.session_state[_SHOW] = options[0]
    show = st.pills(
        "Show",
        options,
        format_func=lambda name: f"{name} ({counts[name]:,})",
        key=_SHOW,
        required=True,
        label_visibility="collapsed",
    )
    return [line for line in lines if _FILTERS[str(show)](line)]
