"""Review once client, account and period are chosen: load, look, decide, export."""

import streamlit as st

from ledgersync.ui import review_address
from ledgersync.ui.review_actions import show_actions
from ledgersync.ui.review_additions import offer_additions
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.review_export import show_export
from ledgersync.ui.review_filters import choose_rows, describe_view
from ledgersync.ui.review_grid import show_grid
from ledgersync.ui.review_load import offer_load
from ledgersync.ui.review_matching import catch_up, match_once
from ledgersync.ui.review_next import offer_next
from ledgersync.ui.review_pairs import show_pairs
from ledgersync.ui.review_presence import show_presence
from ledgersync.ui.review_refusals import show_refusals
from ledgersync.ui.review_saving import save_codes
from ledgersync.ui.review_sheet import Sheet, open_sheet
from ledgersync.ui.review_ties import show_ties
from ledgersync.ui.review_unsaved import show_unsaved
from ledgersync.ui.review_view import current_view
from ledgersync.ui.review_why import show_why
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain


def show(viewer: Viewer, choice: Choice) -> None:
    """Show the four steps from loading on, and keep what is chosen in the URL."""
    offer_load(viewer, choice)
    show_presence(viewer, choice)
    sheet = open_sheet(viewer, choice)
    if sheet.rows or choice.account.last_loaded_at:
        show_ties(viewer, choice)
    if not sheet.rows:
        _nothing_yet(choice)
        review_address.keep(choice.address())
        return
    match_once(sheet)
    chosen = _work_on(sheet)
    show_export(sheet)
    offer_next(sheet)
    review_address.keep({**choice.address(), **chosen})
    catch_up(sheet)


def _nothing_yet(choice: Choice) -> None:
    how = "Press Load Transactions to bring them from LedgerSync"
    if choice.account.by_hand:
        how = "Import a statement file to bring them in"
    st.info(
        f"**No transactions of {plain(choice.account.label)} are here for "
        f"{plain(choice.period.words())}.** {how}; if none come, the account had none in this "
        "period.",
        icon=":material/inbox:",
    )


def _work_on(sheet: Sheet) -> dict[str, str]:
    asked, row = choose_rows(sheet)
    show_refusals(sheet)
    show_unsaved(sheet, save_codes)
    view = current_view(sheet, asked)
    rows = describe_view(sheet, view, asked, row)
    show_actions(sheet, view, rows)
    if rows:
        show_grid(sheet, view, rows)
        show_why(sheet, rows, view.ticked)
    else:
        st.info(
            "No rows match. Choose another filter or clear the search.",
            icon=":material/search_off:",
        )
    show_pairs(sheet)
    offer_additions(sheet)
    return asked.address()
