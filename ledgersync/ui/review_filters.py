"""The filters with their counts, and the search."""

from collections.abc import Sequence

import streamlit as st

from ledgersync import money
from ledgersync.domain.transactions import Transaction
from ledgersync.ui import review_address as address
from ledgersync.ui.review_badges import BADGES
from ledgersync.ui.review_sheet import Sheet, Show, Totals, counts, matching, totals
from ledgersync.ui.review_view import (
    View,
    only_rows,
    rows_of,
    show_all_again,
    update_view,
)
from ledgersync.ui.texts import counted, plain

_SHOW, _SEARCH = "review_show", "review_search"
_LONGEST = 100
_WORDS = {Show.ALL: "All", Show.EXPORTED: "Exported", Show.PROBLEM: "Problems"}


def choose_rows(sheet: Sheet) -> tuple[Show, str]:
    """Show the search and the filters; return what is asked for."""
    _seed()
    with st.container(
        horizontal=True, vertical_alignment="center", gap="medium", key="review_strip"
    ):
        search = st.text_input(
            "Search",
            key=_SEARCH,
            placeholder="Search text, vendor, GL code, amount",
            icon=":material/search:",
            max_chars=_LONGEST,
            label_visibility="collapsed",
            width=320,
        )
    numbers = counts(sheet.rows)
    show = st.pills(
        "Show",
        list(Show),
        format_func=lambda one: f"{_label(one)} ({numbers[one]:,})",
        key=_SHOW,
        required=True,
        wrap=True,
        label_visibility="collapsed",
        on_change=update_view,
    )
    return Show(show or Show.ALL), (search or "").strip()


def _label(show: Show) -> str:
    badge = BADGES.get(show)
    word = _WORDS.get(show) or (badge.word if badge else "")
    return f":{badge.tint}[{badge.sign}] {word}" if badge else word


def choose_search(search: str) -> None:
    """Search all rows of the period for this; for callbacks."""
    st.session_state[_SHOW], st.session_state[_SEARCH] = Show.ALL, search[:_LONGEST]
    update_view()


def _seed() -> None:
    link = address.given()
    wanted = link.get("show", Show.ALL)
    if _SHOW not in st.session_state and wanted not in set(Show):
        address.note("The link asks for a filter that does not exist, so all rows are shown.")
    address.seed(_SHOW, Show(wanted) if wanted in set(Show) else Show.ALL)
    address.seed(_SEARCH, link.get("search", "")[:_LONGEST])


def filter_address(show: Show, search: str) -> dict[str, str]:
    """The filters as they stand in the URL; defaults stay out of it."""
    return {"show": "" if show is Show.ALL else show.value, "search": search}


def describe_view(sheet: Sheet, view: View, show: Show, search: str) -> Sequence[Transaction]:
    """Say what of the period the grid holds, where that is not all of it, and return its rows."""
    rows = rows_of(sheet, view)
    only = only_rows(sheet)
    if only:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(f"Only: {plain(only.words)}", icon=":material/filter_alt:", color="blue")
            st.button("Show all rows again", key="review_show_all", on_click=show_all_again)
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(rows) < len(sheet.rows):
            words = _in_words(totals(rows), sheet.choice.account.currency)
            st.caption(words, width="content")
        _offer_update(sheet, view, show, search)
    return rows


def _in_words(shown: Totals, currency: str) -> str:
    return (
        f"Shown: {counted(shown.rows, 'row')} - in {plain(money.dollars(shown.money_in, currency))}"
        f", out {plain(money.dollars(shown.money_out, currency))}"
        f", net {plain(money.dollars(shown.net, currency))}."
    )


def _offer_update(sheet: Sheet, view: View, show: Show, search: str) -> None:
    """Rows that no longer match stay in place until a person wants them gone."""
    if show is Show.ALL:
        return
    still = {row.id for row in matching(sheet, show, search)}
    left = sum(row_id not in still for row_id in view.ids)
    if left:
        verb = "matches" if left == 1 else "match"
        st.caption(
            f"{counted(left, 'row')} no longer {verb} this filter and stay"
            f"{'s' if left == 1 else ''} until you update the list.",
            width="content",
        )
    # Always there, so that the first such row moves nothing.
    st.button(
        "Update list",
        key="review_update",
        type="tertiary",
        disabled=not left,
        on_click=update_view,
    )
