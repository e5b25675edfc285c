"""Choosing a month: the one that just ended first, because that is what firms close."""

from datetime import date

import streamlit as st

from ledgersync import clock
from ledgersync.domain.periods import Period, last_month, this_month

_MONTHS = 18


def choose_month() -> Period:
    """A month chosen by the person; the choice lives in the URL, so that a link brings it back."""
    months = recent_months(clock.today())
    chosen = st.selectbox(
        "Month",
        [f"{month.start:%Y-%m}" for month in months],
        index=1,
        format_func=lambda key: month_name(date.fromisoformat(f"{key}-01")),
        key="month",
        bind="query-params",
        width=200,
    )
    return next(month for month in months if f"{month.start:%Y-%m}" == chosen)


def recent_months(today: date) -> list[Period]:
    """This month so far and the whole months before it, newest first."""
    months = [this_month(today)]
    while len(months) < _MONTHS:
        months.append(last_month(months[-1].start))
    return months


def month_name(day: date) -> str:
    return f"{day:%B %Y}"
