"""Overview's charts: progress by client and by day, matching over months, spending by GL code."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

import altair as alt
import pandas as pd
import streamlit as st

from ledgersync import clock
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Method
from ledgersync.services import trends
from ledgersync.services.overview import FirmStanding
from ledgersync.services.trends import ClientSpending, MethodCount, Progress, Spending
from ledgersync.ui.labels import told_apart
from ledgersync.ui.months import month_name, recent_months
from ledgersync.ui.shell import Viewer
from ledgersync.ui.standing_chart import standing_chart
from ledgersync.ui.texts import plain
from ledgersync.ui.times import zone

_CHART, _CLIENT = "overview_chart", "overview_spending"
_ABOUT_SPENDING = (
    "Money out less money in, by the GL code that Review shows; suggested codes count."
)
_MONTHS = 12
_CODES = 12
_HEIGHT = 300
# Middle tones that hold on white and on dark; legends name them, so colour is not alone.
_METHODS = {
    Method.MANUAL: ("By hand", "#7a6bc9"),
    Method.RULE: ("Rule", "#3f9c6d"),
    Method.AI: ("AI", "#d99a2b"),
    Method.SEMANTIC: ("Semantic", "#4c8fd6"),
    Method.NONE: ("Unmatched", "#c9503c"),
}
_NOW, _BEFORE = "#4c8fd6", "#9aa3ad"


class Chart(StrEnum):
    CLIENTS = "Progress by client"
    DAYS = "Review through the month"
    METHODS = "How rows were matched"
    SPENDING = "Spending by GL code"


def show_charts(viewer: Viewer, firm: FirmStanding) -> None:
    """One chart at a time, chosen by its name."""
    st.subheader("Charts", anchor=False)
    chosen = st.segmented_control(
        "Chart",
        list(Chart),
        default=Chart.CLIENTS,
        key=_CHART,
        required=True,
        label_visibility="collapsed",
    )
    show = {
        Chart.CLIENTS: lambda: standing_chart(firm),
        Chart.DAYS: lambda: _progress_chart(viewer, firm.period),
        Chart.METHODS: lambda: _method_chart(viewer),
        Chart.SPENDING: lambda: _spending_chart(viewer, firm),
    }
    show[Chart(chosen or Chart.CLIENTS)]()


def _version(viewer: Viewer) -> str:
    return trends.firm_version(viewer.actor, viewer.workspace)


@st.cache_resource(max_entries=8, show_spinner="Counting transactions ...")
def _method_months(version: str, period: Period, _viewer: Viewer) -> list[MethodCount]:
    del version  # part of the key alone
    return trends.method_months(_viewer.actor, _viewer.workspace, period)


@st.cache_resource(max_entries=8, show_spinner="Counting transactions ...")
def _progress(version: str, period: Period, _viewer: Viewer) -> Progress:
    del version
    return trends.review_progress(_viewer.actor, _viewer.workspace, period)


@st.cache_resource(max_entries=32, show_spinner="Adding up GL codes ...")
def _spending(version: str, client_id: str, period: Period, _viewer: Viewer) -> ClientSpending:
    del version
    return trends.spending(_viewer.actor, _viewer.workspace, client_id, period)


def _method_chart(viewer: Viewer) -> None:
    months = recent_months(clock.today())[:_MONTHS]
    period = Period(months[-1].start, months[0].end)
    frame = method_frame(_method_months(_version(viewer), period, viewer))
    if frame.empty:
        _nothing("No transactions of the last twelve months are loaded yet.")
        return
    st.altair_chart(_stacked(frame), alt="Share of transactions by how they were matched, by month")
    st.caption("By hand: the code that a person chose was not the one suggested, or none was.")


def method_frame(counts: list[MethodCount]) -> pd.DataFrame:
    """A row for every month and method: Month, Method, Rows, Share of the month, Order."""
    totals: dict[date, int] = {}
    for count in counts:
        totals[count.month] = totals.get(count.month, 0) + count.rows
    order = list(_METHODS)
    rows = [
        (f"{c.month:%Y-%m}", _METHODS[c.method][0], c.rows, c.rows / totals[c.month], place)
        for c in counts
        for place in [order.index(c.method)]
    ]
    return pd.DataFrame(sorted(rows), columns=["Month", "Method", "Rows", "Share", "Order"])


def _stacked(frame: pd.DataFrame) -> alt.Chart:
    names, colors = zip(*_METHODS.values(), strict=True)
    bars: alt.Chart = alt.Chart(frame).mark_bar()
    return bars.encode(
        x=alt.X("Month:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("Share:Q", title=None, axis=alt.Axis(format="%")),
        color=alt.Color(
            "Method:N",
            scale=alt.Scale(domain=names, range=colors),
            legend=alt.Legend(title=None, orient="top"),
        ),
        order=alt.Order("Order:Q"),
        tooltip=[
            "Month",
            "Method",
            alt.Tooltip("Rows", format=","),
            alt.Tooltip("Share", format=".1%"),
        ],
    ).properties(height=_HEIGHT)


def _progress_chart(viewer: Viewer, period: Period) -> None:
    progress = _progress(_version(viewer), period, viewer)
    if not progress.rows:
        _nothing(f"No transactions of {month_name(period.start)} are loaded yet.")
        return
    if not progress.by_hour:
        _nothing(f"Nothing of {month_name(period.start)} is reviewed yet.")
        return
    by_day = progress.by_day(zone())
    frame = progress_frame(by_day, clock.now().astimezone(zone()).date())
    line: alt.Chart = alt.Chart(frame).mark_line(
        interpolate="step-after", color=_NOW, point=True, strokeWidth=2
    )
    chart = line.encode(
        x=alt.X(
            "Day:T", title=None, axis=alt.Axis(format="%m/%d", tickCount="day", labelOverlap=True)
        ),
        y=alt.Y("Reviewed:Q", title="Reviewed", scale=alt.Scale(domain=[0, progress.rows])),
        tooltip=[alt.Tooltip("Day:T", format="%m/%d/%Y"), alt.Tooltip("Reviewed:Q", format=",")],
    ).properties(height=_HEIGHT)
    done = sum(progress.by_hour.values())
    st.altair_chart(
        chart, alt=f"Reviewed transactions by day: {done:,} of {progress.rows:,} so far"
    )
    st.caption(
        f"{done:,} of {progress.rows:,} transactions of {month_name(period.start)} reviewed or "
        "exported."
    )


def progress_frame(by_day: Mapping[date, int], today: date) -> pd.DataFrame:
    """The days on which something was reviewed, and today: Day, Reviewed so far."""
    days = dict(by_day)
    days.setdefault(today, max(days.values()))
    return pd.DataFrame(
        [(pd.Timestamp(day), number) for day, number in sorted(days.items())],
        columns=["Day", "Reviewed"],
    )


def _spending_chart(viewer: Viewer, firm: FirmStanding) -> None:
    names = told_apart(
        (client.client_id, client.name, client.source_id)
        for client in firm.clients
        if client.transactions
    )
    if not names:
        _nothing(f"No transactions of {month_name(firm.period.start)} are loaded yet.")
        return
    chosen = st.selectbox(
        "Client", list(names), format_func=names.__getitem__, key=_CLIENT, width=320
    )
    found = _spending(_version(viewer), chosen, firm.period, viewer)
    frame = spending_frame(found.codes, firm.period)
    if frame.empty:
        _nothing("None of this client's transactions has a GL code yet.")
        return
    st.altair_chart(
        _compared(frame, found.currency), alt=f"Money out by GL code of {names[chosen]}, two years"
    )
    st.caption(f"{_ABOUT_SPENDING}{_left_out(found)}")


def _left_out(found: ClientSpending) -> str:
    if not found.left_out:
        return ""
    return f" In {plain(found.currency)}; those in {plain(', '.join(found.left_out))} are left out."


def spending_frame(found: Sequence[Spending], period: Period) -> pd.DataFrame:
    """The largest codes that money went to: Code, Year, Amount, Order; money out is positive."""
    spent = [one for one in found if min(one.now, one.before) < 0][:_CODES]
    years = (str(period.start.year), str(period.start.year - 1))
    rows = [
        (one.label, year, -cents / 100, place)
        for place, one in enumerate(spent)
        for year, cents in zip(years, (one.now, one.before), strict=True)
    ]
    return pd.DataFrame(rows, columns=["Code", "Year", "Amount", "Order"])


def _compared(frame: pd.DataFrame, currency: str) -> alt.Chart:
    sign = "$" if currency == "USD" else ""
    years = list(dict.fromkeys(frame["Year"]))
    bars: alt.Chart = alt.Chart(frame).mark_bar()
    return bars.encode(
        y=alt.Y(
            "Code:N",
            title=None,
            sort=alt.SortField("Order"),
            axis=alt.Axis(labelLimit=230, labelOverlap=False),
        ),
        yOffset=alt.YOffset("Year:N", sort=years),
        x=alt.X("Amount:Q", title=None, axis=alt.Axis(format=f"{sign},.0f")),
        color=alt.Color(
            "Year:N",
            scale=alt.Scale(domain=years, range=[_NOW, _BEFORE]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        tooltip=["Code", "Year", alt.Tooltip("Amount:Q", format=f"{sign},.2f")],
    ).properties(height=alt.Step(16))


def _nothing(words: str) -> None:
    st.info(words, icon=":material/bar_chart:")
