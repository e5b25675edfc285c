"""One rule in full: what it is, what can be done with it, and the rows that it fits."""

from collections.abc import Callable

import streamlit as st

from ledgersync.domain.rules import describe
from ledgersync.services import rule_lists, rule_testing, rule_writing
from ledgersync.services.rule_lists import RuleEntry
from ledgersync.services.rule_report import RuleReport
from ledgersync.services.rule_writing import StoredRule
from ledgersync.ui import feedback
from ledgersync.ui.rules_changes import tell
from ledgersync.ui.rules_form import open_form
from ledgersync.ui.rules_table import scope_words, sets_words
from ledgersync.ui.rules_trial import show_trial
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import when_words

FIRM_RULE = (
    ":material/domain: This rule is for the whole firm, so only administrators change it. For one "
    "of your clients write a rule of its own: it goes before this one."
)


def show_rule(viewer: Viewer, entry: RuleEntry, report: RuleReport) -> None:
    """The rule's facts, its warnings, its buttons, and its rows on demand."""
    stored = entry.stored
    with st.container(border=True):
        st.subheader(f"Rule {stored.rule.number}", anchor=False)
        st.table(_facts(entry, report), border="horizontal", width="content")
        for finding in report.of(stored.rule.id):
            st.markdown(f":orange[:material/warning:] {plain(finding.sentence)}")
        if stored.rule.client_id or rule_lists.may_write_for_firm(viewer.actor, viewer.workspace):
            _buttons(viewer, stored)
        else:
            st.caption(FIRM_RULE)
        if st.toggle("Show the rows that it fits", key=f"rule_rows_{stored.rule.id}"):
            show_trial(rule_testing.test_rule(viewer.actor, viewer.workspace, stored.rule))


def _facts(entry: RuleEntry, report: RuleReport) -> dict[str, str]:
    stored = entry.stored
    hits = report.hits.get(stored.rule.id)
    facts = {
        "If the description": plain(describe(stored.rule)),
        "It sets": plain(sets_words(entry)),
        "For": plain(scope_words(entry)),
        "Priority": f"{stored.rule.priority}, {'on' if stored.rule.enabled else 'turned off'}",
        "Hits": "none in the last 12 months",
        "Last changed": f"{when_words(stored.changed_at)} by {plain(stored.changed_by)}",
    }
    if hits and hits.last_on:
        last = f"{hits.last_on:%m/%d/%Y}"
        facts["Hits"] = f"{counted(hits.count, 'row')} in the last 12 months, the last on {last}"
    return facts


def _buttons(viewer: Viewer, stored: StoredRule) -> None:
    actor, workspace = viewer.actor, viewer.workspace
    rule, version = stored.rule, stored.version
    turn = ("Turn off", "toggle_on") if rule.enabled else ("Turn on", "toggle_off")

    def moved(*, up: bool) -> StoredRule:
        return rule_writing.move_rule(actor, workspace, rule.id, version, up=up)

    def turned() -> StoredRule:
        wanted = not rule.enabled
        return rule_writing.set_enabled(actor, workspace, rule.id, version, enabled=wanted)

    def deleted() -> StoredRule:
        return rule_writing.delete_rule(actor, workspace, rule.id, version)

    with st.container(horizontal=True):
        st.button(
            "Edit", icon=":material/edit:", key="rule_edit", on_click=open_form, args=(stored,)
        )
        _act(viewer, "Move up", "arrow_upward", lambda: moved(up=True))
        _act(viewer, "Move down", "arrow_downward", lambda: moved(up=False))
        _act(viewer, turn[0], turn[1], turned)
        _act(viewer, "Delete", "delete", deleted)


def _act(viewer: Viewer, label: str, icon: str, make: Callable[[], StoredRule]) -> None:
    def act() -> None:
        with feedback.kept():
            tell(viewer, make().rule.number)

    key = f"rule_{label.lower().replace(' ', '_')}"
    st.button(label, icon=f":material/{icon}:", key=key, on_click=act)
