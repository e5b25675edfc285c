"""The filters with their counts, the search, the order and the saved views."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from ledgersync import money
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Transaction
from ledgersync.ui import review_address as address
from ledgersync.ui.review_badges import BADGES
from ledgersync.ui.review_sheet import (
    Asked,
    Order,
    Sheet,
    Show,
    Totals,
    counts,
    read_asked,
    totals,
)
from ledgersync.ui.review_view import (
    View,
    forget_on_arrival,
    only_rows,
    rows_of,
    show_all_again,
    show_only_at,
    update_view,
    wanted_ids,
)
from ledgersync.ui.review_views import offer_views
from ledgersync.ui.texts import counted, plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_SHOW, _SEARCH, _ORDER = "review_show", "review_search", "review_order"
_LONGEST = 100
_ORDER_WORDS = {Order.DATE: "By date", Order.NEED: "Needs judgement first"}
_SEARCH_HELP = """
| type | to find |
|---|---|
| `home depot` | both words, in text, payee, memo, check no., vendor or GL |
| `"home depot"` | these words in this order |
| `-uber` | not this word |
| `12.50` | this amount, in or out (or a code that reads so) |
| `-12.50` | this amount, money out only |
| `>500` `<=20` | more than, at most |
| `100..200` | from 100 to 200 |

All that you type must be true of a row.
"""
_RARE = {Show.EXCLUDED, Show.EXPORTED, Show.PROBLEM}
# Reached from Overview's numbers alone: as filters of their own they would only be in the way.
_LINKED = {Show.KEPT, Show.MATCHED, Show.DONE}
_WORDS = {
    Show.ALL: "All",
    Show.EXPORTED: "Exported",
    Show.PROBLEM: "Problems",
    Show.KEPT: "All but excluded",
    Show.MATCHED: "Matched",
    Show.DONE: "Reviewed or exported",
}


def choose_rows(sheet: Sheet) -> tuple[Asked, "DeltaGenerator"]:
    """Show the filters, the search, the order and the saved views.

    Returns:
        What is asked for, and the row of the search, where `describe_view` goes on.
    """
    _seed()
    show = _show_pills(sheet)
    row = st.container(horizontal=True, vertical_alignment="center", key="review_order_row")
    with row:
        search = _search_box()
        order = st.segmented_control(
            "Order",
            list(Order),
            format_func=_ORDER_WORDS.__getitem__,
            key=_ORDER,
            required=True,
            label_visibility="collapsed",
            on_change=update_view,
        )
        asked = Asked(show, search, Order(order or Order.DATE))
        offer_views(sheet.viewer, asked, choose)
    return asked, row


def _search_box() -> str:
    with st.container(horizontal=True, gap="xxsmall", width="content"):
        search = st.text_input(
            "Search",
            key=_SEARCH,
            placeholder="Search text, vendor, GL code, >500",
            icon=":material/search:",
            max_chars=_LONGEST,
            label_visibility="collapsed",
            width=300,
        )
        with st.popover("", icon=":material/help:", type="tertiary", help="How to search"):
            st.markdown(_SEARCH_HELP)
    return (search or "").strip()


def _show_pills(sheet: Sheet) -> Show:
    numbers = counts(sheet.rows, len(sheet.findings))
    # The last ones come only with rows behind them, so that all fit into one line.
    asked = st.session_state.get(_SHOW)
    some = {one for one in Show if one not in _LINKED and (one not in _RARE or numbers[one])}
    show = st.pills(
        "Show",
        [one for one in Show if one in some or one == asked],
        format_func=lambda one: f"{_label(one)} ({numbers[one]:,})",
        key=_SHOW,
        required=True,
        wrap=True,
        label_visibility="collapsed",
        on_change=update_view,
    )
    return Show(show or Show.ALL)


def _label(show: Show) -> str:
    badge = BADGES.get(show)
    word = _WORDS.get(show) or (badge.word if badge else "")
    return f":{badge.tint}[{badge.sign}] {word}" if badge else word


def choose(asked: Asked) -> None:
    """Ask for other rows or another order; for callbacks."""
    st.session_state[_SHOW], st.session_state[_ORDER] = asked.show, asked.order
    st.session_state[_SEARCH] = asked.search[:_LONGEST]
    update_view()


def show_only(place: tuple[str, Period], words: str, ids: frozenset[str]) -> None:
    """Show just these rows, whatever is filtered and searched now; for callbacks."""
    show_only_at(place, words, ids)
    choose(Asked(order=Order(st.session_state.get(_ORDER) or Order.DATE)))


def choose_search(search: str) -> None:
    """Search all rows of the period for this; for callbacks."""
    choose(Asked(search=search, order=Order(st.session_state.get(_ORDER) or Order.DATE)))


def _seed() -> None:
    link = address.given()
    wanted = read_asked(link)
    if _SHOW not in st.session_state:
        _begin(link)
    address.seed(_SHOW, wanted.show)
    address.seed(_SEARCH, wanted.search[:_LONGEST])
    address.seed(_ORDER, wanted.order)


def _begin(link: Mapping[str, str]) -> None:
    """A person arrives: a link holds what it says now, not what was left of the last visit."""
    if address.is_link():
        forget_on_arrival()
        update_view()
    if link.get("show", Show.ALL) not in set(Show):
        address.note("The link asks for a filter that does not exist, so all rows are shown.")


def describe_view(
    sheet: Sheet, view: View, asked: Asked, row: "DeltaGenerator"
) -> Sequence[Transaction]:
    """Say what of the period the grid holds, where that is not all of it, and return its rows."""
    rows = rows_of(sheet, view)
    only = only_rows(sheet)
    if only:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(f"Only: {plain(only.words)}", icon=":material/filter_alt:", color="blue")
            st.button("Show all rows again", key="review_show_all", on_click=show_all_again)
    with row:
        now = view.ids if asked == Asked(search=asked.search) else wanted_ids(sheet, asked)
        # One of these at a time: both would not fit into the row, and move the grid.
        if left := len(set(view.ids).difference(now)):
            st.caption(_left_words(left), width="content")
        elif len(rows) < len(sheet.rows):
            words = _in_words(totals(rows), sheet.choice.account.currency)
            st.caption(words, width="content")
        if asked != Asked(search=asked.search):
            _offer_update(up_to_date=now == view.ids)
    return rows


def _in_words(shown: Totals, currency: str) -> str:
    return (
        f"{counted(shown.rows, 'row')}: in {plain(money.dollars(shown.money_in, currency))}"
        f", out {plain(money.dollars(shown.money_out, currency))}"
        f", net {plain(money.dollars(shown.net, currency))}."
    )


def _offer_update(*, up_to_date: bool) -> None:
    """Rows that no longer match, or belong elsewhere, stay put until a person wants them gone."""
    # Always there, so that the first such row moves nothing.
    st.button(
        "Update list",
        key="review_update",
        type="tertiary",
        disabled=up_to_date,
        help="The list is up to date."
        if up_to_date
        else "Choose and sort the rows again, as they stand now",
        on_click=update_view,
    )


def _left_words(left: int) -> str:
    verb, stay = ("matches", "stays") if left == 1 else ("match", "stay")
    return f"{counted(left, 'row')} no longer {verb} this filter and {stay}."
