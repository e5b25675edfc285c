"""Changed since export: rows of which Accounting CS has an earlier version, by export."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from ledgersync.domain.periods import Period
from ledgersync.services.changed_exports import ChangedRow
from ledgersync.services.exporting import ExportBatch
from ledgersync.ui.review_view import show_only_on_arrival
from ledgersync.ui.shell import page
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import for_table, when_words

Changed = Mapping[str, Sequence[ChangedRow]]


def show_changes(batches: Sequence[ExportBatch], changed: Changed, labels: dict[str, str]) -> None:
    """The changed rows of these exports, folded; nothing when there are none."""
    concerned = [batch for batch in batches if batch.id in changed]
    if not concerned:
        return
    number = sum(len(changed[batch.id]) for batch in concerned)
    with st.expander(
        f"{counted(number, 'row')} changed since export", icon=":material/published_with_changes:"
    ):
        st.caption(
            "Accounting CS has these rows as exported. Correct them there by hand, or take the "
            "entries back there; then tick the rows on Review, and export only these again."
        )
        for batch in concerned:
            _batch(batch, changed[batch.id], labels.get(batch.account_id, ""))


def changes_frame(rows: Sequence[ChangedRow]) -> pd.DataFrame:
    """One line a row, with what is different in words."""
    return pd.DataFrame([_row(row) for row in rows])


def place_in_review(batch: ExportBatch) -> dict[str, str]:
    """The address of an export's account and period on Review."""
    return {
        "client": batch.client_id,
        "account": batch.account_id,
        "start": batch.start.isoformat(),
        "end": batch.end.isoformat(),
    }


def change_words(row: ChangedRow) -> str:
    """What is different: "GL code: 6100 -> 6200; Amount: -12.50 -> -14.00"."""
    if not row.changes:
        return "Saved again since; what was exported was not recorded yet"
    return "; ".join(f"{one.what}: {one.before} -> {one.now}" for one in row.changes)


def _batch(batch: ExportBatch, rows: Sequence[ChangedRow], label: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        left = f"exported {when_words(batch.created_at)} by {plain(batch.created_by)}"
        st.markdown(
            f"**Export no. {batch.number}** - {plain(batch.client_name)}, {plain(label)} - {left}"
        )
        if st.button("Show in Review", key=f"changed_{batch.number}", icon=":material/checklist:"):
            _go_to_review(batch, rows)
    st.dataframe(
        changes_frame(rows),
        hide_index=True,
        column_config={
            "Date": st.column_config.DateColumn(format="MM/DD/YYYY", width=90),
            "Description": st.column_config.TextColumn(width=260),
            "Amount": st.column_config.NumberColumn(format="accounting", width=96),
            "What changed": st.column_config.TextColumn(width=340),
            "When": st.column_config.DatetimeColumn(format="MM/DD/YYYY HH:mm", width=130),
        },
        alt=f"Rows of export {batch.number} that changed after it",
    )


def _row(row: ChangedRow) -> dict[str, object]:
    return {
        "Date": row.date,
        "Description": row.description,
        "Amount": row.amount / 100,
        "What changed": change_words(row),
        "Last saved by": row.changed_by,
        "When": for_table(row.changed_at),
    }


def _go_to_review(batch: ExportBatch, rows: Sequence[ChangedRow]) -> None:
    """Review opens on the export's account and period, with just these rows."""
    place = (batch.account_id, Period(batch.start, batch.end))
    words = f"Changed since export {batch.number}."
    show_only_on_arrival(place, words, frozenset(row.transaction_id for row in rows))
    st.switch_page(page("Review"), query_params=place_in_review(batch))
