"""The keys of Review, and the help that lists them."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from ledgersync.ui.review_dialogs import any_is_open


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
# Function keys: a letter would open the cell that is chosen in the grid, and with Ctrl or Alt it
# would act while somebody types an accent into a field; Ctrl+Enter is to act from within a field.
TICKED_KEYS: Mapping[str, Key] = {
    "accept": Key("F8", "Accept the ticked rows with the codes they show"),
    "exclude": Key("F9", "Leave the ticked rows out of every export"),
    "codes": Key("F2", "Choose a GL code, a vendor or both for the ticked rows"),
    "set": Key("Ctrl+Enter", "Set what was chosen there, and go back to the list"),
    "undo": Key("F4", "Take back your last change"),
}
_CANDIDATES = "Take the first, second or third code offered, and go on"
_GRID = {
    "Arrow keys": "Move from cell to cell",
    "Enter, or just type": "Open a vendor or GL code, and search its list",
    "Enter": "Take what is found; it is saved at once",
    "Space": "Tick or untick a row, on its check box",
    "Esc": "Leave a list, a dialog or the drawer",
}


def ticked_key(name: str) -> str | None:
    """The key of a button above the grid; none while a dialog lies over it."""
    return None if any_is_open() else TICKED_KEYS[name].key


def show_keys() -> None:
    """A pop-over that lists the keys of the drawer and, outside of it, those of the list."""
    with st.popover("Keys", icon=":material/keyboard:", type="tertiary"):
        parts = {"In the list": _list_keys(), "One at a time": _drawer_keys()}
        if any_is_open():
            del parts["In the list"]  # which is covered then, and its keys do nothing
        st.markdown("\n\n".join(f"**{name}**\n{_table(keys)}" for name, keys in parts.items()))
        st.caption(
            "Letters and F keys do nothing while you type into a field. On a Mac, hold fn with an "
            "F key. Tab reaches every button."
        )


def _list_keys() -> dict[str, str]:
    return {**{one.key: one.does for one in TICKED_KEYS.values()}, **_GRID}


def _drawer_keys() -> dict[str, str]:
    keys = {one.key: one.does for one in DRAWER_KEYS.values()}
    return {**keys, "1 2 3": _CANDIDATES, "Esc": "Close the drawer, back to the list"}


def _table(keys: Mapping[str, str]) -> str:
    lines = [f"| `{key}` | {does} |" for key, does in keys.items()]
    return "\n".join(["", "| Key | What it does |", "|---|---|", *lines])
