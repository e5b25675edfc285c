"""The connection's badge: icon, colour and words, so that colour is never the only sign."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from ledgersync.domain.connections import Connection, ConnectionState
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import when_words

Color = Literal["green", "red", "orange", "blue", "gray"]


@dataclass(frozen=True)
class Look:
    word: str
    icon: str
    color: Color


LOOKS = {
    ConnectionState.NOT_CONNECTED: Look("Not connected", ":material/link_off:", "gray"),
    ConnectionState.CHECKING: Look("Checking", ":material/hourglass_top:", "blue"),
    ConnectionState.CONNECTED: Look("Connected", ":material/check_circle:", "green"),
    ConnectionState.FAILED: Look("Failed", ":material/cancel:", "red"),
    ConnectionState.LOCKED: Look("Locked", ":material/lock:", "orange"),
    ConnectionState.NEEDS_ATTENTION: Look("Needs attention", ":material/error:", "orange"),
}


def connection_badge(connection: Connection) -> None:
    """The state with its age: "Connected · checked 14:03 by Ann Lee · 12 clients"."""
    look = LOOKS[connection.state]
    st.badge(" · ".join([look.word, *_age(connection)]), icon=look.icon, color=look.color)


def checking_badge() -> None:
    look = LOOKS[ConnectionState.CHECKING]
    st.badge(look.word, icon=look.icon, color=look.color)


def _age(connection: Connection) -> list[str]:
    if connection.state in {ConnectionState.NOT_CONNECTED, ConnectionState.CHECKING}:
        return []
    checked = f"checked {when_words(connection.checked_at)}"
    parts = [f"{checked} by {plain(connection.checked_by)}"] if connection.checked_at else []
    if connection.state is ConnectionState.CONNECTED:
        parts.append(counted(connection.client_count, "client"))
    return parts
