"""What is wrong with rules: conflicts, shadowed, stale and too broad ones, each with its rows."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ledgersync.services import rule_report
from ledgersync.services.rule_report import CheckKind, FindingRow, RuleFinding, RuleReport
from ledgersync.ui.rules_table import CHOSEN, WARNINGS
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain

TAB = "rules_tab"
_KIND, _CHOSEN, _OPEN = "rules_warning_kind", "rules_warning", "rules_warning_open"
_ABOUT = {
    CheckKind.CONFLICT: "Two rules claim the same rows and set something else; the first wins.",
    CheckKind.SHADOWED: "Earlier rules take every row that this rule fits.",
    CheckKind.STALE: "No row in the last 12 months.",
    CheckKind.TOO_BROAD: "It fits so many different rows that they can hardly be one thing.",
}
_ROW_HEIGHT, _ROWS_SHOWN = 35, 8


def show_warnings(viewer: Viewer, report: RuleReport) -> None:
    """The whole tab: warnings by kind, and the rows that show the chosen one."""
    if not report.findings:
        st.success(
            "No warnings: no conflicts, no shadowed, stale or too broad rules in 12 months.",
            icon=":material/check_circle:",
        )
        return
    shown = _of_kind(report)
    _table(shown)
    if finding := _chosen(shown):
        _details(viewer, finding)


def warnings_frame(findings: Sequence[RuleFinding]) -> pd.DataFrame:
    """One row a warning."""
    return pd.DataFrame(
        {
            "open": "Open",
            "kind": [WARNINGS[finding.kind][0]],
            "rule": finding.rule.number,
            "sentence": finding.sentence,
            "rows": len(finding.line_ids),
        }
        for finding in findings
    )


def _of_kind(report: RuleReport) -> list[RuleFinding]:
    counts = {kind: sum(f.kind is kind for f in report.findings) for kind in CheckKind}
    kind = st.pills(
        "Show",
        [kind for kind, count in counts.items() if count],
        format_func=lambda kind: f"{WARNINGS[kind][0]} ({counts[kind]:,})",
        key=_KIND,
        label_visibility="collapsed",
    )
    if kind:
        st.caption(_ABOUT[kind])
    return [finding for finding in report.findings if kind in {None, finding.kind}]


def _table(findings: Sequence[RuleFinding]) -> None:
    make = st.column_config
    st.dataframe(
        warnings_frame(findings),
        hide_index=True,
        height=(min(len(findings), _ROWS_SHOWN) + 1) * _ROW_HEIGHT + 3,
        column_config={
            "open": make.ButtonColumn(
                "Open", key=_OPEN, type="tertiary", width=64, on_click=_open, args=(len(findings),)
            ),
            "kind": make.MultiselectColumn(
                "Warning",
                options=[words for words, _ in WARNINGS.values()],
                color=[colour for _, colour in WARNINGS.values()],
                width=120,
            ),
            "rule": make.NumberColumn("Rule", width=56),
            "sentence": make.TextColumn("What is wrong", width=760),
            "rows": make.NumberColumn("Rows", format="localized", width=66),
        },
        alt="Warnings about rules",
    )


def _open(count: int) -> None:
    """Choose the warning of the row whose button was pressed."""
    place = st.session_state[_OPEN]["row"]
    st.session_state[_CHOSEN] = place if place < count else None


def _chosen(findings: Sequence[RuleFinding]) -> RuleFinding | None:
    if (st.session_state.get(_CHOSEN) or 0) >= len(findings):
        st.session_state[_CHOSEN] = None
    place = st.selectbox(
        "Warning",
        range(len(findings)),
        format_func=lambda place: findings[place].sentence,
        index=None,
        placeholder="Choose a warning to see the rows that show it",
        key=_CHOSEN,
    )
    return None if place is None else findings[place]


def _details(viewer: Viewer, finding: RuleFinding) -> None:
    with st.container(border=True):
        st.markdown(f"**{plain(finding.sentence)}**")
        with st.container(horizontal=True):
            for rule in filter(None, (finding.rule, finding.other)):
                number = rule.number
                st.button(
                    f"Open rule {number}",
                    icon=":material/rule:",
                    key=f"rules_warning_rule_{number}",
                    on_click=_open_rule,
                    args=(number,),
                )
        _rows(rule_report.finding_rows(viewer.actor, viewer.workspace, finding.line_ids), finding)


def _rows(rows: Sequence[FindingRow], finding: RuleFinding) -> None:
    if not rows:
        st.caption("There is no row to show.")
        return
    if len(rows) < len(finding.line_ids):
        st.caption(f"The newest {len(rows):,} of {counted(len(finding.line_ids), 'row')}:")
    make = st.column_config
    st.dataframe(
        rows_frame(rows),
        hide_index=True,
        height=(min(len(rows), _ROWS_SHOWN) + 1) * _ROW_HEIGHT + 3,
        column_config={
            "Date": make.DateColumn(format="MM/DD/YYYY", width=90),
            "Description": make.TextColumn(width=360),
            "Amount": make.NumberColumn(format="accounting", width=95),
        },
        alt="Rows that show the warning",
    )


def rows_frame(rows: Sequence[FindingRow]) -> pd.DataFrame:
    """One row a transaction."""
    return pd.DataFrame(
        {
            "Date": row.date,
            "Description": row.description,
            "Amount": row.amount / 100,
            "Client": row.client_name,
            "Bank account": row.account_label,
        }
        for row in rows
    )


def _open_rule(number: int) -> None:
    """Go to a rule on the first tab."""
    st.session_state[CHOSEN] = number
    st.session_state[TAB] = "Rules"
