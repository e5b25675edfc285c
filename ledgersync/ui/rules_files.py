"""Rules as a file: out for a backup or a spreadsheet, in with a preview before anything changes."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from ledgersync import clock
from ledgersync.domain.clients import Client
from ledgersync.errors import LedgerSyncError
from ledgersync.services import rule_files, rule_undoing
from ledgersync.services.rule_files import Fate, RuleLine, RulePreview, RulesConfirmed
from ledgersync.ui.feedback import keep_toast, show_error
from ledgersync.ui.labels import client_labels
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.uploads import uploaded

_FILES, _PREVIEW, _DONE, _OWNER = "rules_files", "rules_preview", "rules_done", "rules_export_for"
_ROW, _TALLEST = 35, 14
_FATES = {
    Fate.NEW: ("+ New", "green"),
    Fate.CHANGED: ("± Changed", "blue"),
    Fate.UNCHANGED: ("= Unchanged", "gray"),
    Fate.REJECTED: ("✕ Rejected", "red"),
}
_COLUMNS = (
    f"{', '.join(rule_files.COLUMNS)} - in any order; only Patterns and what the rule sets must be "
    "there."
)

Outcome = RulePreview | LedgerSyncError


def show_files(viewer: Viewer, clients: Sequence[Client]) -> None:
    """The whole tab."""
    st.subheader("Export", anchor=False)
    _export(viewer, client_labels(clients))
    st.subheader("Import", anchor=False)
    _import(viewer)


def lines_frame(lines: Sequence[RuleLine]) -> pd.DataFrame:
    """One row a line of the file."""
    return pd.DataFrame(
        {
            "Line": line.line,
            "Result": [_FATES[line.fate][0]],
            "Rule": line.rule.number or None if line.rule else None,
            "What changes, or why not": line.words,
        }
        for line in lines
    )


def going_in(preview: RulePreview) -> str:
    """What Confirm would do, in a sentence or two."""
    rejected = preview.count(Fate.REJECTED)
    stay = f" {counted(rejected, 'rejected line')} will stay out." if rejected else ""
    if not preview.changes:
        return f"Nothing in this file is new or changed.{stay}"
    return f"**{counted(preview.changes, 'rule')} will go in.**{stay}"


def _export(viewer: Viewer, names: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        owner = st.selectbox(
            "Which rules",
            [None, "", *names],
            format_func=lambda key: _owner_words(key, names),
            key=_OWNER,
            width=360,
        )
        st.download_button(
            "Export rules (CSV)",
            lambda: rule_files.export_rules(viewer.actor, viewer.workspace, owner),
            file_name=f"rules {clock.today():%Y-%m-%d}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="rules_export",
        )
    st.caption("The file opens in any spreadsheet. Edit it there, save it as CSV, import it below.")


def _owner_words(key: str | None, names: Mapping[str, str]) -> str:
    if key is None:
        return "All rules"
    return names.get(key, "Firm-wide rules only")


def _import(viewer: Viewer) -> None:
    _show_done(viewer)
    st.caption(
        "You see what each line would do, and nothing changes before you confirm. Rules that the "
        "file does not name stay as they are, and the same file a second time changes nothing."
    )
    st.caption(f"Columns: {_COLUMNS}")
    key = f"rules_file_{st.session_state.get(_FILES, 0)}"
    file = uploaded("File with rules", ("csv", "tsv", "txt"), key)
    if file is None:
        st.session_state.pop(_PREVIEW, None)
        return
    outcome = _previewed(viewer, file.id, file.name, file.data)
    if isinstance(outcome, LedgerSyncError):
        show_error(outcome)
        return
    _show_preview(outcome)
    _confirm(viewer, file.id, outcome)


def _previewed(viewer: Viewer, asked: str, name: str, data: bytes) -> Outcome:
    """What the file would do: told once for each file, not with every run."""
    kept: tuple[str, Outcome] | None = st.session_state.get(_PREVIEW)
    if kept and kept[0] == asked:
        return kept[1]
    outcome: Outcome
    try:
        with st.spinner("Reading the file ..."):
            outcome = rule_files.preview_rules(viewer.actor, viewer.workspace, name, data)
    except LedgerSyncError as error:
        outcome = error
    st.session_state[_PREVIEW] = (asked, outcome)
    return outcome


def _show_preview(preview: RulePreview) -> None:
    for remark in preview.remarks:
        st.info(plain(remark), icon=":material/info:")
    if not preview.lines:
        st.info("The file has no rules below its header.", icon=":material/info:")
        return
    counts = {fate: preview.count(fate) for fate in Fate}
    fate = st.pills(
        "Show",
        [fate for fate, count in counts.items() if count],
        format_func=lambda fate: f"{_FATES[fate][0]} ({counts[fate]:,})",
        key="rules_file_show",
        label_visibility="collapsed",
    )
    _table([line for line in preview.lines if fate in {None, line.fate}])


def _table(lines: Sequence[RuleLine]) -> None:
    make = st.column_config
    st.dataframe(
        lines_frame(lines),
        hide_index=True,
        height=(min(len(lines), _TALLEST) + 1) * _ROW + 3,
        placeholder="",
        column_config={
            "Line": make.NumberColumn(width=60, format="%d"),
            "Result": make.MultiselectColumn(
                options=[words for words, _ in _FATES.values()],
                color=[colour for _, colour in _FATES.values()],
                width=120,
            ),
            "Rule": make.NumberColumn(width=60, format="%d"),
            "What changes, or why not": make.TextColumn(width=820),
        },
        alt="The lines of the file with what each would do",
    )


def _confirm(viewer: Viewer, asked: str, preview: RulePreview) -> None:
    st.write(going_in(preview))
    pressed = st.button(
        "Confirm Import",
        type="primary",
        icon=":material/check:",
        key="rules_confirm",
        disabled=not preview.changes,
    )
    if not pressed:
        return
    try:
        with st.spinner("Taking in the rules, and looking through the rows that they concern ..."):
            done = rule_files.confirm_rules(viewer.actor, viewer.workspace, preview)
    except LedgerSyncError as error:
        show_error(error)
        return
    if done.applied:
        st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
        st.session_state.pop(_PREVIEW, None)
    else:
        st.session_state[_PREVIEW] = (asked, done.preview)
    st.session_state[_DONE] = done
    st.rerun()


def _show_done(viewer: Viewer) -> None:
    """How the last confirmation ended, with Undo until the next one."""
    done: RulesConfirmed | None = st.session_state.get(_DONE)
    if done is None:
        return
    if not done.applied:
        del st.session_state[_DONE]
        st.warning(
            "**Nothing was imported: the rules changed since you looked.** This is what the file "
            "would do now. Look at it again, then confirm.",
            icon=":material/sync_problem:",
        )
        return
    name = plain(done.preview.file_name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(f"Imported {name}: {done.preview.words()}.", icon=":material/check_circle:")
        pressed = done.change_id and st.button(
            "Undo this import", icon=":material/undo:", key="rules_import_undo"
        )
    if pressed:
        _undo(viewer, done)


def _undo(viewer: Viewer, done: RulesConfirmed) -> None:
    try:
        with st.spinner("Taking the import back ..."):
            undone = rule_undoing.undo_rule_change(viewer.actor, viewer.workspace, done.change_id)
    except LedgerSyncError as error:
        show_error(error)
        return
    del st.session_state[_DONE]
    count = len(undone.outlook.back)
    keep_toast(f"{counted(count, 'rule is', 'rules are')} as before the import.")
    st.rerun()
