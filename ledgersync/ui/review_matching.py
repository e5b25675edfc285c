"""Matching on Review by itself: once for an account whose open rows have no suggestions yet."""

from collections.abc import Sequence

import streamlit as st

from ledgersync.domain.clients import BankAccount
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.errors import LedgerSyncError
from ledgersync.services import suggesting
from ledgersync.ui import feedback
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.shell import Viewer

_ASKED = "review_matched_accounts"


def match_once(sheet: Sheet) -> None:
    """Ask the matcher about the account's open rows, once a session and where it is needed.

    It is needed where nothing is suggested yet, and where nothing is known of the client at hand:
    only from then on does every decision count at once.
    """
    viewer, account = sheet.viewer, sheet.choice.account
    if not _is_needed(viewer, account, sheet.rows) or not _first_time(viewer, account, sheet.rows):
        return
    try:
        with st.spinner("Looking for vendors and GL codes ..."):
            suggesting.suggest(viewer.actor, viewer.workspace, [account.id])
    except LedgerSyncError as error:
        feedback.show_error(error)
    else:
        st.rerun()


def note_matched(account_id: str) -> None:
    """Remember that an account was matched in this session."""
    st.session_state.setdefault(_ASKED, set()).add(account_id)


def _first_time(viewer: Viewer, account: BankAccount, rows: Sequence[Transaction]) -> bool:
    """Whether the rows were not asked about yet; from now on they were, whatever comes of it.

    Another session may have asked: on a large account that takes longer than the whole page.
    """
    if account.id in st.session_state.get(_ASKED, set()):
        return False
    note_matched(account.id)
    ids = [row.id for row in rows if row.status is Status.TO_REVIEW]
    return not suggesting.were_asked(viewer.actor, viewer.workspace, account.client_id, ids)


def _is_needed(viewer: Viewer, account: BankAccount, rows: Sequence[Transaction]) -> bool:
    still_open = [row for row in rows if row.status is Status.TO_REVIEW]
    known = viewer.workspace.knowledge.find(account.client_id) is not None
    return bool(still_open) and not (known and any(row.suggested for row in still_open))
