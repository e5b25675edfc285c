"""Choosing a month: the one that just ended first, because that is what firms close."""

from datetime import date

import streamlit as st

from ledgersync import clock
from ledgersync.domain.periods import Period, last_month, this_month

_MONTHS = 18
_CHOSEN = "overview_month"


def choose_month() -> Period:
    """A month chosen by the person; a choice other than last month's is kept in the URL."""
    months = {f"{month.start:%Y-%m}": month for month in recent_months(clock.today())}
    usual = list(months)[1]
    if st.session_state.get(_CHOSEN) not in months:
        asked = st.query_params.get("month", "")
        st.session_state[_CHOSEN] = asked if asked in months else usual
    chosen: str = st.selectbox(
        "Month",
        list(months),
        format_func=lambda key: month_name(months[key].start),
        key=_CHOSEN,
        label_visibility="collapsed",  # a name of a month says so itself; screen readers hear it
        width=200,
    )
    if chosen == usual:
        st.query_params.pop("month", None)
    else:
        st.query_params["month"] = chosen
    return months[chosen]


def recent_months(today: date) -> list[Period]:
    """This month so far and the whole months before it, newest first."""
    months = [this_month(today)]
    while len(months) < _MONTHS:
        months.append(last_month(months[-1].start))
    return months


def month_name(day: date) -> str:
    return f"{day:%B %Y}"
