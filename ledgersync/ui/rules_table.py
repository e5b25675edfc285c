"""The table of rules in the order in which they apply, with its filters and the choice of one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ledgersync.domain.rules import describe
from ledgersync.services.rule_lists import RuleEntry
from ledgersync.services.rule_report import CheckKind, RuleReport
from ledgersync.ui import addresses, feedback
from ledgersync.ui.texts import counted

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

CHOSEN = "rules_chosen"
_OPEN, _CLIENT, _SEARCH, _ONLY = "rules_open", "rules_client", "rules_search", "rules_only"
_FIRM = "firm"
_ROWS_SHOWN, _ROW_HEIGHT, _HEADER_HEIGHT = 12, 35, 38
# Word and sign come first; the colour only repeats them.
WARNINGS = {
    CheckKind.CONFLICT: ("≠ Conflict", "red"),
    CheckKind.SHADOWED: ("◐ Shadowed", "violet"),
    CheckKind.STALE: ("◷ Stale", "gray"),
    CheckKind.TOO_BROAD: ("» Too broad", "orange"),
}


def filtered(
    entries: Sequence[RuleEntry], report: RuleReport, names: Mapping[str, str]
) -> list[RuleEntry]:
    """Show the filters and return the rules that they leave."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        client = st.selectbox(
            "Client",
            [_FIRM, *names],
            index=None,
            format_func=lambda key: names.get(key, "Firm-wide rules only"),
            placeholder="All rules",
            key=_CLIENT,
            help="A client's own rules and the firm-wide ones, as they apply to it.",
            width=300,
        )
        search = st.text_input(
            "Search",
            key=_SEARCH,
            placeholder="Pattern, vendor, GL code, number",
            icon=":material/search:",
            max_chars=100,
        )
        only = st.toggle("With warnings", key=_ONLY)
    return [
        entry
        for entry in entries
        if _is_for(entry, client)
        and _holds(entry, search)
        and (not only or report.of(entry.stored.rule.id))
    ]


def show_table(entries: Sequence[RuleEntry], places: Mapping[str, int], report: RuleReport) -> None:
    """One row a rule; its button opens it below."""
    st.caption(f"{counted(len(entries), 'rule')}, in the order in which they apply")
    st.dataframe(
        rules_frame(entries, places, report),
        hide_index=True,
        height=min(len(entries), _ROWS_SHOWN) * _ROW_HEIGHT + _HEADER_HEIGHT,
        placeholder="",
        column_config=_columns(tuple(entry.stored.rule.number for entry in entries)),
        alt="Rules in the order in which they apply",
    )


def rules_frame(
    entries: Sequence[RuleEntry], places: Mapping[str, int], report: RuleReport
) -> pd.DataFrame:
    """The table's data; `places` are the rules' places in the order, by id."""
    return pd.DataFrame([_row(entry, places, report) for entry in entries])


def sets_words(entry: RuleEntry) -> str:
    """What a rule sets: "Uber, 6550", or "Roadway Capital, split by Truck loan"."""
    split = f"split by {entry.template_name}" if entry.template_name else ""
    parts = (entry.vendor_name, entry.stored.rule.gl_code, split)
    return ", ".join(part for part in parts if part)


def scope_words(entry: RuleEntry) -> str:
    """For whom a rule is: "The whole firm", a client, or a client's bank account."""
    if not entry.client_name:
        return "The whole firm"
    return ", ".join(part for part in (entry.client_name, entry.account_label) if part)


def choose_rule(entries: Sequence[RuleEntry]) -> RuleEntry | None:
    """The rule that was opened, searched for or named in the link; None until one is."""
    by_number = {entry.stored.rule.number: entry for entry in entries}
    if (asked := addresses.asked("rule", CHOSEN)) is not None:
        st.session_state[CHOSEN] = int(asked) if asked.isdecimal() else None
    if st.session_state.get(CHOSEN) not in by_number:
        st.session_state[CHOSEN] = None
    chosen = st.selectbox(
        "Rule",
        list(by_number),
        format_func=lambda number: f"{number} - {describe(by_number[number].stored.rule)}",
        placeholder="Choose a rule to see its rows, and to edit, move or delete it",
        key=CHOSEN,
        index=None,
    )
    addresses.keep("rule", str(chosen or ""))
    return by_number[chosen] if chosen else None


def _is_for(entry: RuleEntry, client: str | None) -> bool:
    own = entry.stored.rule.client_id
    return client is None or not own or own == client


def _holds(entry: RuleEntry, search: str) -> bool:
    rule = entry.stored.rule
    text = f"{rule.number} {describe(rule)} {sets_words(entry)} {scope_words(entry)}".lower()
    return all(word in text for word in search.lower().split())


def _row(entry: RuleEntry, places: Mapping[str, int], report: RuleReport) -> dict[str, object]:
    rule = entry.stored.rule
    hits = report.hits.get(rule.id)
    kinds = dict.fromkeys(finding.kind for finding in report.of(rule.id))
    return {
        "place": places[rule.id],
        "number": rule.number,
        "open": "Open",
        "when": describe(rule),
        "sets": sets_words(entry),
        "scope": scope_words(entry),
        "priority": rule.priority,
        "enabled": "✓ On" if rule.enabled else "○ Off",
        "hits": hits.count if hits else 0,
        "last": hits.last_on if hits else None,
        "warnings": [WARNINGS[kind][0] for kind in kinds],
    }


def _columns(numbers: tuple[int, ...]) -> "dict[str, ColumnConfig | ButtonColumnResult | None]":
    make = st.column_config
    return {
        "place": make.NumberColumn("Order", width=54, help="1 is asked first"),
        "number": make.NumberColumn("No.", width=46, pinned=True, help="The rule's own number"),
        "open": make.ButtonColumn(
            "Open", key=_OPEN, type="tertiary", width=60, on_click=_open, args=(numbers,)
        ),
        "when": make.TextColumn("If the description", width=262),
        "sets": make.TextColumn("Sets", width=150),
        "scope": make.TextColumn("For", width=165),
        "priority": make.NumberColumn("Priority", width=62, help="10 goes first, 1 last"),
        "enabled": make.TextColumn("On", width=54),
        "hits": make.NumberColumn(
            "Hits", width=52, format="localized", help="Rows it decides in the last 12 months"
        ),
        "last": make.DateColumn("Last hit", format="MM/DD/YYYY", width=86),
        "warnings": make.MultiselectColumn(
            "Warnings",
            options=[words for words, _ in WARNINGS.values()],
            color=[colour for _, colour in WARNINGS.values()],
            width=124,
        ),
    }


def _open(numbers: tuple[int, ...]) -> None:
    """Choose the rule of the row whose button was pressed, as it was shown then."""
    number = st.session_state[CHOSEN] = numbers[st.session_state[_OPEN]["row"]]
    feedback.keep_toast(f"Rule {number} is open below the table.")
