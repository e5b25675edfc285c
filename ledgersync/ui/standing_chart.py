"""Overview's chart: how far each client's month is, as one stacked bar a client."""

import altair as alt
import pandas as pd
import streamlit as st

from ledgersync.services.overview import FirmStanding
from ledgersync.ui.texts import counted

# Middle tones that hold on white and on dark; the legend names them, so colour is not alone.
_PARTS = {
    "Problems": ("problems", "#c9503c"),
    "To review": ("to_review", "#d99a2b"),
    "Reviewed": ("reviewed", "#4c8fd6"),
    "Exported": ("exported", "#3f9c6d"),
}
_BAR_HEIGHT = 26


def standing_chart(firm: FirmStanding) -> None:
    """One bar a client with transactions in the month; nothing when there are none."""
    frame = chart_frame(firm)
    if frame.empty:
        return
    st.altair_chart(_chart(frame), alt=chart_words(firm))


def chart_frame(firm: FirmStanding) -> pd.DataFrame:
    """A row for every part of every client's month: Client, Standing, Transactions, Order."""
    rows = [
        (client.name, part, getattr(client, field), order)
        for client in firm.clients
        if client.transactions
        for order, (part, (field, _)) in enumerate(_PARTS.items())
    ]
    return pd.DataFrame(rows, columns=["Client", "Standing", "Transactions", "Order"])


def chart_words(firm: FirmStanding) -> str:
    """The chart for those who don't see it: the totals it shows."""
    parts = [f"{firm.total(field):,} {part.lower()}" for part, (field, _) in _PARTS.items()]
    total = counted(firm.total("transactions"), "transaction")
    return f"Progress of each client as stacked bars; all clients: {total}, {', '.join(parts)}"


def _chart(frame: pd.DataFrame) -> alt.Chart:
    colors = alt.Scale(domain=list(_PARTS), range=[color for _, color in _PARTS.values()])
    bars: alt.Chart = alt.Chart(frame).mark_bar()
    return bars.encode(
        x=alt.X("sum(Transactions):Q", title="Transactions", axis=alt.Axis(tickMinStep=1)),
        y=alt.Y(
            "Client:N",
            title=None,
            sort="ascending",
            axis=alt.Axis(labelLimit=220, labelOverlap=False),
        ),
        color=alt.Color(
            "Standing:N", scale=colors, legend=alt.Legend(title=None, orient="top", columns=4)
        ),
        order=alt.Order("Order:Q"),
        tooltip=["Client:N", "Standing:N", alt.Tooltip("Transactions:Q", format=",")],
    ).properties(height=alt.Step(_BAR_HEIGHT))
