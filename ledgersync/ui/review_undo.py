"""Taking back one's own last change of an account, and saying what could not go back."""

import streamlit as st

from ledgersync.domain.batches import Batch, BatchKind
from ledgersync.services import undoing
from ledgersync.services.undoing import Undone
from ledgersync.ui import feedback
from ledgersync.ui.review_offer import withdraw_offer
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.review_view import update_view
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import ago, counted, plain

_ACCEPTED = "review_accepted_batch"


def offer_undo(sheet: Sheet, key: str = "review_undo_last", shortcut: str | None = None) -> None:
    """The button for the person's last change; pressed again, the one before that."""
    last = last_change(sheet)
    words = f"{last.words}, {ago(last.at)}" if last else "You have changed nothing here yet."
    st.button(
        "Undo last change" if shortcut is None else "Undo",
        key=key,
        shortcut=shortcut,
        icon=":material/undo:",
        disabled=last is None,
        help=plain(words),
        on_click=_undo,
        args=(sheet.viewer, last),
    )


def last_change(sheet: Sheet) -> Batch | None:
    """The newest change of this account by this person that still stands.

    An undo is passed over: to undo it would bring back what was just taken back.
    """
    viewer = sheet.viewer
    batches = undoing.list_batches(viewer.actor, viewer.workspace, sheet.choice.account.id)
    own = (batch for batch in batches if batch.user_id == viewer.actor.user_id)
    standing = (one for one in own if one.kind is not BatchKind.UNDO and not one.undone_at)
    return next(standing, None)


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


def undone_words(batch: Batch, undone: Undone) -> str:
    """What an undo did, and what stayed as it is with the reason."""
    said = [f"Undid: {batch.words}."]
    if not undone.restored:
        said = ["Nothing could be taken back."]
    if undone.changed_since:
        rows = counted(len(undone.changed_since), "row was", "rows were")
        said.append(f"{rows} changed again since and stayed.")
    if undone.exported:
        rows = counted(len(undone.exported), "row has", "rows have")
        said.append(f"{rows} left in an export and stayed.")
    return " ".join(said)


def _undo(viewer: Viewer, batch: Batch) -> None:
    with feedback.kept():
        undone = undoing.undo(viewer.actor, viewer.workspace, batch.id)
        feedback.keep_toast(undone_words(batch, undone))
        withdraw_offer()
        update_view()
