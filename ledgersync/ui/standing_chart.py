"""Overview's chart: how far each client's month is, as one stacked bar a client."""

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
    st.vega_lite_chart(_spec(frame), alt=chart_words(firm))


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


def _spec(frame: pd.DataFrame) -> dict[str, object]:
    """The chart written out: to have it composed and checked costs a third of a run of Overview."""
    return {
        "data": {"values": frame.to_dict("records")},
        "mark": "bar",
        "height": {"step": _BAR_HEIGHT},
        "encoding": {
            "x": {
                "aggregate": "sum",
                "field": "Transactions",
                "type": "quantitative",
                "title": "Transactions",
                "axis": {"tickMinStep": 1},
            },
            "y": {
                "field": "Client",
                "type": "nominal",
                "title": None,
                "sort": "ascending",
                "axis": {"labelLimit": 220, "labelOverlap": False},
            },
            "color": {
                "field": "Standing",
                "type": "nominal",
                "scale": {"domain": list(_PARTS), "range": [color for _, color in _PARTS.values()]},
                "legend": {"title": None, "orient": "top", "columns": 4},
            },
            "order": {"field": "Order", "type": "quantitative"},
            "tooltip": [
                {"field": "Client", "type": "nominal"},
                {"field": "Standing", "type": "nominal"},
                {"field": "Transactions", "type": "quantitative", "format": ","},
            ],
        },
    }
