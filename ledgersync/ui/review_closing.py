"""Closing a period that ties, what is still missing for that, and reopening with a reason."""

import streamlit as st

from ledgersync.domain.closings import Closing
from ledgersync.services import closing
from ledgersync.services.ties import AccountTie
from ledgersync.ui import feedback
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain
from ledgersync.ui.times import when_words

_REASON = "review_reopen_reason"


def show_closing(viewer: Viewer, found: AccountTie) -> None:
    """The button, or what keeps it from being pressed; a closed period says by whom."""
    for one in found.closings:
        if not one.closed:
            st.caption(plain(_reopened_words(one)))
    for one in found.closings_here:
        _offer_reopening(viewer, one)
    if not found.closings_here:
        _offer_closing(viewer, found)


def _offer_closing(viewer: Viewer, found: AccountTie) -> None:
    words = found.tie.period.words()
    if found.blockers:
        missing = " ".join(found.blockers)
        st.caption(plain(f"Before {words} can be closed: {missing}"))
    st.button(
        "Close period",
        key="review_close_period",
        icon=":material/lock:",
        disabled=bool(found.blockers),
        help="Decisions of these days can't be changed until somebody reopens them.",
        on_click=_close,
        args=(viewer, found),
    )


def _offer_reopening(viewer: Viewer, one: Closing) -> None:
    st.markdown(
        plain(
            f"{one.period.words()} was closed by {one.closed_by}, {when_words(one.closed_at)}. "
            "Its decisions can't be changed."
        )
    )
    with st.form(f"review_reopen_{one.id}", border=False):
        st.text_input(
            "Reason for reopening", persist_state="page", key=f"{_REASON}_{one.id}", max_chars=200
        )
        st.form_submit_button(
            "Reopen period",
            icon=":material/lock_open:",
            key=f"review_reopen_period_{one.id}",
            on_click=_reopen,
            args=(viewer, one),
        )


def _reopened_words(one: Closing) -> str:
    return (
        f"{one.period.words()} was closed by {one.closed_by} and reopened by {one.reopened_by}, "
        f"{when_words(one.reopened_at)}: {one.reopen_reason}"
    )


def _close(viewer: Viewer, found: AccountTie) -> None:
    period = found.tie.period
    with feedback.kept():
        closing.close_period(viewer.actor, viewer.workspace, found.account.id, period)
        feedback.keep_toast(f"Closed {period.words()}.")


def _reopen(viewer: Viewer, one: Closing) -> None:
    with feedback.kept():
        reason = st.session_state[f"{_REASON}_{one.id}"]
        closing.reopen_period(viewer.actor, viewer.workspace, one.id, reason)
        feedback.keep_toast(f"Reopened {one.period.words()}.")
