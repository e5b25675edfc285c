"""Setting where ticked rows stand: reviewed, excluded, to review."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.services.deciding import Saved
from ledgersync.ui import feedback
from ledgersync.ui.review_dialogs import any_is_open
from ledgersync.ui.review_keys import TICKED_KEYS, ticked_key
from ledgersync.ui.review_locked import can_be_confirmed, why_all_locked
from ledgersync.ui.review_popovers import close_more
from ledgersync.ui.review_saving import acceptance, save_first
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.review_view import update_view
from ledgersync.ui.texts import counted

# Words, icon and the end of the widget's key.
_STANDINGS = {
    Standing.REVIEWED: ("Mark reviewed", ":material/check:", "reviewed"),
    Standing.EXCLUDED: ("Exclude", ":material/block:", "exclude"),
    Standing.TO_REVIEW: ("To review", ":material/radio_button_unchecked:", "return"),
}


def accept_button(sheet: Sheet, ticked: Sequence[Transaction]) -> None:
    """Accept ticked rows with the codes they show; those without a GL code stay as they are."""
    some = [row for row in ticked if row.status is Status.TO_REVIEW and row.coded]
    st.button(
        "Accept",
        key="review_accept_ticked",
        shortcut=ticked_key("accept"),
        icon=":material/done:",
        disabled=not some,
        help=why_all_locked(ticked)
        or "Mark the ticked rows reviewed with the codes they show; a row without one stays.",
        on_click=_accept,
        args=(sheet, some, sum(row.status is Status.TO_REVIEW for row in ticked) - len(some)),
    )


def _accept(sheet: Sheet, rows: Sequence[Transaction], uncoded: int) -> None:
    if any_is_open():
        return
    _set_standing(sheet, rows, Standing.REVIEWED)
    if uncoded:
        verb = "has" if uncoded == 1 else "have"
        stay = "stays" if uncoded == 1 else "stay"
        feedback.keep_toast(f"{counted(uncoded, 'row')} {verb} no GL code and {stay} to review.")


def standing_button(
    sheet: Sheet,
    ticked: Sequence[Transaction],
    standing: Standing,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """Set the ticked rows' standing, whatever they show."""
    label, icon, name = _STANDINGS[standing]
    confirms = standing is Standing.REVIEWED and any(can_be_confirmed(row) for row in ticked)
    why_not = "" if confirms else why_all_locked(ticked)
    st.button(
        label,
        key=f"review_{name}",
        shortcut=ticked_key(name) if name in TICKED_KEYS else None,
        icon=icon,
        width=width,
        disabled=not ticked or bool(why_not),
        help=why_not or None,
        on_click=_set_standing,
        args=(sheet, ticked, standing),
    )


def _set_standing(sheet: Sheet, rows: Sequence[Transaction], standing: Standing) -> None:
    if any_is_open():
        return  # a key reached the page while a dialog was about to cover it
    accepts = standing is Standing.REVIEWED
    edits = [acceptance(row) if accepts else _set_aside(row, standing) for row in rows]
    with feedback.kept():
        saved = save_first(sheet.viewer, sheet.choice.account.id, edits)
        if accepts:
            _say_uncoded(saved)
        update_view()
        close_more()


def _set_aside(row: Transaction, standing: Standing) -> Edit:
    return Edit(row.id, row.version, standing=standing)


def _say_uncoded(saved: Saved) -> None:
    uncoded = sum(
        not (decision.gl_code or decision.split or decision.transfer_with)
        for decision in saved.kept
    )
    if uncoded:
        rows = counted(uncoded, "row", "rows")
        verb = "has" if uncoded == 1 else "have"
        feedback.keep_toast(f"{rows} of these {verb} no GL code: set one before the export.")
