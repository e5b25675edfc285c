"""The way on: the next bank account of the period that still has rows to review."""

import streamlit as st

from ledgersync.domain.transactions import Status
from ledgersync.services import next_accounts
from ledgersync.services.next_accounts import next_after
from ledgersync.ui.review_choice import choose_account
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.texts import counted, plain


def offer_next(sheet: Sheet) -> None:
    """Once nothing is left to review here, where there is something."""
    if any(row.status is Status.TO_REVIEW for row in sheet.rows):
        return
    viewer, choice = sheet.viewer, sheet.choice
    open_ones = next_accounts.open_accounts(viewer.actor, viewer.workspace, choice.period)
    following = next_after(open_ones, choice.client.name, choice.account)
    with st.container(horizontal=True, vertical_alignment="center", key="review_next"):
        st.markdown(":green[:material/task_alt:] **Nothing is left to review here.**")
        if following is None:
            st.markdown(f"No other account has rows to review in {plain(choice.period.words())}.")
            return
        st.button(
            f"Next: {plain(following.client_name)}, {plain(following.account.label)} "
            f"({counted(following.to_review, 'row')})",
            key="review_next_account",
            icon=":material/arrow_forward:",
            on_click=choose_account,
            args=(following.account,),
        )
