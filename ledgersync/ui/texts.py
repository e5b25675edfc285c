"""Words on screen: texts that others wrote, shown as they are, and numbers and times in words."""

import re
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from ledgersync import clock

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
# Links, icons and emoji are found in the finished text, after backslashes are gone. An invisible
# word joiner keeps them from being seen: after a colon, in "www.", before "@".
_LIVE = re.compile(r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_JOINER = "\u2060"


def plain(text: str) -> str:
    """A text that others wrote, made safe for places that read Markdown.

    Nothing in it becomes a link, an image, an icon or formatting; line breaks become spaces.
    """
    return _MARKS.sub(r"\\\1", _LIVE.sub(_JOINER, " ".join(text.split())))


def count_words(count: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 client", "12 clients", "3 entries"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def when_words(moment: datetime | None) -> str:
    """A moment in the reader's own time: "14:03" today, else "10/31/2026 14:03"; "" for none."""
    if moment is None:
        return ""
    here = moment.astimezone(_zone())
    today = clock.now().astimezone(_zone()).date()
    return f"{here:%H:%M}" if here.date() == today else f"{here:%m/%d/%Y %H:%M}"


def here(moment: datetime | None) -> datetime | None:
    """A moment in the reader's own time without its zone, as tables show and sort it."""
    return moment.astimezone(_zone()).replace(tzinfo=None) if moment else None


def _zone() -> tzinfo | None:
    """The time zone of the reader's browser; None means the one where the app runs."""
    name = st.context.timezone
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
