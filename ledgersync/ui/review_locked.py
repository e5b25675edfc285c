"""Rows that have left in an export: by whom and when, and how to unlock them on purpose."""

from collections.abc import Sequence

import streamlit as st

from ledgersync.domain.transactions import Status, Transaction
from ledgersync.services import reviewing
from ledgersync.ui import feedback
from ledgersync.ui.review_popovers import close_more
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import when_words

_REASON = "review_unlock_reason"


def lock_words(row: Transaction) -> str:
    """Such as "Exported 11/03/2026 14:02 by Dana White in export 14 - locked."."""
    confirm = " To stand by it as it left, mark it reviewed." if can_be_confirmed(row) else ""
    return f"{export_words(row)} - locked. {unlock_words()}{confirm}"


def can_be_confirmed(row: Transaction) -> bool:
    """Whether a locked row that changed at LedgerSync can be stood by without unlocking it."""
    return row.locked and row.status is Status.PROBLEM and not row.suggested


def unlock_words(rows: int = 1) -> str:
    """What to do to change locked rows after all."""
    them = "it" if rows == 1 else "them"
    return f"To change {them}, tick {them}, then choose More, Unlock."


def why_all_locked(ticked: Sequence[Transaction]) -> str:
    """Why nothing can be done to these rows; "" where one of them can be changed, or none is."""
    if not ticked or any(not row.locked for row in ticked):
        return ""
    one = len(ticked) == 1
    which = "The ticked row is" if one else "All ticked rows are"
    them = "it" if one else "them"
    return f"{which} exported and locked. To change {them}, choose More, Unlock."


def export_words(row: Transaction) -> str:
    """When and by whom a row was exported: "Exported 14:02 by Dana White in export 14"."""
    by = f" by {row.exported_by}" if row.exported_by else ""
    return f"Exported {when_words(row.exported_at)}{by} in export {row.export_number}"


def one_of_each_export(rows: Sequence[Transaction]) -> list[tuple[Transaction, int]]:
    """A row of each export among these, with how many there are."""
    found: dict[int | None, list[Transaction]] = {}
    for row in rows:
        found.setdefault(row.export_number, []).append(row)
    return [(some[0], len(some)) for some in found.values()]


def offer_unlocking(sheet: Sheet, ticked: Sequence[Transaction]) -> None:
    """The button for ticked rows that are locked; it says what unlocking leads to."""
    locked = [row for row in ticked if row.locked]
    if locked:
        for row, rows in one_of_each_export(locked):
            st.markdown(plain(f"{export_words(row)}, {counted(rows, 'row')}."))
        st.caption(
            "Accounting CS keeps what it was given: what you change here after unlocking has to be "
            "changed there too. The rows are marked as changed since export, and who unlocked them "
            "is recorded."
        )
        st.text_input("Reason (optional)", persist_state="page", key=_REASON, max_chars=200)
    st.button(
        f"Unlock {counted(len(locked), 'row')}" if locked else "Unlock",
        key="review_unlock",
        icon=":material/lock_open:",
        width="stretch",
        disabled=not locked,
        on_click=_unlock,
        args=(sheet, [row.id for row in locked]),
    )


def _unlock(sheet: Sheet, ids: Sequence[str]) -> None:
    viewer, account_id = sheet.viewer, sheet.choice.account.id
    with feedback.kept():
        reason = st.session_state.get(_REASON) or ""
        rows = reviewing.unlock(viewer.actor, viewer.workspace, account_id, ids, reason)
        feedback.keep_toast(
            f"Unlocked {counted(rows, 'row')}. Make the same change in Accounting CS."
        )
        st.session_state[_REASON] = ""
        close_more()
