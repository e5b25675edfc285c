"""Moments as the reader's own clock shows them."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from ledgersync import clock


def when_words(moment: datetime | None) -> str:
    """A moment in words: "14:03" for today, else "10/31/2026 14:03"; "" for none."""
    if moment is None:
        return ""
    local = moment.astimezone(zone())
    today = clock.now().astimezone(zone()).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%m/%d/%Y %H:%M}"


def for_table(moment: datetime | None) -> datetime | None:
    """A moment on the reader's clock without its zone, as tables show and sort it."""
    return moment.astimezone(zone()).replace(tzinfo=None) if moment else None


def zone() -> tzinfo | None:
    """The time zone of the reader's browser; None means the one where the app runs."""
    name = st.context.timezone
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
