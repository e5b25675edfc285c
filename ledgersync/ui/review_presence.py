"""A quiet line when a colleague works on the same account; it keeps itself up to date."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from ledgersync import clock
from ledgersync.errors import LedgerSyncError
from ledgersync.services import presence
from ledgersync.services.presence import Colleague
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.review_unsaved import is_unsaved
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import ago, plain

_NOTED = "review_presence_noted"
_OFTEN_ENOUGH = timedelta(seconds=20)
_LOOK_EVERY = timedelta(seconds=25)


def show_presence(viewer: Viewer, choice: Choice) -> None:
    """Tell colleagues of this person, and this person of colleagues.

    Only what the person does counts as being here: a page that was left open does not. A database
    that did not take the last change is not made to wait for again.
    """
    try:
        if not is_unsaved():
            _note(viewer, choice.account.id)
    except LedgerSyncError:
        return  # a busy database is no reason to keep anybody from working
    with choice.row:
        _line(viewer, choice.account.id)


def _note(viewer: Viewer, account_id: str) -> None:
    noted: tuple[str, datetime] | None = st.session_state.get(_NOTED)
    now = clock.now()
    if noted is None or noted[0] != account_id or now - noted[1] >= _OFTEN_ENOUGH:
        st.session_state[_NOTED] = (account_id, now)  # a busy database is not asked every time
        presence.note(viewer.actor, viewer.workspace, account_id)


@st.fragment(run_every=_LOOK_EVERY)
def _line(viewer: Viewer, account_id: str) -> None:
    try:
        found = presence.colleagues(viewer.actor, viewer.workspace, account_id)
    except LedgerSyncError:
        return  # the page itself says what is wrong
    if found:
        st.caption(f":material/group: {plain(presence_words(found))}", width="content")


def presence_words(found: Sequence[Colleague]) -> str:
    """Such as "Dana White is working on this account, last seen 1 min ago."."""
    if len(found) == 1:
        [one] = found
        return f"{one.name} is working on this account, last seen {ago(one.seen_at)}."
    named = [f"{one.name} ({ago(one.seen_at)})" for one in found]
    return f"{', '.join(named[:-1])} and {named[-1]} are working on this account."
