"""The way on: to the export, and to the next bank account that still has rows to review."""

import streamlit as st

from ledgersync.domain.transactions import Status
from ledgersync.services import next_accounts
from ledgersync.services.next_accounts import OpenAccount, ways_on
from ledgersync.ui.review_choice import choose_account
from ledgersync.ui.review_export import EXPORT_ANCHOR
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.texts import counted, plain


def show_way_to_export(sheet: Sheet) -> None:
    """The link down to the export, which lies below the list, once it is what comes next."""
    waits = any(row.status is Status.REVIEWED and row.export_number is None for row in sheet.rows)
    if waits and not any(row.status is Status.TO_REVIEW for row in sheet.rows):
        st.markdown(f":small[All reviewed: [go to Export](#{EXPORT_ANCHOR})]", width="content")


def offer_next(sheet: Sheet) -> None:
    """Once nothing is left to review here, where there is something."""
    if any(row.status is Status.TO_REVIEW for row in sheet.rows):
        return
    viewer, choice = sheet.viewer, sheet.choice
    open_ones = next_accounts.open_accounts(viewer.actor, viewer.workspace, choice.period)
    ways = ways_on(open_ones, choice.account)
    with st.container(horizontal=True, vertical_alignment="center", key="review_next"):
        st.markdown(
            ":green[:material/task_alt:] **Nothing is left to review here.**", width="content"
        )
        for number, way in enumerate(ways, 1):
            _way_button(sheet, way, number)
        if not ways:
            period = plain(choice.period.words())
            st.markdown(f"No other account has rows to review in {period}.", width="content")


def _way_button(sheet: Sheet, way: OpenAccount, number: int) -> None:
    own = way.account.client_id == sheet.choice.client.id
    client = "" if own else f"{plain(way.client_name)}, "
    st.button(
        f"{client}{plain(way.account.label)} ({counted(way.to_review, 'row')})",
        key=f"review_next_account_{number}",
        icon=":material/arrow_forward:",
        help="The next account of this client" if own else "Where the most rows wait",
        on_click=choose_account,
        args=(way.account,),
    )
