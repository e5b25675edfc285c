"""What could not be saved: a colleague was faster, or the row left in an export and is locked."""

from dataclasses import replace

import streamlit as st

from ledgersync.domain.decisions import Decision, Edit, Stale, Standing
from ledgersync.domain.splits import split_words
from ledgersync.domain.transactions import Transaction
from ledgersync.services import reviewing
from ledgersync.services.reviewing import Saved
from ledgersync.ui import feedback
from ledgersync.ui.review_sheet import Sheet, row_words
from ledgersync.ui.texts import ago, counted, plain

_STALE, _LOCKED = "review_stale", "review_locked"
_NAMED = 5
_STANDING_WORDS = {
    Standing.TO_REVIEW: "to review",
    Standing.REVIEWED: "reviewed",
    Standing.EXCLUDED: "excluded",
}


def keep_refusals(account_id: str, saved: Saved) -> None:
    """Keep what a save refused, for `show_refusals` after the rerun."""
    st.session_state[_LOCKED] = (account_id, saved.locked)
    if saved.stale:
        waiting: dict[str, Stale] = dict(st.session_state.get(_STALE, ("", {}))[1])
        waiting.update({stale.transaction_id: stale for stale in saved.stale})
        st.session_state[_STALE] = (account_id, waiting)


def show_refusals(sheet: Sheet) -> None:
    """Say which rows of this account were not saved and why, with the ways on."""
    rows = {row.id: row for row in sheet.rows}
    account_id = sheet.choice.account.id
    place, locked = st.session_state.pop(_LOCKED, ("", ()))
    if place == account_id:
        _show_locked([rows[row_id] for row_id in locked if row_id in rows])
    place, waiting = st.session_state.get(_STALE, ("", {}))
    if place == account_id:
        _show_stale(sheet, [stale for stale in waiting.values() if stale.transaction_id in rows])


def _show_locked(rows: list[Transaction]) -> None:
    """Say it in a toast: a box above the grid would move the row away from under the hand."""
    if not rows:
        return
    exports = sorted({row.export_number for row in rows if row.export_number is not None})
    numbers = ", ".join(str(number) for number in exports)
    named = f"export {numbers}" if len(exports) == 1 else f"exports {numbers}"
    what = plain(row_words(rows[0])) if len(rows) == 1 else counted(len(rows), "row")
    st.toast(
        f"**{what} left in {named} and {'is' if len(rows) == 1 else 'are'} locked, so nothing was "
        "changed there.** Tick, then Unlock, if it must be corrected.",
        icon=":material/lock:",
        duration="long",
    )


def _show_stale(sheet: Sheet, waiting: list[Stale]) -> None:
    if not waiting:
        return
    rows = {row.id: row for row in sheet.rows}
    with st.container(border=True, key="review_stale_box"):
        for stale in waiting[:_NAMED]:
            words = plain(row_words(rows[stale.transaction_id]))
            theirs, yours = _theirs(sheet, stale.theirs), _yours(sheet, stale.yours)
            st.markdown(f":material/group: {words}: **{theirs}** {yours}")
        if len(waiting) > _NAMED:
            st.markdown(f"and {counted(len(waiting) - _NAMED, 'more row', 'more rows')}.")
        with st.container(horizontal=True):
            st.button("Keep theirs", key="review_keep_theirs", on_click=_keep_theirs)
            st.button(
                "Use yours", key="review_use_yours", on_click=_use_yours, args=(sheet, waiting)
            )


def _theirs(sheet: Sheet, theirs: Decision) -> str:
    """What stands there now, by whom and since when: "Dana set this to 6250 - Rent 12 s ago"."""
    codes = [
        split_words(theirs.split)
        if theirs.split
        else sheet.chart.get(theirs.gl_code, theirs.gl_code),
        sheet.vendors.get(theirs.vendor_id, ""),
    ]
    values = ", ".join(code for code in codes if code) or "no code"
    standing = _STANDING_WORDS[theirs.standing]
    since = f" {ago(theirs.decided_at)}" if theirs.decided_at else ""
    return plain(f"{theirs.decided_by or 'Somebody'} set this to {values} ({standing}){since}.")


def _yours(sheet: Sheet, yours: Edit) -> str:
    wanted = []
    if yours.split:
        wanted.append(split_words(yours.split))
    elif yours.gl_code is not None:
        wanted.append(sheet.chart.get(yours.gl_code, yours.gl_code) or "no GL code")
    if yours.vendor_id is not None:
        wanted.append(sheet.vendors.get(yours.vendor_id, yours.vendor_id) or "no vendor")
    if yours.standing is not None:
        wanted.append(_STANDING_WORDS[yours.standing])
    return plain(f"You asked for {', '.join(wanted)}. Keep theirs or use yours?")


def _keep_theirs() -> None:
    st.session_state.pop(_STALE, None)


def _use_yours(sheet: Sheet, waiting: list[Stale]) -> None:
    """Save again on top of what stands there now; a third person may be faster still."""
    st.session_state.pop(_STALE, None)
    viewer, account_id = sheet.viewer, sheet.choice.account.id
    edits = [replace(stale.yours, version=stale.theirs.version) for stale in waiting]
    with feedback.kept():
        saved = reviewing.save_edits(viewer.actor, viewer.workspace, account_id, edits)
        keep_refusals(account_id, saved)
        feedback.keep_toast(f"Saved {counted(saved.saved, 'row')}.")
