"""Editable tables of vendors and GL accounts: each edit is saved at once, on the row it was made.

The grid tells positions, and all its pending edits each time; a position is turned into an entry
with the very rows that the grid was drawn with. The rows keep their places while they are edited:
a renamed vendor does not jump away.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Generic, TypeVar

import pandas as pd
import streamlit as st

from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.errors import DatabaseUnavailable, LedgerSyncError
from ledgersync.ui import feedback
from ledgersync.ui.texts import plain

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

_ROW, _TALLEST = 35, 14

Listed = TypeVar("Listed", Vendor, GlAccount)
Pending = Mapping[int, Mapping[str, object]]


@dataclass(frozen=True)
class Table(Generic[Listed]):
    """What a grid shows and how it saves.

    `columns` are the entry's fields with their column; `save` takes an entry as it was seen and as
    it is wanted; `labels` are what cells of a choice say, by the code that they mean.
    """

    name: str
    rows: tuple[Listed, ...]
    columns: Mapping[str, "ColumnConfig"]
    save: Callable[[Listed, Listed], Listed]
    alt: str
    labels: Mapping[str, str]


def show_table(table: Table[Listed]) -> None:
    """Show the rows for editing."""
    table = replace(table, rows=_in_kept_order(table))
    frame = table_frame(table)
    key = _key(table)
    if _holds_unsaved(frame, key):
        st.session_state[_generation(table)] = st.session_state.get(_generation(table), 0) + 1
        key = _key(table)
    with st.container():  # always there: the grid keeps its place when a refusal comes and goes
        if error := st.session_state.pop(_refusal(table), None):
            feedback.show_error(error)
        _show_unsaved(table)
    st.data_editor(
        frame,
        key=key,
        num_rows="fixed",
        hide_index=True,
        height=(min(len(table.rows), _TALLEST) + 1) * _ROW + 3,
        column_config=dict(table.columns),
        placeholder="",
        on_change=_save,
        args=(table, key),
        alt=table.alt,
    )


def table_frame(table: Table[Listed]) -> pd.DataFrame:
    """The grid's data; the index is the entry's id."""
    return pd.DataFrame(
        {
            field: pd.array([_text(table, row, field) for row in table.rows], dtype="string")
            for field in table.columns
        },
        index=pd.Index([row.id for row in table.rows], dtype="object"),
    )


def edited(table: Table[Listed], pending: Pending) -> list[tuple[Listed, Listed]]:
    """The entries that pending edits change: each as it was drawn, and as it is wanted."""
    codes = {label: code for code, label in table.labels.items()}
    pairs = []
    for position, cells in pending.items():
        if 0 <= position < len(table.rows):
            seen = table.rows[position]
            values = {
                field: codes.get(str(text), str(text)) if text else ""
                for field, text in cells.items()
                if field in table.columns
            }
            wanted = replace(seen, **values)
            if wanted != seen:
                pairs.append((seen, wanted))
    return pairs


def _save(table: Table[Listed], key: str) -> None:
    _store(table, edited(table, st.session_state[key]["edited_rows"]))


def _store(table: Table[Listed], pairs: Sequence[tuple[Listed, Listed]]) -> None:
    """Each entry as it is wanted; those that the database did not take wait for another press."""
    for seen, wanted in pairs:
        try:
            saved = table.save(seen, wanted)
            feedback.keep_toast(f"Saved {saved.name or saved.code}.")
        except LedgerSyncError as error:
            st.session_state[_refusal(table)] = error
            if isinstance(error, DatabaseUnavailable):
                _waiting(table).append((seen, wanted))
        except Exception as error:  # noqa: BLE001  as in `feedback.kept`
            st.session_state[_refusal(table)] = feedback.unexpected(error)


def _show_unsaved(table: Table[Listed]) -> None:
    """What waits, with the two ways on: the grid shows what is stored, not what was typed."""
    waiting = _waiting(table)
    if not waiting:
        return
    names = ", ".join(plain(wanted.name or wanted.code) for _, wanted in waiting)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/cloud_off: **Not saved yet:** {names}", width="content")
        again, forget = f"{table.name}_save_again", f"{table.name}_forget"
        st.button("Save again", key=again, type="primary", on_click=_save_again, args=(table,))
        st.button("Forget it", key=forget, on_click=waiting.clear)


def _save_again(table: Table[Listed]) -> None:
    waiting = _waiting(table)
    pairs = list(waiting)
    waiting.clear()
    _store(table, pairs)


def _waiting(table: Table[Listed]) -> list[tuple[Listed, Listed]]:
    kept: list[tuple[Listed, Listed]] = st.session_state.setdefault(f"{table.name}_unsaved", [])
    return kept


def _text(table: Table[Listed], row: Listed, field: str) -> str | None:
    value = str(getattr(row, field))
    return (table.labels.get(value, value) if field == "default_gl" else value) or None


def _in_kept_order(table: Table[Listed]) -> tuple[Listed, ...]:
    by_id = {row.id: row for row in table.rows}
    order: Sequence[str] = st.session_state.get(f"{table.name}_order", ())
    if set(order) != set(by_id):
        order = tuple(by_id)
        st.session_state[f"{table.name}_order"] = order
    return tuple(by_id[row_id] for row_id in order)


def _key(table: Table[Listed]) -> str:
    """Another set of rows, or a grid that begins anew, is another grid."""
    rows = sha256(" ".join(row.id for row in table.rows).encode()).hexdigest()[:16]
    return f"{table.name}_{rows}_{st.session_state.get(_generation(table), 0)}"


def _generation(table: Table[Listed]) -> str:
    return f"{table.name}_generation"


def _refusal(table: Table[Listed]) -> str:
    return f"{table.name}_refusal"


def _holds_unsaved(frame: pd.DataFrame, key: str) -> bool:
    """Whether the grid still holds an edit that is not stored: refused, or overtaken since.

    Callbacks have run by now. It would go on showing the edit, and would send it again.
    """
    pending: Pending = st.session_state.get(key, {}).get("edited_rows", {})
    return any(
        position >= len(frame) or _differs(frame[field].iloc[position], text)
        for position, cells in pending.items()
        for field, text in cells.items()
    )


def _differs(stored: object, text: object) -> bool:
    return (None if pd.isna(stored) else stored) != (text or None)
