"""Overview's board: every client in one month, each number leading to the rows behind it."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ledgersync.services.overview import ClientStanding, FirmStanding
from ledgersync.ui.shell import page
from ledgersync.ui.standing_numbers import Number, client_link
from ledgersync.ui.standing_places import ask_for
from ledgersync.ui.times import for_table

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

_OPEN, _BOARD = "standing_open", "standing"
_SEARCH, _ONLY, _WHO = "standing_search", "standing_only", "standing_who"
# The grid scrolls in itself beyond this: a typical firm has 150 clients.
_ROWS_SHOWN = 15
_ROW_HEIGHT = 35
_HEADER_HEIGHT = 38
_KEY = "standing_number_"

# The columns that lead to what they count: heading, width and what is counted.
_HEADS = {
    Number.LOADED: ("Loaded", 70, "Bank accounts with every day of the month loaded"),
    Number.ROWS: ("Rows", 70, "Transactions that are not excluded"),
    Number.MATCHED: (
        "Matched",
        76,
        "Transactions with a vendor or a GL code, decided or suggested",
    ),
    Number.TO_REVIEW: ("To review", 80, None),
    Number.DONE: ("Reviewed", 80, "Transactions that are reviewed or exported"),
    Number.EXPORTED: ("Exported", 78, None),
    Number.PROBLEMS: (
        "Problems",
        80,
        "Changed or removed at LedgerSync, or the other side of a transfer was recoded",
    ),
    Number.TIES: ("Ties", 98, "Bank accounts that tie to their statement of the month's end"),
}
_ALIGNED = tuple(number.value for number in _HEADS if number is not Number.TIES)


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
    """All clients of the month; a number leads to the rows behind it, a button to the client."""
    clients = _choose_clients(firm)
    if not clients:
        st.info("No client matches. Choose another filter.", icon=":material/search_off:")
        return
    st.dataframe(
        standing_frame(clients),
        hide_index=True,
        height=min(len(clients), _ROWS_SHOWN) * _ROW_HEIGHT + _HEADER_HEIGHT,
        placeholder="",
        column_config=_columns(clients),
        key=_BOARD,
        alt="Every client in the chosen month: accounts, transactions, review, ties and exports",
    )
    st.caption("Click a number to see the rows behind it; click a heading to sort.")
    if click := st.session_state.get(_OPEN):
        client = clients[click["row"]]
        st.switch_page(page("Review"), query_params=client_link(client, firm.period))


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


def _follow(number: Number, ids: Sequence[str]) -> None:
    """A number of the board was pressed: follow it, in the row of the client as shown then."""
    ask_for(number, ids[st.session_state[_KEY + number]["row"]])


def standing_frame(clients: Sequence[ClientStanding]) -> pd.DataFrame:
    rows = [_row(client) for client in clients]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return pd.DataFrame({n: aligned(c) if n in _ALIGNED else c for n, c in columns.items()})


def aligned(labels: Sequence[object]) -> list[str | None]:
    """Labels of one width, so that they sort like numbers: a button's label is sorted as text."""
    width = max(len(str(label or "")) for label in labels)
    return [str(label).rjust(width) if label else None for label in labels]


def share(part: int, whole: int) -> str | None:
    """A part in percent, rounded down: 100% is all of it. None when nothing was loaded."""
    return f"{100 * part // whole}%" if whole else None


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
        "transactions": f"{some:,}",
        "matched": share(client.matched, some),
        "to_review": f"{client.to_review:,}" if some else None,
        "done": share(client.reviewed + client.exported, some),
        "exported": f"{client.exported:,}" if some else None,
        "problems": f"{client.problems:,}" if some else None,
        "ties": tie_words(client) or None,
        "at": for_table(client.activity.at if client.activity else None),
        "who": client.activity.who if client.activity else None,
        "last_load": for_table(client.last_loaded_at),
    }


def _columns(
    clients: Sequence[ClientStanding],
) -> "dict[str, ColumnConfig | ButtonColumnResult | None]":
    make = st.column_config
    ids = tuple(client.client_id for client in clients)
    when = "MM/DD/YYYY HH:mm"

    def number(which: Number) -> "ColumnConfig | ButtonColumnResult":
        label, width, about = _HEADS[which]
        return make.ButtonColumn(
            label,
            key=_KEY + which,
            type="tertiary",
            width=width,
            help=about,
            alignment="left" if which is Number.TIES else "right",
            on_click=_follow,
            args=(which, ids),
        )

    return {
        "name": make.TextColumn("Client", pinned=True, width=180),
        "open": make.ButtonColumn("Open", key=_OPEN, type="tertiary", width=72),
        **{which.value: number(which) for which in _HEADS},
        "at": make.DatetimeColumn("Last activity", format=when, width=122),
        "who": make.TextColumn("By", width=110),
        "last_load": make.DatetimeColumn("Last load", format=when, width=122),
    }
