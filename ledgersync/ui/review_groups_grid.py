"""The editable grid of groups: a line a group, saved on edit."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ledgersync.domain.groups import Group
from ledgersync.ui import feedback
from ledgersync.ui.review_badges import EVERY_BADGE, badges, percent, reason
from ledgersync.ui.review_grouping import Grouping, code_groups, kept_grouping
from ledgersync.ui.review_saving import Pending, code_in, new_cells, start_afresh_where_refused
from ledgersync.ui.review_sheet import Sheet

if TYPE_CHECKING:
    from pandas.api.extensions import ExtensionArray
    from streamlit.elements.lib.column_types import ColumnConfig

_ROW, _TALLEST = 35, 11
_CALLED = "review_groups_seen_edits"
_EDITABLE = ("tick", "vendor", "gl")


def show_groups(sheet: Sheet, opened: Grouping, groups: Sequence[Group]) -> None:
    """Show the groups; choosing a code in one codes all its rows."""
    table = frame(sheet, opened, groups)
    start_afresh_where_refused(opened, table)
    st.data_editor(
        table,
        key=opened.key,
        num_rows="fixed",
        hide_index=True,
        height=(min(len(groups), _TALLEST) + 1) * _ROW + 3,
        disabled=[name for name in table.columns if name not in _EDITABLE],
        column_config=_columns(sheet),
        placeholder="",
        on_change=_save,
        args=(sheet, opened.key, groups),
        alt="Groups of rows with the same description: vendor and GL code can be edited",
    )


def frame(sheet: Sheet, opened: Grouping, groups: Sequence[Group]) -> pd.DataFrame:
    """The grid's data; the vendor or GL code of a group stands there where all its rows agree."""
    least = [group.least_sure for group in groups]
    return pd.DataFrame(
        {
            "tick": [opened.is_ticked(group) for group in groups],
            "description": [group.text for group in groups],
            "rows": [len(group.rows) for group in groups],
            "total": [group.total / 100 for group in groups],
            "status": [_badges(group) for group in groups],
            "gl": _texts(sheet.chart.get(group.gl_code) for group in groups),
            "vendor": _texts(sheet.vendors.get(group.vendor_id) for group in groups),
            "lowest": pd.array([percent(row) for row in least], dtype="Int64"),
            "why": [
                _several(group) or reason(row) for group, row in zip(groups, least, strict=True)
            ],
            "example": [group.rows[0].description for group in groups],
        }
    )


def _texts(values: Iterable[str | None]) -> "ExtensionArray":
    return pd.array(list(values), dtype="string")


def _badges(group: Group) -> list[str]:
    return list(dict.fromkeys(badge for row in group.rows for badge in badges(row)))


def _several(group: Group) -> str:
    """Where the rows show several GL codes: which, with how many rows."""
    if len(group.gl_codes) < 2:  # noqa: PLR2004  one code needs no list
        return ""
    return "Several GL codes: " + ", ".join(f"{code} ({rows:,})" for code, rows in group.gl_codes)


def _columns(sheet: Sheet) -> dict[str, "ColumnConfig"]:
    make = st.column_config
    return {
        "tick": make.CheckboxColumn("Tick", width=62, pinned=True),
        "description": make.TextColumn("Description", width=190, pinned=True),
        "rows": make.NumberColumn("Rows", format="localized", width=52),
        "total": make.NumberColumn("Total", format="accounting", width=95, alignment="right"),
        "status": make.MultiselectColumn(
            "Status",
            options=[badge.words for badge in EVERY_BADGE],
            color=[badge.colour for badge in EVERY_BADGE],
            width=135,
        ),
        "vendor": make.SelectboxColumn("Vendor", options=list(sheet.vendors.values()), width=160),
        "gl": make.SelectboxColumn("GL code", options=list(sheet.chart.values()), width=200),
        "lowest": make.NumberColumn(
            "Lowest",
            format="%d%%",
            width=68,
            alignment="right",
            help="The least confidence of the group's suggestions.",
        ),
        "why": make.TextColumn("Why", width=300),
        "example": make.TextColumn("For example", width=300),
    }


def _save(sheet: Sheet, key: str, groups: Sequence[Group]) -> None:
    """Act on the grid's new edits: ticks are kept, codes are saved on all rows of their group."""
    pending: Pending = st.session_state[key]["edited_rows"]
    opened = kept_grouping(sheet)
    if opened is None:
        return
    codes = {name: {label: id_ for id_, label in labels.items()} for name, labels in _lists(sheet)}
    with feedback.kept():
        for at, cells in new_cells(key, pending, _CALLED).items():
            if "tick" in cells:
                (opened.ticked.add if cells["tick"] else opened.ticked.discard)(groups[at].ids[0])
            for column, known in codes.items():
                code = code_in(known, cells, column)
                if code is not None:
                    code_groups(sheet, [groups[at]], column, code)


def _lists(sheet: Sheet) -> Sequence[tuple[str, Mapping[str, str]]]:
    return (("vendor", sheet.vendors), ("gl", sheet.chart))
