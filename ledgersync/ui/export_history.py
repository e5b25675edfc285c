"""Exports: every file that left, what was found before it did, and the same bytes again."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import streamlit as st

from ledgersync import money
from ledgersync.domain.periods import Period
from ledgersync.services import changed_exports, export_keeping, exporting, reviewing
from ledgersync.services.exporting import ExportBatch
from ledgersync.ui import feedback
from ledgersync.ui.export_changes import place_in_review, show_changes
from ledgersync.ui.export_filters import choose_filter, layout_titles
from ledgersync.ui.export_taking_back import offer_taking_back, tell_of_taking_back
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import for_table, when_words

Rows = Sequence[tuple[ExportBatch, int]]

_OPEN = "export_opened"
_SEVERITY = {
    "error": ":red[:material/block: Blocked]",
    "warning": ":orange[:material/warning: Warning]",
    "confirmed": ":orange[:material/warning: Warning, confirmed]",
    "info": ":blue[:material/info: Note]",
}


def export_history(viewer: Viewer) -> None:
    """The whole page."""
    rows = exporting.list_exports(viewer.actor, viewer.workspace)
    if not rows:
        _nothing_yet()
        return
    accounts = reviewing.list_all_accounts(viewer.actor, viewer.workspace)
    labels = {account.id: account.label for account in accounts}
    currencies = {account.id: account.currency for account in accounts}
    wanted = choose_filter([batch for batch, _ in rows])
    shown = [one for one in rows if wanted.lets_through(one[0], labels.get(one[0].account_id, ""))]
    if not shown:
        st.info("No export fits these filters.", icon=":material/filter_alt_off:")
        return
    if any(changed for _, changed in shown):
        changed = changed_exports.changed_since_export(viewer.actor, viewer.workspace)
        show_changes([batch for batch, _ in shown], changed, labels)
    _table(shown, labels)
    if chosen := _choice(shown, labels):
        account_id = chosen[0].account_id
        currency = currencies.get(account_id, "USD")
        _details(viewer, *chosen, labels.get(account_id, ""), currency)


def history_frame(rows: Rows, labels: dict[str, str]) -> pd.DataFrame:
    """One row a batch, the newest first."""
    frame = pd.DataFrame([_row(batch, changed, labels) for batch, changed in rows])
    taken_back = any(batch.taken_back_at for batch, _ in rows)
    return frame if taken_back else frame.drop(columns="Taken back")


def recorded_findings(batch: ExportBatch) -> list[tuple[str, str]]:
    """What pre-flight found before this file left: severity and sentence.

    A warning that the person said yes to is told as "confirmed".
    """
    confirmed = set(json.loads(batch.confirmed))
    return [
        ("confirmed" if kind in confirmed else severity, sentence)
        for kind, severity, sentence in exporting.found_before(batch)
    ]


def _nothing_yet() -> None:
    st.info(
        "Nothing was exported yet. Review a bank account, then press Export to ACS Format there.",
        icon=":material/outbox:",
    )
    st.page_link(page("Review"), label="Go to Review", icon=":material/checklist:")


def _table(rows: Rows, labels: dict[str, str]) -> None:
    st.caption(counted(len(rows), "export"))
    st.dataframe(
        history_frame(rows, labels),
        hide_index=True,
        placeholder="",
        column_config={
            "No.": st.column_config.NumberColumn(pinned=True, width=44),
            "Open": st.column_config.ButtonColumn(
                key=_OPEN,
                type="tertiary",
                width=60,
                on_click=_open,
                args=(tuple(batch.number for batch, _ in rows),),
            ),
            "When": st.column_config.DatetimeColumn(format="MM/DD/YYYY HH:mm", width=120),
            "Taken back": st.column_config.TextColumn(width=120),
            "Client": st.column_config.TextColumn(width=170),
            "Bank account": st.column_config.TextColumn(width=330),
            "Period": st.column_config.TextColumn(width=158),
            "Rows": st.column_config.NumberColumn(width=52),
            "Total": st.column_config.NumberColumn(format="accounting", width=96),
            "Layout": st.column_config.TextColumn(width=150),
            "Changed since": st.column_config.NumberColumn(
                help="Rows that were changed after this export", width=112
            ),
        },
        alt="Exports, the newest first",
    )


def _open(numbers: tuple[int, ...]) -> None:
    """Choose the export of the row whose button was pressed, as it was shown then."""
    number = st.session_state["export"] = numbers[st.session_state[_OPEN]["row"]]
    feedback.keep_toast(f"Export no. {number} is open below the table.")


def _row(batch: ExportBatch, changed: int, labels: dict[str, str]) -> dict[str, object]:
    return {
        "No.": batch.number,
        "Open": "Open",
        "When": for_table(batch.created_at),
        "Taken back": f"by {batch.taken_back_by}" if batch.taken_back_at else None,
        "Client": batch.client_name,
        "Bank account": labels.get(batch.account_id, ""),
        "Period": Period(batch.start, batch.end).words(),
        "Rows": batch.rows,
        "Total": batch.total / 100,
        "Layout": layout_titles().get(batch.layout, batch.layout),
        "Changed since": changed or None,
        "By": batch.created_by,
        "File": "removed" if batch.expired_at else "kept",
        "Override reason": batch.override_reason,
    }


def _choice(rows: Rows, labels: dict[str, str]) -> tuple[ExportBatch, int] | None:
    by_number = {batch.number: (batch, changed) for batch, changed in rows}

    def label(number: int) -> str:
        batch, _ = by_number[number]
        return f"No. {number} - {batch.client_name} - {labels.get(batch.account_id, '')}"

    chosen = st.selectbox(
        "Export",
        list(by_number),
        index=None,
        format_func=label,
        placeholder="Choose an export to see its details and download it again",
        key="export",
    )
    return by_number.get(chosen) if chosen is not None else None


def _details(viewer: Viewer, batch: ExportBatch, changed: int, label: str, currency: str) -> None:
    with st.container(border=True):
        st.subheader(f"Export no. {batch.number}", anchor=False)
        tell_of_taking_back(viewer, batch)
        _download_again(viewer, batch)
        facts = _facts(batch, changed, label, currency)
        st.table(facts, border="horizontal", width="content")
        _findings(batch)
        _way_to_review(batch)
        offer_taking_back(viewer, batch)


def _facts(batch: ExportBatch, changed: int, label: str, currency: str) -> dict[str, str]:
    facts = {
        "Client": plain(batch.client_name),
        "Bank account": plain(label),
        "Period": Period(batch.start, batch.end).words(),
        "Exported": f"{when_words(batch.created_at)} by {plain(batch.created_by)}",
        "Layout": plain(layout_titles().get(batch.layout, batch.layout)),
        "Rows": f"{batch.rows:,}, {plain(money.dollars(batch.total, currency))} in total",
        "Changed since": counted(changed, "row") if changed else "nothing",
        "File": f"`{batch.file_name}`",
        "File check (SHA-256)": f"`{batch.sha256}`",
    }
    if batch.audit_chain:
        facts["Audit trail"] = f"entry {batch.audit_seq:,}, `{batch.audit_chain}`"
    if batch.guarded_cells:
        cells = counted(batch.guarded_cells, "text")
        facts["Made safe for Excel"] = f"{cells} that began like a formula"
    if changed_texts := exporting.changed_texts(batch):
        facts["Texts changed"] = plain(" ".join(changed_texts))
    if batch.again:
        facts["Again"] = "holds rows that were exported before"
    if batch.override_reason:
        facts["Override reason"] = plain(batch.override_reason)
    return facts


def _findings(batch: ExportBatch) -> None:
    found = recorded_findings(batch)
    if not found:
        st.write(":green[:material/check_circle:] The checks before the export found nothing.")
        return
    st.write("Found before the export:")
    st.markdown(
        "\n".join(
            f"- {_SEVERITY.get(severity, plain(severity))} {plain(sentence)}"
            for severity, sentence in found
        )
    )


def _way_to_review(batch: ExportBatch) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            page("Review"),
            label="Open in Review",
            icon=":material/checklist:",
            query_params=place_in_review(batch),
        )
        if not batch.taken_back_at:
            st.caption("To change a row there: tick it, then More, Unlock.", width="content")


def _download_again(viewer: Viewer, batch: ExportBatch) -> None:
    """The bytes are read when somebody clicks, not with every look at the page."""
    if batch.expired_at:
        _tell_of_removal(batch)
        return

    def data() -> bytes:
        return exporting.download(viewer.actor, viewer.workspace, batch.id).data

    st.download_button(
        "Download again",
        data,
        file_name=batch.file_name,
        mime=batch.media_type,
        icon=":material/download:",
        on_click="ignore",
        key=f"download_{batch.number}",
    )
    days = export_keeping.days_kept(viewer.actor, viewer.workspace)
    until = for_table(batch.created_at + timedelta(days=days))
    st.caption(f"Exactly the file that was exported. Kept until {until:%m/%d/%Y}.")


def _tell_of_removal(batch: ExportBatch) -> None:
    assert batch.expired_at is not None  # noqa: S101  the caller asked
    removed = for_table(batch.expired_at)
    days = (batch.expired_at - batch.created_at).days
    st.info(
        f"File removed on {removed:%m/%d/%Y}, after {counted(days, 'day')}. The record stays; "
        "export the rows again from Review if the file is needed.",
        icon=":material/auto_delete:",
    )
