"""The form for a bank account that LedgerSync does not list."""

import streamlit as st

from ledgersync.domain.clients import Client
from ledgersync.services import hand_accounts
from ledgersync.services.hand_accounts import HandAccount
from ledgersync.ui import feedback
from ledgersync.ui.shell import Viewer

_PARTS = ("name", "type", "mask", "currency")


def offer_account(viewer: Viewer, client: Client, chosen_key: str, *, first: bool) -> None:
    """The form, open where the client has no account yet; a new account is chosen at once.

    Args:
        viewer: who looks.
        client: whose account it is.
        chosen_key: where the page keeps the chosen account.
        first: whether the client has none yet.
    """
    key = f"hand_account_{client.id}"
    box = st.expander(
        "The bank account is not in the list",
        icon=":material/add:",
        expanded=first,
        key=f"{key}_open",
        on_change="rerun",
    )
    with box:
        st.caption(
            "For a bank that LedgerSync does not connect to. Nothing is loaded for this account: "
            "its rows come from statement files alone."
        )
        with st.form(key, border=False, clear_on_submit=False):
            name, kind = st.columns(2)
            name.text_input(
                "Name",
                key=f"{key}_name",
                persist_state="page",
                placeholder="Union Trust Checking",
            )
            kind.selectbox(
                "Type",
                hand_accounts.TYPES,
                format_func=str.capitalize,
                key=f"{key}_type",
                persist_state="page",
            )
            mask, currency = st.columns(2)
            mask.text_input(
                "Last four digits (optional)",
                key=f"{key}_mask",
                persist_state="page",
                max_chars=4,
                placeholder="4821",
            )
            currency.text_input(
                "Currency", "USD", key=f"{key}_currency", persist_state="page", max_chars=3
            )
            st.form_submit_button(
                "Add bank account",
                icon=":material/add:",
                key=f"{key}_add",
                on_click=_add,
                args=(viewer, client, key, chosen_key),
            )


def _add(viewer: Viewer, client: Client, key: str, chosen_key: str) -> None:
    with feedback.kept():
        described = HandAccount(**{part: st.session_state[f"{key}_{part}"] for part in _PARTS})
        added = hand_accounts.add_account(viewer.actor, viewer.workspace, client.id, described)
        st.session_state[chosen_key] = added.id
        st.session_state[f"{key}_open"] = False
        for part in ("name", "mask"):
            st.session_state[f"{key}_{part}"] = ""
        feedback.keep_toast(f"Added {added.label}.")
