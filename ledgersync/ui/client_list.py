"""Clients: the list of all, with a search and their feeds, and the choice of one."""

import pandas as pd
import streamlit as st

from ledgersync.domain.clients import BankAccount, Client
from ledgersync.ui import addresses, feedback
from ledgersync.ui.labels import client_labels
from ledgersync.ui.texts import counted

_OPEN = "client_opened"
_CHOSEN = "clients_client"
_ROWS_SHOWN = 12
_ROW_HEIGHT = 35
_HEADER_HEIGHT = 38


def found(clients: list[Client], search: str) -> list[Client]:
    """The clients whose name or code in Accounting CS holds every word of the search."""
    words = search.lower().split()
    return [
        client
        for client in clients
        if all(word in f"{client.name} {client.acs_code}".lower() for word in words)
    ]


def feed_words(accounts: list[BankAccount]) -> str:
    """How a client's feeds are: "All active", "1 needs attention", "Not given", "No accounts"."""
    listed = [account for account in accounts if not account.removed]
    needy = sum(account.feed_status.needs_somebody for account in listed)
    if not listed:
        return "No accounts"
    if needy:
        return f"{needy} {'needs' if needy == 1 else 'need'} attention"
    return "All active" if all(a.feed_word for a in listed) else "Not given"


def list_frame(clients: list[Client], accounts: list[BankAccount]) -> pd.DataFrame:
    """One row a client, in the order given."""
    rows = [
        {
            "Client": client.name,
            "Open": "Open",
            "ACS client code": client.acs_code,
            "Bank accounts": client.accounts,
            "Feeds": feed_words([a for a in accounts if a.client_id == client.id]),
            "At LedgerSync": "No longer listed" if client.removed else client.status.capitalize(),
        }
        for client in clients
    ]
    return pd.DataFrame(rows)


def choose_client(clients: list[Client], accounts: list[BankAccount]) -> Client | None:
    """Search, see and choose a client; None until one is chosen."""
    search = st.text_input(
        "Search clients", placeholder="Name or ACS client code", key="client_search"
    )
    shown = found(clients, search)
    if not shown:
        st.info("No client has these words in its name or code.", icon=":material/search_off:")
        return None
    if search:
        st.caption(f"{counted(len(shown), 'client')} of {len(clients):,}")
    st.dataframe(
        list_frame(shown, accounts),
        hide_index=True,
        height=min(len(shown), _ROWS_SHOWN) * _ROW_HEIGHT + _HEADER_HEIGHT,
        column_config={
            "Client": st.column_config.TextColumn(pinned=True),
            "Open": st.column_config.ButtonColumn(
                key=_OPEN, type="tertiary", on_click=_open, args=(tuple(c.id for c in shown),)
            ),
        },
        alt="Clients with their codes, bank accounts and feeds",
    )
    return _choice(shown)


def _open(ids: tuple[str, ...]) -> None:
    """Choose the client of the row whose button was pressed, as it was shown then."""
    st.session_state[_CHOSEN] = ids[st.session_state[_OPEN]["row"]]
    feedback.keep_toast("The client is open below the table.")


def _choice(shown: list[Client]) -> Client | None:
    """The client of the link or of the last choice, if it is among those shown.

    The link holds the id: names are neither secret-free nor unique, and Streamlit's own binding
    would write the name.
    """
    by_id = {client.id: client for client in shown}
    labels = client_labels(shown)
    if (asked := addresses.asked("client", _CHOSEN)) is not None:
        st.session_state[_CHOSEN] = asked
    if st.session_state.get(_CHOSEN) not in by_id:
        st.session_state[_CHOSEN] = next(iter(by_id)) if len(by_id) == 1 else None
    chosen = st.selectbox(
        "Client",
        list(by_id),
        format_func=labels.__getitem__,
        placeholder="Choose a client to see its bank accounts, vendors and chart",
        key=_CHOSEN,
        index=None,
    )
    addresses.keep("client", chosen or "")
    return by_id.get(chosen or "")
