"""The figures on top of Overview: the firm's month in seven numbers, each with its way in."""

import streamlit as st

from ledgersync.services.overview import FirmStanding
from ledgersync.ui.shell import page
from ledgersync.ui.standing_numbers import Number, places
from ledgersync.ui.standing_places import ask_for


def show_figures(firm: FirmStanding) -> None:
    """A tile a figure, whose name leads to what it counts: nowhere where that is nothing."""
    with st.container(horizontal=True, gap="xsmall"):
        if _tile("Clients", f"{len(firm.clients):,}"):
            st.switch_page(page("Clients"))
        for number, (label, value) in _figures(firm).items():
            _tile(label, value, number, empty=not places(firm.clients, number))


def _figures(firm: FirmStanding) -> dict[Number, tuple[str, str]]:
    accounts, loaded = firm.total("accounts"), firm.total("loaded_accounts")
    tied, off = firm.total("ties"), firm.total("off")
    return {
        Number.LOADED: ("Accounts loaded", f"{loaded:,} of {accounts:,}"),
        Number.ROWS: ("Transactions", f"{firm.total('transactions'):,}"),
        Number.TO_REVIEW: ("To review", f"{firm.total('to_review'):,}"),
        Number.REVIEWED: ("Reviewed", f"{firm.total('reviewed'):,}"),
        Number.EXPORTED: ("Exported", f"{firm.total('exported'):,}"),
        Number.TIES: ("Accounts that tie", f"{tied:,} of {tied + off:,}"),
    }


def _tile(label: str, value: str, number: Number | None = None, *, empty: bool = False) -> bool:
    with st.container(border=True, width="content", gap=None):
        pressed = st.button(
            label,
            key=f"figure_{number or 'clients'}",
            type="tertiary",
            icon=":material/chevron_right:",
            icon_position="right",
            wrap=False,
            disabled=empty,
            on_click=ask_for if number else None,
            args=(number,) if number else None,
        )
        st.metric(label, value, label_visibility="collapsed", width="content")
    return pressed
