"""Saving what was edited in the grid, at once and on the rows that the person was looking at.

The grid tells positions, and all its pending edits each time. A position is turned into an id with
the very ids that the grid was rendered with, and only what is new since the last call is acted on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.transactions import Transaction
from ledgersync.errors import InvalidInput
from ledgersync.services import reviewing
from ledgersync.services.clicks import EDIT, Click
from ledgersync.services.reviewing import Saved
from ledgersync.ui import feedback
from ledgersync.ui.review_offer import note_correction
from ledgersync.ui.review_refusals import keep_refusals
from ledgersync.ui.review_rows import take_in
from ledgersync.ui.review_view import View, kept_view
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted

_SEEN = "review_seen_edits"
_OWN = "review_own_versions"

_EDITABLE = {"tick", "vendor", "gl"}

Pending = Mapping[int, Mapping[str, object]]


@dataclass(frozen=True)
class Shown:
    """What a grid was rendered with; its callback may trust nothing newer.

    `vendors` and `chart` turn the labels in the cells back into vendor ids and GL codes.
    """

    key: str
    account_id: str
    ids: tuple[str, ...]
    versions: tuple[int, ...]
    vendors: Mapping[str, str]
    chart: Mapping[str, str]


def save_grid(viewer: Viewer, shown: Shown) -> None:
    """Act on the grid's new edits: ticks are kept in the view, codes are saved."""
    pending: Pending = st.session_state[shown.key]["edited_rows"]
    new = _since_last_call(shown, pending)
    _keep_ticks(shown, new)
    with feedback.kept():
        edits = edits_of(shown, new)
        if edits:
            saved = save(viewer, shown.account_id, edits)
            note_correction(viewer, shown.account_id, saved)


def edits_of(shown: Shown, pending: Pending) -> list[Edit]:
    """The edits that the changed cells ask for, each on the row that was at that position.

    Raises:
        InvalidInput: for a label that was not among the options.
    """
    edits = []
    for position, cells in pending.items():
        if 0 <= position < len(shown.ids) and {"vendor", "gl"} & cells.keys():
            edits.append(
                Edit(
                    shown.ids[position],
                    shown.versions[position],
                    vendor_id=_code(shown.vendors, cells, "vendor"),
                    gl_code=_code(shown.chart, cells, "gl"),
                )
            )
    return edits


def save(
    viewer: Viewer, account_id: str, edits: Sequence[Edit], click: Click = EDIT, words: str = ""
) -> Saved:
    """Save edits and keep what there is to say of them; for callbacks.

    `words` are said of the rows that were saved, in place of what the click did to them.
    """
    own: dict[str, int] = st.session_state.setdefault(_OWN, {})
    seen = [_with_version(edit, own) for edit in edits]
    saved = reviewing.save_edits(viewer.actor, viewer.workspace, account_id, seen, click)
    own.update({decision.transaction_id: decision.version for decision in saved.kept})
    keep_refusals(account_id, saved)
    if saved.saved:
        ids = [decision.transaction_id for decision in saved.kept]
        anew = take_in(viewer, account_id, ids, saved.suggested_anew)
        said = words or f"{saved.words}."
        feedback.keep_toast(f"{said} {_anew_words(anew)}".rstrip())
    return saved


def _anew_words(rows: int) -> str:
    similar = counted(rows, "similar row has", "similar rows have")
    return f"{similar} a new suggestion." if rows else ""


def start_afresh_where_refused(view: View, table: pd.DataFrame) -> None:
    """Give the grid a new key when it still holds an edit that was not stored.

    Callbacks have run by now, so an edit that differs from the table was refused or overtaken; the
    grid would go on showing it, and would send it again.
    """
    pending: Pending = st.session_state.get(view.key, {}).get("edited_rows", {})
    if any(
        _differs(table, at, column, cells[column])
        for at, cells in pending.items()
        for column in cells
    ):
        view.fresh_grids += 1


def _differs(table: pd.DataFrame, position: int, column: str, value: object) -> bool:
    if column not in _EDITABLE or not 0 <= position < len(table):
        return True
    stored = table[column].iloc[position]
    return bool((None if pd.isna(stored) else stored or None) != (value or None))


def _since_last_call(shown: Shown, pending: Pending) -> Pending:
    """The cells that were not pending, or held something else, when the grid last called."""
    key, before = st.session_state.get(_SEEN, ("", {}))
    before = before if key == shown.key else {}
    now = {(at, column): cells[column] for at, cells in pending.items() for column in cells}
    st.session_state[_SEEN] = (shown.key, now)
    new: dict[int, dict[str, object]] = {}
    for (at, column), value in now.items():
        if (at, column) not in before or before[at, column] != value:
            new.setdefault(at, {})[column] = value
    return new


def _keep_ticks(shown: Shown, new: Pending) -> None:
    view = kept_view()
    if view is None or view.key != shown.key:
        return
    for position, cells in new.items():
        if "tick" in cells and 0 <= position < len(shown.ids):
            change = view.ticked.add if cells["tick"] else view.ticked.discard
            change(shown.ids[position])


def _code(codes: Mapping[str, str], cells: Mapping[str, object], column: str) -> str | None:
    if column not in cells:
        return None
    label = cells[column]
    if label in {None, ""}:
        return ""
    code = codes.get(str(label))
    if code is None:
        raise InvalidInput(
            f"{str(label)[:60]!r} is not in the list, so nothing was saved.",
            "Choose from the list, or add it first.",
        )
    return code


def _with_version(edit: Edit, own: Mapping[str, int]) -> Edit:
    """Count what this very session has saved since the grid was drawn as seen."""
    version = max(edit.version, own.get(edit.transaction_id, 0))
    return replace(edit, version=version)


def edits_on(
    rows: Iterable[tuple[str, int]], *, vendor_id: str | None = None, gl_code: str | None = None
) -> list[Edit]:
    """The same edit for several rows, each with the version that the person saw."""
    return [Edit(row_id, version, vendor_id, gl_code) for row_id, version in rows]


def acceptance(row: Transaction) -> Edit:
    """Standing by a row as it is shown.

    Where no person has coded it, the codes go along as they were seen, also where there were none:
    what is suggested may have changed since, and nobody has looked at that.
    """
    if row.suggested or not (row.vendor_id or row.gl_code):
        return Edit(row.id, row.version, row.vendor_id, row.gl_code, Standing.REVIEWED)
    return Edit(row.id, row.version, standing=Standing.REVIEWED)
