"""The keys of Review, and the help that lists them."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it does; C and R belong to Streamlit."""

    key: str
    does: str


DRAWER_KEYS: Mapping[str, Key] = {
    "accept": Key("A", "Mark reviewed as it stands, and go on to the next one to review"),
    "exclude": Key("X", "Leave out of every export, and go on to the next one to review"),
    "undo": Key("U", "Take back your last change"),
    "next": Key("N", "The next row of the list"),
    "previous": Key("P", "The row before"),
    "skip": Key("S", "Leave it as it is, and go to the next one to review"),
}
_CANDIDATES = "Take the first, second or third code offered, and go on"
_GRID = {
    "Arrow keys": "Move from cell to cell",
    "Enter, or just type": "Open a vendor or GL code, and search its list",
    "Enter": "Take what is found; it is saved at once",
    "Space": "Tick or untick a row, on its check box",
    "Esc": "Leave a list, a dialog or the drawer",
}


def show_keys() -> None:
    """A pop-over that lists the keys of the drawer and of the grid."""
    with st.popover("Keys", icon=":material/keyboard:", type="tertiary"):
        st.markdown(
            f"**One at a time**\n{_table(_drawer_keys())}\n\n**In the list**\n{_table(_GRID)}"
        )
        st.caption("The letters do nothing while you type into a field. Tab reaches every button.")


def _drawer_keys() -> dict[str, str]:
    keys = {one.key: one.does for one in DRAWER_KEYS.values()}
    return {**keys, "1 2 3": _CANDIDATES, "Esc": "Close the drawer, back to the list"}


def _table(keys: Mapping[str, str]) -> str:
    lines = [f"| `{key}` | {does} |" for key, does in keys.items()]
    return "\n".join(["", "| Key | What it does |", "|---|---|", *lines])
