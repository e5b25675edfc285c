"""Rules: what they are and in which order they apply, what is wrong with them, and as a file."""

from collections.abc import Sequence

import streamlit as st

from ledgersync.domain.clients import Client
from ledgersync.services import reviewing, rule_lists, rule_report
from ledgersync.services.rule_lists import RuleList
from ledgersync.services.rule_report import RuleReport
from ledgersync.ui.feedback import in_place
from ledgersync.ui.labels import client_labels
from ledgersync.ui.learned import show_learned
from ledgersync.ui.learned_link import follow_link, keep_address
from ledgersync.ui.rules_changes import show_last_change, show_rule_changes
from ledgersync.ui.rules_files import show_files
from ledgersync.ui.rules_form import open_form, show_form
from ledgersync.ui.rules_opened import show_rule
from ledgersync.ui.rules_table import choose_rule, filtered, show_table
from ledgersync.ui.rules_warnings import TAB, show_warnings
from ledgersync.ui.shell import Viewer
from ledgersync.ui.times import when_words

_TABS = ("Rules", "Warnings", "Learned", "Import and export", "Changes")


def rules(viewer: Viewer) -> None:
    """The whole page; only the open tab is worked out."""
    listed = rule_lists.list_rules(viewer.actor, viewer.workspace)
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    clients = [client for client in everyone if not client.removed]
    if follow_link():
        st.session_state[TAB] = "Learned"
    first, second, third, fourth, fifth = st.tabs(_TABS, key=TAB, on_change="rerun")
    if first.open:
        with first, in_place():
            _rules_tab(viewer, listed, clients)
    if second.open:
        with second, in_place():
            report = _report(viewer, listed)
            show_warnings(viewer, report)
            _say_when(report)
    if third.open:
        with third, in_place():
            show_learned(viewer, clients)
    else:
        keep_address(shown=False)
    if fourth.open:
        with fourth, in_place():
            show_files(viewer, clients)
    if fifth.open:
        with fifth, in_place():
            show_rule_changes(viewer)


def _rules_tab(viewer: Viewer, listed: RuleList, clients: Sequence[Client]) -> None:
    show_last_change(viewer)
    if not show_form(viewer, clients):
        st.button(
            "New rule", type="primary", icon=":material/add:", key="rules_new", on_click=open_form
        )
    if not rule_lists.may_write_for_firm(viewer.actor, viewer.workspace):
        st.caption(
            ":material/domain: You write rules for one client each. Those for the whole firm are "
            "written by administrators; you can look at them here and try them on your clients."
        )
    if not listed.entries:
        _nothing_yet()
        return
    report = _report(viewer, listed)
    shown = filtered(listed.entries, report, client_labels(clients))
    if not shown:
        st.info("No rule fits these filters.", icon=":material/filter_alt_off:")
        return
    places = {e.stored.rule.id: place for place, e in enumerate(listed.entries, start=1)}
    show_table(shown, places, report)
    _say_when(report)
    if chosen := choose_rule(shown):
        show_rule(viewer, chosen, report)


def _report(viewer: Viewer, listed: RuleList) -> RuleReport:
    """Hits and warnings, worked out again only after a change to rules or lists, or a load."""
    if not listed.entries:
        return RuleReport()
    return _reported(viewer, listed.stamp)


def _say_when(report: RuleReport) -> None:
    """Rows that people code change the figures, and counting them all takes seconds."""
    if report.counted_at is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        whose = ", of your clients' rows alone," if report.of_some_clients else ","
        st.caption(
            f"Hits and warnings as of {when_words(report.counted_at)}{whose} without what was "
            "coded by hand since.",
            width="content",
        )
        st.button(
            "Count again",
            icon=":material/refresh:",
            type="tertiary",
            key="rules_count_again",
            on_click=_reported.clear,
        )


# As a resource: nobody changes a report, and a copy for every look would take its time.
@st.cache_resource(max_entries=2, show_spinner="Counting the hits of the last 12 months ...")
def _reported(_viewer: Viewer, stamp: str) -> RuleReport:
    del stamp
    return rule_report.rule_report(_viewer.actor, _viewer.workspace)


def _nothing_yet() -> None:
    st.info(
        "No rules yet. A rule codes every row whose description reads a certain way - for "
        "example: contains **UBER, LYFT**, money out → vendor Uber, GL code 6550 Travel. It "
        "proposes, and never touches what a person has decided.",
        icon=":material/rule:",
    )
