"""Saving what was edited in the grid, at once and on the rows that the person was looking at.

The grid tells positions, and all its pending edits each time. A position is turned into an id with
the very ids that the grid was rendered with, and only what is new since the last call is acted on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import pandas as pd
import streamlit as st

from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.splits import SPLIT_WORD
from ledgersync.domain.transactions import Transaction
from ledgersync.errors import DatabaseUnavailable, InvalidInput
from ledgersync.services import reviewing
from ledgersync.services.clicks import EDIT, Click
from ledgersync.services.deciding import Saved
from ledgersync.ui import feedback
from ledgersync.ui.review_offer import note_correction
from ledgersync.ui.review_refusals import keep_refusals
from ledgersync.ui.review_rows import take_in
from ledgersync.ui.review_unsaved import keep_unsaved
from ledgersync.ui.review_view import kept_view
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted

_SEEN = "review_seen_edits"
_OWN = "review_own_versions"

_EDITABLE = {"tick", "vendor", "gl"}

Pending = Mapping[int, Mapping[str, object]]


@dataclass(frozen=True)
class Shown:
    """What a grid was rendered with; its callback may trust nothing newer.

    `vendors` and `chart` turn the labels in the cells back into vendor ids and GL codes. `splits`
    are the words of the rows that are split, by id: chosen again, they change nothing.
    """

    key: str
    account_id: str
    ids: tuple[str, ...]
    versions: tuple[int, ...]
    vendors: Mapping[str, str]
    chart: Mapping[str, str]
    splits: Mapping[str, str] = field(default_factory=dict)


def save_grid(viewer: Viewer, shown: Shown) -> None:
    """Act on the grid's new edits: ticks are kept in the view, codes are saved."""
    pending: Pending = st.session_state[shown.key]["edited_rows"]
    new = new_cells(shown.key, pending)
    _keep_ticks(shown, new)
    with feedback.kept():
        edits = edits_of(shown, new)
        if edits:
            save_codes(viewer, shown.account_id, edits)


def edits_of(shown: Shown, pending: Pending) -> list[Edit]:
    """The edits that the changed cells ask for, each on the row that was at that position.

    Raises:
        InvalidInput: for a label that was not among the options.
    """
    edits = []
    for position, pending_cells in pending.items():
        cells = _coded_cells(shown, position, pending_cells)
        if cells:
            edits.append(
                Edit(
                    shown.ids[position],
                    shown.versions[position],
                    vendor_id=code_in(shown.vendors, cells, "vendor"),
                    gl_code=code_in(shown.chart, cells, "gl"),
                )
            )
    return edits


def _coded_cells(shown: Shown, position: int, cells: Mapping[str, object]) -> Mapping[str, object]:
    """The cells of a row that name a vendor or a GL code, without its own split chosen again."""
    if not 0 <= position < len(shown.ids):
        return {}
    own = shown.splits.get(shown.ids[position])
    unchanged = {"gl"} if own and cells.get("gl") == own else set()
    return {name: cells[name] for name in ({"vendor", "gl"} & cells.keys()) - unchanged}


def save(
    viewer: Viewer, account_id: str, edits: Sequence[Edit], click: Click = EDIT, words: str = ""
) -> Saved:
    """Save edits, learn from them and keep what there is to say; for callbacks of dialogs.

    `words` are said of the rows that were saved, in place of what the click did to them.
    """
    saved = _save(viewer, account_id, edits, click)
    if saved.saved:
        feedback.keep_toast(f"{words or _said(saved)} {_learn(viewer, account_id, saved)}".rstrip())
    return saved


def save_first(
    viewer: Viewer, account_id: str, edits: Sequence[Edit], click: Click = EDIT, words: str = ""
) -> Saved:
    """Like `save`, for callbacks of the page: that it is saved is said before it is learned from.

    Looking for similar rows takes several times as long as saving.
    """
    saved = _save(viewer, account_id, edits, click)
    if saved.saved:
        feedback.keep_toast(words or _said(saved), lambda: _learn(viewer, account_id, saved))
    return saved


