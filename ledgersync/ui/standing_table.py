"""Overview's board: every client in one month, each number leading to the rows behind it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ledgersync.domain.periods import Period
from ledgersync.services.overview import ClientStanding, FirmStanding
from ledgersync.ui.shell import page
from ledgersync.ui.times import for_table

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

_OPEN, _BOARD, _GO = "standing_open", "standing", "standing_go"
_SEARCH, _ONLY, _WHO = "standing_search", "standing_only", "standing_who"
# The grid scrolls in itself beyond this: a typical firm has 150 clients.
_ROWS_SHOWN = 15
_ROW_HEIGHT = 35
_HEADER_HEIGHT = 38

# Review's filter for the rows behind a number, by the board's column.
_SHOWS = {
    "loaded": "",
    "transactions": "",
    "matched": "",
    "to_review": "to_review",
    "reviewed": "reviewed",
    "exported": "exported",
    "problems": "problem",
    "ties": "",
}


class Only(StrEnum):
    """Which clients the board shows."""

    ALL = "All"
    TO_REVIEW = "To review"
    TO_EXPORT = "To export"
    NOT_TIED = "Off the statement"
    PROBLEMS = "Problems"
    NOT_LOADED = "Not loaded"
    DONE = "Done"


def standing_table(firm: FirmStanding) -> None:
    """All clients of the month; a number, or a row's button, opens Review where it comes from."""
    clients = _choose_clients(firm)
    if not clients:
        st.info("No client matches. Choose another filter.", icon=":material/search_off:")
        return
    st.dataframe(
        standing_frame(clients),
        hide_index=True,
        height=min(len(clients), _ROWS_SHOWN) * _ROW_HEIGHT + _HEADER_HEIGHT,
        placeholder="",
        column_config=_columns(),
        key=_BOARD,
        on_select=lambda: _note_click(clients, firm.period),
        selection_mode="single-cell",
        alt="Every client in the chosen month: accounts, transactions, review, ties and exports",
    )
    st.caption(
        "Click a number to see the rows behind it, in the bank account with most of them; click a "
        "heading to sort."
    )
    if click := st.session_state.get(_OPEN):
        client = clients[click["row"]]
        st.switch_page(page("Review"), query_params=review_link(client.client_id, firm.period))
    if link := st.session_state.pop(_GO, None):
        st.switch_page(page("Review"), query_params=link)


def _choose_clients(firm: FirmStanding) -> tuple[ClientStanding, ...]:
    with st.container(horizontal=True, vertical_alignment="center"):
        only = st.pills(
            "Clients",
            list(Only),
            format_func=lambda one: f"{one.value} ({sum(is_in(c, one) for c in firm.clients):,})",
            default=Only.ALL,
            key=_ONLY,
            required=True,
            label_visibility="collapsed",
        )
        search = st.text_input(
            "Find a client",
            key=_SEARCH,
            placeholder="Find a client",
            icon=":material/search:",
            label_visibility="collapsed",
            width=190,
        )
        who = _choose_person(firm)
    return chosen_clients(firm.clients, Only(only or Only.ALL), search or "", who or "")


def _choose_person(firm: FirmStanding) -> str | None:
    """Whose clients to show: those on which this person worked last."""
    people = sorted({c.activity.who for c in firm.clients if c.activity})
    return st.selectbox(
        "Last worked on by",
        people,
        index=None,
        key=_WHO,
        placeholder="Anybody",
        label_visibility="collapsed",
        width=170,
    )


def chosen_clients(
    clients: Sequence[ClientStanding], only: Only, search: str, who: str
) -> tuple[ClientStanding, ...]:
    """The clients that a filter, part of a name and the last person's name let through."""
    words = search.lower().split()
    return tuple(
        client
        for client in clients
        if is_in(client, only)
        and all(word in client.name.lower() for word in words)
        and (not who or (client.activity is not None and client.activity.who == who))
    )


def is_done(client: ClientStanding) -> bool:
    """Whether the month is loaded and every transaction of it exported."""
    whole = client.accounts > 0 and client.loaded_accounts == client.accounts
    return whole and client.exported == client.transactions


