"""Matching on Review by itself: before rows without suggestions are shown, or else behind them."""

from collections.abc import Sequence

import streamlit as st

from ledgersync.domain.transactions import Status, Transaction
from ledgersync.errors import LedgerSyncError
from ledgersync.services import suggesting
from ledgersync.ui import feedback
from ledgersync.ui.review_sheet import Sheet

_ASKED = "review_matched_accounts"


def match_once(sheet: Sheet) -> None:
    """Ask the matcher where none of the account's open rows has a suggestion; once a session."""
    waiting = _open_rows(sheet)
    if not waiting or any(row.suggested for row in waiting):
        return
    if _first_time(sheet, waiting):
        with st.spinner("Looking for vendors and GL codes ..."):
            changed = _ask(sheet)
        if changed:
            st.rerun()


def catch_up(sheet: Sheet) -> None:
    """Learn the client, where this process has not yet: from then on every decision counts at once.

    The last thing of a run: the rows stand already, with the suggestions that were kept. While
    another client is being learned this one waits for a later run.
    """
    waiting, knowledge = _open_rows(sheet), sheet.viewer.workspace.knowledge
    if not waiting or knowledge.find(sheet.choice.client.id):
        return
    with knowledge.unhurried_turn() as mine:
        changed = mine and _first_time(sheet, waiting) and _ask(sheet)
    if changed:
        st.rerun()


def note_matched(account_id: str) -> None:
    """Remember that an account was matched in this session."""
    st.session_state.setdefault(_ASKED, set()).add(account_id)


def _open_rows(sheet: Sheet) -> list[Transaction]:
    return [row for row in sheet.rows if row.status is Status.TO_REVIEW]


def _first_time(sheet: Sheet, waiting: Sequence[Transaction]) -> bool:
    """Whether the rows were not asked about yet; from now on they were, whatever comes of it.

    Another session may have asked: on a large account that takes longer than the whole page.
    """
    viewer, account = sheet.viewer, sheet.choice.account
    if account.id in st.session_state.get(_ASKED, set()):
        return False
    note_matched(account.id)
    ids = [row.id for row in waiting]
    return not suggesting.were_asked(viewer.actor, viewer.workspace, account.client_id, ids)


def _ask(sheet: Sheet) -> int:
    """How many rows have another suggestion now; what the matcher has to say is told."""
    viewer, account = sheet.viewer, sheet.choice.account
    try:
        report = suggesting.suggest(viewer.actor, viewer.workspace, [account.id])
    except LedgerSyncError as error:
        feedback.show_error(error)
        return 0
    for sentence in report.sentences:
        feedback.keep_toast(sentence, icon=":material/info:")
    if not report.changed:  # otherwise the rerun that follows says it
        feedback.show_kept()
    return report.changed
