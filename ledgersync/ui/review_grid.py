"""The editable grid: its columns, and how a row looks in them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ledgersync.domain.splits import split_words
from ledgersync.domain.transactions import Transaction
from ledgersync.ui.review_badges import EVERY_BADGE, badges, percent, reason
from ledgersync.ui.review_judgement import LOOK_WORDS, look_words
from ledgersync.ui.review_saving import Shown, save_grid, start_afresh_where_refused
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.review_view import View

if TYPE_CHECKING:
    from pandas.api.extensions import ExtensionArray
    from streamlit.elements.lib.column_types import ColumnConfig

_ROW, _TALLEST = 35, 18
_READ_ONLY = (
    "date",
    "description",
    "amount",
    "status",
    "look",
    "confidence",
    "why",
    "problem",
    "check",
    "payee",
    "memo",
)


def show_grid(sheet: Sheet, view: View, rows: Sequence[Transaction]) -> None:
    """Show the rows for editing; every edit is saved at once."""
    table = frame(sheet, view, rows)
    start_afresh_where_refused(view, table)
    shown = Shown(
        key=view.key,
        account_id=sheet.choice.account.id,
        ids=view.ids,
        versions=tuple(row.version for row in rows),
        vendors={label: vendor_id for vendor_id, label in sheet.vendors.items()},
        chart={label: code for code, label in sheet.chart.items()},
        splits={row.id: split_words(row.split) for row in rows if row.split},
    )
    st.data_editor(
        table,
        key=view.key,
        num_rows="fixed",
        hide_index=True,
        height=(min(len(rows), _TALLEST) + 1) * _ROW + 3,
        disabled=_READ_ONLY,
        column_order=_column_order(rows, for_judgement=view.for_judgement),
        column_config=_columns(sheet, _places(sheet, rows)),
        placeholder="",
        on_change=save_grid,
        args=(sheet.viewer, shown),
        alt="Transactions to review: vendor and GL code can be edited",
    )


def frame(sheet: Sheet, view: View, rows: Sequence[Transaction]) -> pd.DataFrame:
    """The grid's data, one column at a time; the index is the transaction id."""
    vendors, chart, ticked = sheet.vendors, sheet.chart, view.ticked
    return pd.DataFrame(
        {
            "tick": [row.id in ticked for row in rows],
            "date": [row.date for row in rows],
            "description": [row.description for row in rows],
            "amount": [row.amount / 100 for row in rows],
            "vendor": _texts([_label(vendors, row.vendor_id, row.vendor_name) for row in rows]),
            "gl": _texts([_place(chart, row) for row in rows]),
            "status": [badges(row) for row in rows],
            "look": [look_words(sheet.findings.get(row.id, ())) for row in rows],
            "confidence": pd.array([percent(row) for row in rows], dtype="Int64"),
            "why": [reason(row) for row in rows],
            "problem": [row.problem for row in rows],
            "check": [row.check_number for row in rows],
            "payee": [row.payee for row in rows],
            "memo": [row.memo for row in rows],
        },
        index=pd.Index([row.id for row in rows], dtype="object"),
    )


def _texts(values: list[str | None]) -> "ExtensionArray":
    """A column of text, also where nothing is coded yet.

    A column whose type changed with the first code would be another grid, back at its top.
    """
    return pd.array(values, dtype="string")


def _place(chart: Mapping[str, str], row: Transaction) -> str | None:
    return split_words(row.split) if row.split else _label(chart, row.gl_code, row.gl_code)


def _label(labels: Mapping[str, str], key: str, otherwise: str) -> str | None:
    return labels.get(key, otherwise) if key else None


def _column_order(rows: Sequence[Transaction], *, for_judgement: bool) -> list[str]:
    """All columns, without those that would be empty from top to bottom.

    The status stands where it is seen at any width: what is only suggested must say so. Beside it
    stands why a row needs a look, where the rows were asked for that.
    """
    shown = ["tick", "date", "description", "amount", "status", "vendor", "gl"]
    shown += ["confidence", "why"]
    shown.insert(shown.index("vendor") if for_judgement else len(shown), "look")
    shown += ["problem"] if any(row.problem for row in rows) else []
    shown += ["check"] if any(row.check_number for row in rows) else []
    shown += ["payee"] if any(row.payee for row in rows) else []
    return [*shown, "memo"] if any(row.memo for row in rows) else shown


def _places(sheet: Sheet, rows: Sequence[Transaction]) -> list[str]:
    """What a cell for the GL code can say: the chart, and the splits of these rows.

    The grid paints nothing but what is in this list; a split of another row can't be chosen.
    """
    splits = (split_words(row.split) for row in rows if row.split)
    return list(dict.fromkeys((*sheet.chart.values(), *splits)))


def _columns(sheet: Sheet, places: list[str]) -> dict[str, "ColumnConfig"]:
    make = st.column_config
    return {
        "tick": make.CheckboxColumn("Tick", width=62, pinned=True),
        "date": make.DateColumn("Date", format="MM/DD/YYYY", width=88, pinned=True),
        "description": make.TextColumn("Description", width=215),
        "amount": make.NumberColumn("Amount", format="accounting", width=92, alignment="right"),
        "vendor": make.SelectboxColumn("Vendor", options=list(sheet.vendors.values()), width=155),
        "gl": make.SelectboxColumn("GL code", options=places, width=172),
        "status": make.MultiselectColumn(
            "Status",
            options=[badge.words for badge in EVERY_BADGE],
            color=[badge.colour for badge in EVERY_BADGE],
            width=192,
            help="± Changed: since its export. Accounting CS has the row as it was before.",
        ),
        "look": make.MultiselectColumn(
            "Needs a look",
            options=list(LOOK_WORDS.values()),
            color=["orange"] * len(LOOK_WORDS),
            width=150,
            help="Why this row needs your judgement. Tick it to read the figures below the table.",
        ),
        "confidence": make.NumberColumn(
            "Confidence",
            format="%d%%",
            width=88,
            alignment="right",
            help="How likely the suggestion is right: of the rows shown at 90%, nine in ten are. "
            "It is the GL code's; where only a vendor is suggested and GL code is empty, the "
            "vendor's.",
        ),
        "why": make.TextColumn("Why", width=420),
        "problem": make.TextColumn("Problem", width=300),
        "check": make.TextColumn("Check no.", width=85),
        "payee": make.TextColumn("Payee", width=150),
        "memo": make.TextColumn("Memo", width=150),
    }
