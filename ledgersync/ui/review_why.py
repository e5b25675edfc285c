"""Why a ticked row is coded as it is, in full, with the way to the rule or to the past rows."""

from collections.abc import Sequence

import streamlit as st

from ledgersync import clock
from ledgersync.domain.past_rows import NamedRows, Whose, named_rows
from ledgersync.domain.searches import literally
from ledgersync.domain.transactions import Transaction
from ledgersync.services import rule_lists, suggesting
from ledgersync.services.knowledge import learned_since
from ledgersync.services.past_rows import learned_place
from ledgersync.ui.learned_link import address_of
from ledgersync.ui.review_badges import badges, percent, reason
from ledgersync.ui.review_choice import choose_days
from ledgersync.ui.review_filters import choose_search
from ledgersync.ui.review_judgement import look_line
from ledgersync.ui.review_locked import lock_words
from ledgersync.ui.review_sheet import Sheet, row_words
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import plain

_EXPLAINED = 3
_PAST_ROWS, _PAST_ICON = "Show past rows", ":material/history:"
_NUMBERS = "review_rule_numbers"


def show_why(sheet: Sheet, rows: Sequence[Transaction], ticked: set[str]) -> None:
    """A line for each of the first ticked rows; without ticks, how to get one."""
    chosen = [row for row in rows if row.id in ticked]
    if not chosen:
        st.caption("Tick a row to read here in full why it is coded as it is.")
        return
    with st.container(border=True, key="review_why", gap="xsmall"):
        for row in chosen[:_EXPLAINED]:
            _explain(sheet, row)
        if len(chosen) > _EXPLAINED:
            st.caption(f"The first {_EXPLAINED} of {len(chosen):,} ticked rows.")


def _explain(sheet: Sheet, row: Transaction) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(row_words(row)), width="content")
        st.markdown(f"**{plain(why_words(row))}**", width="content")
        if row.rule_id:
            _link_to_rule(sheet.viewer, row.rule_id)
        if named := named_rows(row.why):
            _lead_to_past(sheet, row, named)
    if findings := sheet.findings.get(row.id):
        st.markdown(look_line(findings))


def why_words(row: Transaction) -> str:
    """Status, confidence and reason in one line."""
    sure = percent(row)
    said = (f"{sure}%" if sure is not None else "", reason(row) or _no_reason(row))
    parts = [*badges(row), row.problem.rstrip("."), *said]
    if row.locked:
        parts.append(lock_words(row))
    if row.changed_since_export:
        parts.append("Changed since its export: Accounting CS has it as it was before")
    return " · ".join(filter(None, parts))


def _no_reason(row: Transaction) -> str:
    coded = row.vendor_id or row.coded
    return "" if coded else "No rule, past row or vendor name fits: choose a GL code"


def _link_to_rule(viewer: Viewer, rule_id: str) -> None:
    number = _number(viewer, rule_id)
    if number:
        st.page_link(
            page("Rules"),
            label=f"Open rule {number}",
            icon=":material/rule:",
            query_params={"rule": str(number)},
        )


def _number(viewer: Viewer, rule_id: str) -> int:
    """A rule's number, which never changes; 0 for a rule that is deleted."""
    known: dict[str, int] = st.session_state.setdefault(_NUMBERS, {})
    if rule_id not in known:
        listed = rule_lists.list_rules(viewer.actor, viewer.workspace)
        known.update({one.stored.rule.id: one.stored.rule.number for one in listed.entries})
    return known.get(rule_id, 0)


def _lead_to_past(sheet: Sheet, row: Transaction, named: NamedRows) -> None:
    """The rows that a reason names: here where they are the account's, else among what was learned.

    What was learned is listed over all the client's accounts, and for each client by itself.
    """
    if named.whose in {Whose.ACCOUNT, Whose.ACCOUNT_ANY}:
        st.button(
            _PAST_ROWS,
            key=f"review_past_{row.id}",
            icon=_PAST_ICON,
            type="tertiary",
            help="The rows of this account that were learned from, with all that read alike",
            on_click=_show_past,
            args=(row, named),
        )
        return
    viewer, client_id = sheet.viewer, sheet.choice.client.id
    place = learned_place(viewer.actor, viewer.workspace, client_id, row.description, named)
    if place is None:
        st.caption("Its past rows are not among those that you can see.", width="content")
        return
    st.page_link(page("Rules"), label=_PAST_ROWS, icon=_PAST_ICON, query_params=address_of(place))


def _show_past(row: Transaction, named: NamedRows) -> None:
    """Show the account's rows that have the payee's words, or the code where any row counts."""
    choose_days(learned_since(clock.today()), max(row.date, named.last))
    any_words = named.whose is Whose.ACCOUNT_ANY
    choose_search(literally(named.code) if any_words else past_search(row.description))


def past_search(description: str) -> str:
    """The words to search for: those of the payee that stand in the bank's text as they are."""
    text = description.lower()
    words = suggesting.descriptor_of(description).lower().split()
    known = " ".join(word for word in words if word in text)
    return literally(known or " ".join(text.split()[:2]))
