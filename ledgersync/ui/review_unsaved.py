"""Edits that the database did not take: kept as they were wanted, and saved at one press."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from ledgersync.domain.decisions import Edit
from ledgersync.services.clicks import Click
from ledgersync.ui import feedback
from ledgersync.ui.review_sheet import Sheet, row_words
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain

_UNSAVED = "review_unsaved"
_NAMED = 3

Save = Callable[[Viewer, str, Sequence[Edit], Click], object]


@dataclass(frozen=True)
class _Unsaved:
    """What one click asked for on an account's rows."""

    account_id: str
    edits: tuple[Edit, ...]
    click: Click


def keep_unsaved(account_id: str, edits: Sequence[Edit], click: Click) -> None:
    """Keep what could not be saved, after whatever waits already."""
    st.session_state.setdefault(_UNSAVED, []).append(_Unsaved(account_id, tuple(edits), click))


def is_unsaved() -> bool:
    """Whether anything of this session waits to be saved."""
    return bool(_kept())


def show_unsaved(sheet: Sheet, save: Save) -> None:
    """Say what of this account still waits to be saved, with the two ways on."""
    waiting = [one for one in _kept() if one.account_id == sheet.choice.account.id]
    if not waiting:
        return
    ids = dict.fromkeys(edit.transaction_id for one in waiting for edit in one.edits)
    with st.container(border=True, key="review_unsaved_box", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            verb = "is" if len(ids) == 1 else "are"
            st.markdown(
                f":material/cloud_off: **{counted(len(ids), 'row')} {verb} not saved yet:** the "
                "database did not take your change.",
                width="content",
            )
            st.button(
                "Save again",
                key="review_save_again",
                type="primary",
                on_click=_save_again,
                args=(sheet, save),
            )
            st.button("Forget it", key="review_forget_unsaved", on_click=_forget, args=(sheet,))
        st.caption(_names(sheet, list(ids)))


def _names(sheet: Sheet, ids: Sequence[str]) -> str:
    named = [plain(row_words(row)) for row in sheet.rows if row.id in set(ids)][:_NAMED]
    more = [f"and {len(ids) - len(named):,} more"] if len(ids) > len(named) else []
    return "; ".join([*named, *more])


def _save_again(sheet: Sheet, save: Save) -> None:
    """Each click's edits in their order; what fails again is kept again."""
    for one in _take(sheet):
        with feedback.kept():
            save(sheet.viewer, one.account_id, one.edits, one.click)


def _forget(sheet: Sheet) -> None:
    _take(sheet)


def _take(sheet: Sheet) -> list[_Unsaved]:
    account_id = sheet.choice.account.id
    kept = _kept()
    st.session_state[_UNSAVED] = [one for one in kept if one.account_id != account_id]
    return [one for one in kept if one.account_id == account_id]


def _kept() -> list[_Unsaved]:
    return list(st.session_state.get(_UNSAVED, []))
