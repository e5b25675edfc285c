"""Overview's table: every client in one month, each row leading to its Review."""

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from ledgersync.domain.periods import Period
from ledgersync.services.overview import ClientStanding, FirmStanding
from ledgersync.ui.shell import page
from ledgersync.ui.times import for_table

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ButtonColumnResult, ColumnConfig

_OPEN = "standing_open"
# The grid scrolls in itself beyond this: a typical firm has 150 clients.
_ROWS_SHOWN = 15
_ROW_HEIGHT = 35
_HEADER_HEIGHT = 38


def standing_table(firm: FirmStanding) -> None:
    """All clients of the month; a row's button opens Review of that client and month."""
    st.dataframe(
        standing_frame(firm),
        hide_index=True,
        height=min(len(firm.clients), _ROWS_SHOWN) * _ROW_HEIGHT + _HEADER_HEIGHT,
        placeholder="",
        column_config=_columns(),
        key="standing",
        alt="Every client in the chosen month: accounts, transactions and how far review is",
    )
    if click := st.session_state.get(_OPEN):
        client = firm.clients[click["row"]]
        st.switch_page(page("Review"), query_params=review_link(client.client_id, firm.period))


def standing_frame(firm: FirmStanding) -> pd.DataFrame:
    return pd.DataFrame([_row(client) for client in firm.clients])


def review_link(client_id: str, period: Period) -> dict[str, str]:
    """The query parameters that bring Review to a client and a period."""
    return {
        "client": client_id,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }


def reviewed_share(client: ClientStanding) -> float | None:
    """How much of the month is reviewed or exported, 0 to 100; None when nothing was loaded."""
    if not client.transactions:
        return None
    return 100 * (client.reviewed + client.exported) / client.transactions


def _row(client: ClientStanding) -> dict[str, object]:
    return {
        "open": "Review" if client.accounts else None,
        "name": client.name,
        "accounts": client.accounts,
        "loaded": f"{client.loaded_accounts} of {client.accounts}" if client.accounts else "none",
        "transactions": client.transactions,
        "share": reviewed_share(client),
        "to_review": client.to_review if client.transactions else None,
        "problems": client.problems,
        "exported": client.exported,
        "last_load": for_table(client.last_loaded_at),
    }


def _columns() -> "dict[str, ColumnConfig | ButtonColumnResult | None]":
    number = st.column_config.NumberColumn
    return {
        "open": st.column_config.ButtonColumn("Open", key=_OPEN, type="tertiary", width=84),
        "name": st.column_config.TextColumn("Client", pinned=True, width=210),
        "accounts": None,
        "loaded": st.column_config.TextColumn(
            "Loaded", help="Bank accounts with every day of the month loaded", width=76
        ),
        "transactions": number("Transactions", format="localized", width=104),
        "share": st.column_config.ProgressColumn(
            "Reviewed", min_value=0, max_value=100, format="%.0f%%", width=130
        ),
        "to_review": number("To review", format="localized", width=86),
        "problems": number(
            "Problems", format="localized", help="Changed or removed at LedgerSync", width=84
        ),
        "exported": number("Exported", format="localized", width=82),
        "last_load": st.column_config.DatetimeColumn(
            "Last load", format="MM/DD/YYYY HH:mm", width=132
        ),
    }
