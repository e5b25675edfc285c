"""What could not be saved: a colleague was faster, or the row left in an export and is locked."""

from dataclasses import replace

import streamlit as st

from ledgersync.domain.decisions import Decision, Stale, Standing
from ledgersync.domain.splits import split_words
from ledgersync.domain.transactions import Transaction
from ledgersync.services import reviewing
from ledgersync.services.deciding import Saved
from ledgersync.ui import feedback
from ledgersync.ui.review_locked import export_words, one_of_each_export, unlock_words
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
    for row, number in one_of_each_export(rows):
        what = row_words(row) if number == 1 else counted(number, "row")
        st.toast(
            f"**Exported and locked.** {plain(unlock_words(number))} "
            f"{plain(f'{what}: {export_words(row)}.')}",
            icon=":material/lock:",
            duration="long",
        )


def _show_stale(sheet: Sheet, waiting: list[Stale]) -> None:
    if not waiting:
        return
    rows = {row.id: row for row in sheet.rows}
    with st.container(border=True, key="review_stale_box", gap="xsmall"):
        if len(waiting) > 1:
            _choose_for_all(sheet, waiting)
        for stale in waiting[:_NAMED]:
            _choose(sheet, rows[stale.transaction_id], stale)
        if len(waiting) > _NAMED:
            st.caption(f"and {counted(len(waiting) - _NAMED, 'more row', 'more rows')}.")


def _choose_for_all(sheet: Sheet, waiting: list[Stale]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/group: **{len(waiting):,} rows were changed by colleagues meanwhile.** "
            "Yours were not saved there.",
            width="content",
        )
        _buttons(sheet, waiting, "Keep all theirs", "Use all mine", "all")


def _choose(sheet: Sheet, row: Transaction, stale: Stale) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        said = f"**{plain(theirs_words(sheet, stale.theirs))}** {plain(yours_words(sheet, stale))}"
        st.markdown(f":material/group: {plain(row_words(row))}: {said}", width="content")
        _buttons(sheet, [stale], "Keep theirs", "Use mine", stale.transaction_id)


def _buttons(sheet: Sheet, waiting: list[Stale], keep: str, use: str, key: str) -> None:
    st.button(keep, key=f"review_keep_theirs_{key}", on_click=_keep_theirs, args=(waiting,))
    st.button(use, key=f"review_use_mine_{key}", on_click=_use_mine, args=(sheet, waiting))


def theirs_words(sheet: Sheet, theirs: Decision) -> str:
    """What stands there now, by whom and since when.

    Such as "Dana White set this row to 6250 - Fuel 12 s ago.".
    """
    since = f" {ago(theirs.decided_at)}" if theirs.decided_at else ""
    return f"{theirs.decided_by or 'Somebody'} {_done(sheet, theirs)}{since}."


def _done(sheet: Sheet, theirs: Decision) -> str:
    if theirs.standing is Standing.EXCLUDED:
        return "excluded this row"
    named = [
        sheet.chart.get(theirs.gl_code, theirs.gl_code),
        split_words(theirs.split) if theirs.split else "",
        sheet.vendors.get(theirs.vendor_id, ""),
    ]
    if values := ", ".join(filter(None, named)):
        return f"set this row to {values}"
    if theirs.standing is Standing.REVIEWED:
        return "marked this row reviewed without a code"
    return "returned this row to review"


def yours_words(sheet: Sheet, stale: Stale) -> str:
    """What this person asked for: "You wanted 6100 - Rent."."""
    yours = stale.yours
    wanted = []
    if yours.split:
        wanted.append(split_words(yours.split))
    elif yours.gl_code is not None:
        wanted.append(sheet.chart.get(yours.gl_code, yours.gl_code) or "no GL code")
    if yours.vendor_id is not None:
        wanted.append(sheet.vendors.get(yours.vendor_id, yours.vendor_id) or "no vendor")
    if yours.standing is not None:
        wanted.append(_STANDING_WORDS[yours.standing])
    return f"You wanted {', '.join(wanted) or 'something else'}."


def _keep_theirs(answered: list[Stale]) -> None:
    account_id, waiting = st.session_state.get(_STALE, ("", {}))
    done = {stale.transaction_id for stale in answered}
    left = {row_id: stale for row_id, stale in waiting.items() if row_id not in done}
    st.session_state[_STALE] = (account_id, left)


def _use_mine(sheet: Sheet, answered: list[Stale]) -> None:
    """Save again on top of what stands there now; a third person may be faster still."""
    _keep_theirs(answered)
    viewer, account_id = sheet.viewer, sheet.choice.account.id
    edits = [replace(stale.yours, version=stale.theirs.version) for stale in answered]
    with feedback.kept():
        saved = reviewing.save_edits(viewer.actor, viewer.workspace, account_id, edits)
        keep_refusals(account_id, saved)
        if saved.saved:
            feedback.keep_toast(f"{saved.words}.")