def save_codes(
    viewer: Viewer, account_id: str, edits: Sequence[Edit], click: Click = EDIT, words: str = ""
) -> None:
    """Like `save_first`, for rows that a person codes by hand: a rule is offered in the end."""
    saved = _save(viewer, account_id, edits, click)

    def learn() -> str:
        anew = _learn(viewer, account_id, saved)
        note_correction(viewer, account_id, saved)
        return anew

    if saved.saved:
        feedback.keep_toast(words or _said(saved), learn)


def _save(viewer: Viewer, account_id: str, edits: Sequence[Edit], click: Click) -> Saved:
    own: dict[str, int] = st.session_state.setdefault(_OWN, {})
    seen = [_with_version(edit, own) for edit in edits]
    try:
        saved = reviewing.decide(viewer.actor, viewer.workspace, account_id, seen, click)
    except DatabaseUnavailable:
        keep_unsaved(account_id, seen, click)
        raise
    own.update({decision.transaction_id: decision.version for decision in saved.kept})
    keep_refusals(account_id, saved)
    if saved.saved:
        take_in(viewer, account_id, [decision.transaction_id for decision in saved.kept])
    return saved


def _said(saved: Saved) -> str:
    return f"{saved.words}."


def _learn(viewer: Viewer, account_id: str, saved: Saved) -> str:
    """Bring similar rows up to date; returns how many, in words, "" for none."""
    anew = reviewing.learn_from(viewer.actor, viewer.workspace, account_id, saved.kept)
    rows = take_in(viewer, account_id, [], anew)
    similar = counted(rows, "similar row has", "similar rows have")
    return f"{similar} a new suggestion." if rows else ""


class Grid(Protocol):
    """An editable grid: its widget key changes with `fresh_grids`."""

    fresh_grids: int

    @property
    def key(self) -> str: ...


def start_afresh_where_refused(view: Grid, table: pd.DataFrame) -> None:
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


def new_cells(key: str, pending: Pending, kept: str = _SEEN) -> Pending:
    """The cells that were not pending, or held something else, when the grid last called.

    `kept` is where in the session that is remembered: a dialog's grid needs a place of its own.
    """
    last, before = st.session_state.get(kept, ("", {}))
    before = before if last == key else {}
    now = {(at, column): cells[column] for at, cells in pending.items() for column in cells}
    st.session_state[kept] = (key, now)
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


def code_in(codes: Mapping[str, str], cells: Mapping[str, object], column: str) -> str | None:
    """The id or code of the label in a changed cell: "" for an emptied one, None for no change.

    Raises:
        InvalidInput: for a label that was not among the options.
    """
    if column not in cells:
        return None
    label = cells[column]
    if label in {None, ""}:
        return ""
    code = codes.get(str(label))
    if code is None and str(label).startswith(SPLIT_WORD):
        raise InvalidInput(
            "A split belongs to the amount of its own row, so nothing was saved.",
            "Tick the row, then press Split.",
        )
    if code is None:
        raise InvalidInput(
            f"{str(label)[:60]!r} is not in the list, so nothing was saved.",
            "Choose from the list, or add it first.",
        )
    return code


def refused_words(saved: Saved) -> str:
    """What a save left as it was, and why; "" when it saved everything."""
    said = []
    if saved.stale:
        rows = counted(len(saved.stale), "row was", "rows were")
        names = sorted({stale.theirs.decided_by or "somebody else" for stale in saved.stale})
        said.append(f"{rows} changed by {' and '.join(names)} meanwhile and stayed.")
    if saved.locked:
        rows = counted(len(saved.locked), "exported row is", "exported rows are")
        said.append(f"{rows} locked and stayed: unlock first, with More, Unlock.")
    return " ".join(said)


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
    if row.suggested or not (row.vendor_id or row.coded):
        seen = (row.vendor_id, row.gl_code, Standing.REVIEWED, row.split)
        return Edit(row.id, row.version, *seen)
    return Edit(row.id, row.version, standing=Standing.REVIEWED)