_LETS_THROUGH: Mapping[Only, Callable[[ClientStanding], bool]] = {
    Only.ALL: lambda _: True,
    Only.TO_REVIEW: lambda client: client.to_review > 0,
    Only.TO_EXPORT: lambda client: client.reviewed > 0,
    Only.NOT_TIED: lambda client: client.off > 0,
    Only.PROBLEMS: lambda client: client.problems > 0 or client.broken_accounts > 0,
    Only.NOT_LOADED: lambda client: client.loaded_accounts < client.accounts,
    Only.DONE: is_done,
}


def is_in(client: ClientStanding, only: Only) -> bool:
    """Whether a filter of the board lets a client through."""
    return _LETS_THROUGH[only](client)


def _note_click(clients: Sequence[ClientStanding], period: Period) -> None:
    cells = st.session_state[_BOARD]["selection"]["cells"]
    for row, column in cells[:1]:
        if 0 <= row < len(clients) and column in _SHOWS:
            st.session_state[_GO] = number_link(clients[row], column, period)


def number_link(client: ClientStanding, column: str, period: Period) -> dict[str, str]:
    """The way to the rows behind a number: the account with most of them, and Review's filter.

    What is not loaded leads to an account that waits for it, what does not tie to one that is off.
    """
    if column == "reviewed" and not client.reviewed and client.exported:
        column = "exported"  # which the share counts too
    link = review_link(client.client_id, period)
    if account := client.busiest.get(column):
        link["account"] = account
    if show := _SHOWS[column]:
        link["show"] = show
    return link


def standing_frame(clients: Sequence[ClientStanding]) -> pd.DataFrame:
    return pd.DataFrame([_row(client) for client in clients])


def review_link(client_id: str, period: Period) -> dict[str, str]:
    """The query parameters that bring Review to a client and a period."""
    return {
        "client": client_id,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }


def share(part: int, whole: int) -> float | None:
    """A part in percent; None when nothing was loaded."""
    return 100 * part / whole if whole else None


def tie_words(client: ClientStanding) -> str:
    """How a client's accounts stand to their statements: "2 tie", "1 off, 2 tie", "closed"."""
    if client.accounts and client.closed == client.accounts:
        return "✓ closed"
    parts = [
        f"! {client.off} off" if client.off else "",
        f"{client.ties} tie" if client.ties else "",
    ]
    words = ", ".join(part for part in parts if part)
    if not words:
        return "no statement" if client.loaded_accounts else ""
    return words if client.off else f"✓ {words}"


def _row(client: ClientStanding) -> dict[str, object]:
    some = client.transactions
    return {
        "name": client.name,
        "open": "Review" if client.accounts else None,
        "loaded": f"{client.loaded_accounts} of {client.accounts}" if client.accounts else "none",
        "transactions": some,
        "matched": share(client.matched, some),
        "to_review": client.to_review if some else None,
        "reviewed": share(client.reviewed + client.exported, some),
        "exported": client.exported if some else None,
        "problems": client.problems if some else None,
        "ties": tie_words(client),
        "at": for_table(client.activity.at if client.activity else None),
        "who": client.activity.who if client.activity else None,
        "last_load": for_table(client.last_loaded_at),
    }


def _columns() -> "dict[str, ColumnConfig | ButtonColumnResult | None]":
    make = st.column_config
    number = make.NumberColumn
    when = "MM/DD/YYYY HH:mm"
    return {
        "name": make.TextColumn("Client", pinned=True, width=190),
        "open": make.ButtonColumn("Open", key=_OPEN, type="tertiary", width=76),
        "loaded": make.TextColumn(
            "Loaded", help="Bank accounts with every day of the month loaded", width=70
        ),
        "transactions": number("Rows", format="localized", help="Transactions", width=62),
        "matched": number(
            "Matched",
            format="%.0f%%",
            help="Transactions with a vendor or a GL code, decided or suggested",
            width=76,
        ),
        "to_review": number("To review", format="localized", width=80),
        "reviewed": make.ProgressColumn(
            "Reviewed", min_value=0, max_value=100, format="%.0f%%", width=120
        ),
        "exported": number("Exported", format="localized", width=78),
        "problems": number(
            "Problems",
            format="localized",
            help="Changed or removed at LedgerSync, or the other side of a transfer was recoded",
            width=80,
        ),
        "ties": make.TextColumn(
            "Ties", help="Bank accounts that tie to their statement of the month's end", width=105
        ),
        "at": make.DatetimeColumn("Last activity", format=when, width=128),
        "who": make.TextColumn("By", width=110),
        "last_load": make.DatetimeColumn("Last load", format=when, width=128),
    }
