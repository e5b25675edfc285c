"""Taking back one's own last change of an account, and saying what could not go back."""

from dataclasses import dataclass

import streamlit as st

from ledgersync.domain.batches import Batch
from ledgersync.services import undoing
from ledgersync.ui import feedback
from ledgersync.ui.change_words import undone_words
from ledgersync.ui.review_keys import ticked_key
from ledgersync.ui.review_offer import withdraw_offer
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.review_view import update_view
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import ago, plain

_ACCEPTED, _LAST = "review_accepted_batch", "review_last_change"


@dataclass(frozen=True, slots=True)
class _Last:
    """The last change as it was looked up for one picture of the account."""

    picture: object
    batch: Batch | None


def offer_undo(sheet: Sheet, key: str = "review_undo_last", shortcut: str | None = None) -> None:
    """The button for the person's last change; pressed again, the one before that."""
    last = last_change(sheet)
    words = f"{last.words}, {ago(last.at)}" if last else "You have changed nothing here yet."
    st.button(
        "Undo last change" if shortcut is None else "Undo",
        key=key,
        shortcut=shortcut or ticked_key("undo"),
        type="tertiary" if shortcut is None else "secondary",
        icon=":material/undo:",
        disabled=last is None,
        help=plain(words),
        on_click=_undo,
        args=(sheet.viewer, last),
    )


def last_change(sheet: Sheet) -> Batch | None:
    """The newest change of this account by this person of which anything can be taken back.

    It is looked up once per data version of the account, which grows with every change.
    """
    viewer, account = sheet.viewer, sheet.choice.account
    picture = (viewer.actor.user_id, account.id, account.data_version)
    known: _Last | None = st.session_state.get(_LAST)
    if known is None or known.picture != picture:
        batch = undoing.last_change(viewer.actor, viewer.workspace, account.id)
        known = st.session_state[_LAST] = _Last(picture, batch)
    return known.batch


def keep_accepted(account_id: str, batch_id: str) -> None:
    """Offer to undo a bulk acceptance where it was made; for callbacks."""
    st.session_state[_ACCEPTED] = (account_id, batch_id)


def show_accepted(sheet: Sheet) -> bool:
    """What was accepted last with its Undo beside it, as long as it is the last change.

    Returns:
        Whether there is such a thing.
    """
    account_id, batch_id = st.session_state.get(_ACCEPTED, ("", ""))
    if account_id != sheet.choice.account.id:
        return False
    last = last_change(sheet)
    if last is None or last.id != batch_id:
        st.session_state.pop(_ACCEPTED)
        return False
    words = plain(last.words)
    st.markdown(f":small[:green[:material/done_all:] {words}.]", width="content")
    st.button(
        "Undo",
        key="review_undo_accepted",
        icon=":material/undo:",
        on_click=_undo,
        args=(sheet.viewer, last),
    )
    return True


def take_back(viewer: Viewer, batch_id: str, what: str) -> None:
    """Undo a click and keep what there is to say of it for the next run."""
    undone = undoing.undo(viewer.actor, viewer.workspace, batch_id)
    feedback.keep_toast(undone_words(what, undone.outlook))
    withdraw_offer()
    update_view()


def _undo(viewer: Viewer, batch: Batch) -> None:
    with feedback.kept():
        take_back(viewer, batch.id, batch.words)
