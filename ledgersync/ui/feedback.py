"""Errors of ours, told where they happened: a sentence, a next step and a reference."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from ledgersync.errors import LedgerSyncError
from ledgersync.ui.texts import plain


def show_error(error: LedgerSyncError) -> None:
    """One sentence, the next step, and the code that support can look up."""
    parts = [f"**{plain(error.sentence)}**", plain(error.next_step), f"({error.code})"]
    st.error(" ".join(part for part in parts if part), icon=":material/error:")


@contextmanager
def told_in_place() -> Iterator[None]:
    """Show an error of ours in place of what the block would have shown; the page goes on."""
    try:
        yield
    except LedgerSyncError as error:
        show_error(error)
