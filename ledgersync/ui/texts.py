"""Words for the screen: other people's text made harmless, counts, amounts and ages."""

import re
import string
from datetime import datetime

from ledgersync import clock

_ESCAPED = {ord(mark): f"\\{mark}" for mark in string.punctuation}
# Addresses are found in the finished text, where backslashes are gone already: an invisible word
# joiner before "//" and "@" and after "www" keeps them from becoming live links.
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?=@)", re.IGNORECASE)
_JOINER = "\u2060"
_NOW = 2
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def plain(text: str) -> str:
    """Text of a bank, a client or a colleague for a place that reads Markdown: shown as it is.

    Every mark of punctuation is escaped, so that nothing becomes a link, a picture, a formula or
    one of Streamlit's colon directives; line breaks become spaces.
    """
    return _ADDRESS.sub(_JOINER, " ".join(text.split())).translate(_ESCAPED)


def counted(number: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 row", "1,204 rows"; `many` where adding an s is wrong."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def tick_words(number: int, one: str) -> str:
    """The button that ticks all of a list: "Tick all 12", "Tick the row"."""
    if number == 1:
        return f"Tick the {one}"
    return f"Tick all {number:,}" if number else "Tick all"


def ago(when: datetime) -> str:
    """How long ago a moment was, as people say it: "just now", "12 s ago", "2 days ago"."""
    seconds = max(int((clock.now() - when).total_seconds()), 0)
    if seconds < _NOW:
        return "just now"
    if seconds < _MINUTE:
        return f"{seconds} s ago"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min ago"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h ago"
    return f"{counted(seconds // _DAY, 'day')} ago"
