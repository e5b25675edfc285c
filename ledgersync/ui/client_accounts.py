"""One client's code and bank accounts, with what Accounting CS calls each of them."""

from functools import partial

import pandas as pd
import streamlit as st

from ledgersync import money
from ledgersync.services import acs_settings, client_records
from ledgersync.services.client_records import AccountRecord, ClientRecord
from ledgersync.ui.feed_health import feed_word
from ledgersync.ui.saved_fields import saved_choice, saved_field
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import when_words

_LOAD_STATES = {"done": "Complete", "incomplete": "Incomplete", "failed": "Failed"}


def client_code(viewer: Viewer, record: ClientRecord) -> None:
    """The client's code in Accounting CS, editable."""
    client = record.client
    saved_field(
        "ACS client code",
        client.acs_code,
        f"acs_code_{client.id}",
        partial(client_records.set_acs_code, viewer.actor, viewer.workspace, client.id),
        "The client's ID in Accounting CS",
    )


def accounts_tab(viewer: Viewer, record: ClientRecord) -> None:
    """The client's bank accounts, and what they are in Accounting CS, to edit."""
    if not record.accounts:
        st.info(
            "LedgerSync lists no bank accounts for this client. Connect them in LedgerSync, then "
            "press Refresh from LedgerSync.",
            icon=":material/account_balance:",
        )
        return
    st.dataframe(
        accounts_frame(record.accounts),
        hide_index=True,
        column_config={
            "Bank account": st.column_config.TextColumn(pinned=True),
            "Balance": st.column_config.TextColumn(alignment="right"),
            "On": st.column_config.DateColumn(format="MM/DD/YYYY"),
        },
        alt="Bank accounts with balance, feed and last load",
    )
    st.markdown("**In Accounting CS**")
    st.caption(
        "The description is what Accounting CS calls a bank account, not its number: the import "
        "compares it word for word. The GL account is the bank's own: transfers are booked to it, "
        "and journal files need it."
    )
    chart = {gl.code: gl.label for gl in record.chart}
    for row in record.accounts:
        left, right = st.columns([3, 2])
        with left:
            _description(viewer, row)
        with right:
            _gl_account(viewer, row, chart)


def accounts_frame(accounts: tuple[AccountRecord, ...]) -> pd.DataFrame:
    return pd.DataFrame([_row(row) for row in accounts])


def load_words(row: AccountRecord) -> str:
    """How the newest load of an account ended: "Complete, 12 new" or "Failed: ..."."""
    load = row.load
    if load is None:
        return "Never loaded"
    state = _LOAD_STATES.get(load.state, load.state)
    if load.sentence:
        return f"{state}: {load.sentence}"
    aside = f", {counted(load.set_aside, 'row')} set aside" if load.set_aside else ""
    return f"{state}, {load.new:,} new, {load.updated:,} updated{aside}"


def _row(row: AccountRecord) -> dict[str, object]:
    account, load = row.account, row.load
    balance = "" if account.balance is None else money.dollars(account.balance, account.currency)
    feed = feed_word(account.feed_status, account.feed_word)
    if account.by_hand:
        feed = "Statement files"
    return {
        "Bank account": account.name,
        "Institution": account.institution,
        "Ending": account.mask,
        "Type": account.type.replace("_", " ").capitalize(),
        "Balance": balance,
        "On": account.balance_date,
        "Feed": "No longer listed" if account.removed else feed,
        "Last load": when_words(load.at if load else None),
        "Result": load_words(row),
    }


def _description(viewer: Viewer, row: AccountRecord) -> None:
    account = row.account
    saved_field(
        plain(account.label),
        account.acs_description,
        f"acs_description_{account.id}",
        partial(client_records.set_acs_description, viewer.actor, viewer.workspace, account.id),
        "The Description of this bank account in Accounting CS",
    )


def _gl_account(viewer: Viewer, row: AccountRecord, chart: dict[str, str]) -> None:
    account = row.account
    saved_choice(
        f"GL account of {plain(account.mask or account.name)}",
        account.gl_code,
        chart,
        f"bank_gl_{account.id}",
        partial(acs_settings.set_bank_gl, viewer.actor, viewer.workspace, account.id),
        "The account of the client's chart that this bank account is",
    )
