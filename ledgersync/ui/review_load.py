"""Load Transactions: the button, its steps, and the report that stays until another choice."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from ledgersync.domain.clients import BankAccount, FeedStatus
from ledgersync.errors import LedgerSyncError
from ledgersync.services import connecting, loading, suggesting
from ledgersync.services.feed_sessions import Progress, Step
from ledgersync.services.loading import LoadReport
from ledgersync.services.suggesting import SuggestReport
from ledgersync.ui.feedback import error_words
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.review_matching import note_matched
from ledgersync.ui.review_start import may_load
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.texts import ago, counted, plain

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_status_container import StatusContainer

_OUTCOME = "review_load_outcome"
_FEED_TROUBLE = {
    FeedStatus.BROKEN: "LedgerSync's connection to this bank is broken (user name or password).",
    FeedStatus.NEEDS_MFA: "The bank asks LedgerSync for a sign-in code (MFA).",
    FeedStatus.OTHER: "LedgerSync reports that this bank connection needs attention.",
}


@dataclass(frozen=True)
class _Outcome:
    """How the last load of a place ended; with neither report nor error it was left half-way.

    An error beside a report is one of matching: what was loaded is there.
    """

    place: object
    report: LoadReport | None = None
    matched: SuggestReport | None = None
    error: LedgerSyncError | None = None


def offer_load(viewer: Viewer, choice: Choice) -> None:
    """Show the button and what the last press did; on a press, load and run the page again."""
    if choice.account.by_hand:
        _offer_import(choice)
        return
    _say_feed_trouble(choice.account)
    ready = may_load(connecting.connection_state(viewer.actor, viewer.workspace))
    with choice.row:
        pressed = st.button(
            "Load Transactions",
            type="primary",
            icon=":material/cloud_download:",
            key="review_load",
            disabled=not ready,
            help="Loading again adds no duplicates.",
        )
        st.caption(_last_load(choice.account), width="content")
    if pressed:
        _load(viewer, choice)
        st.rerun()
    _show_outcome(viewer, choice)


def _offer_import(choice: Choice) -> None:
    """The way to Import, for an account that LedgerSync does not list."""
    with choice.row:
        st.page_link(
            page("Import"),
            label="Import a statement file",
            icon=":material/upload_file:",
            query_params={"client": choice.client.id, "account": choice.account.id},
        )
        at = choice.account.last_loaded_at
        st.caption(f"Last imported {ago(at)}." if at else "Nothing imported yet.", width="content")


def forget_outcome() -> None:
    """Say no more of a load that was taken back."""
    st.session_state.pop(_OUTCOME, None)


def _say_feed_trouble(account: BankAccount) -> None:
    if trouble := _FEED_TROUBLE.get(account.feed_status):
        st.warning(
            f"**{trouble}** Reconnect {plain(account.label)} at app.ledgersync.com, then load "
            "again. Transactions loaded before stay here.",
            icon=":material/sync_problem:",
        )


def _last_load(account: BankAccount) -> str:
    if account.last_loaded_at is None:
        return "Not loaded yet."
    return f"Last loaded {ago(account.last_loaded_at)}."


def _load(viewer: Viewer, choice: Choice) -> None:
    """Load, match and keep the outcome; a click elsewhere may end this at any `st` call."""
    outcome = st.session_state[_OUTCOME] = _Outcome(choice.place)
    try:
        with st.status("Signing in to LedgerSync ...", expanded=True) as status:
            progress = _steps(choice, status)
            account_ids = [choice.account.id]
            report = loading.load_transactions(
                viewer.actor, viewer.workspace, account_ids, choice.period, progress
            )
            outcome = st.session_state[_OUTCOME] = replace(outcome, report=report)
            note_matched(choice.account.id)
            matched = suggesting.suggest(viewer.actor, viewer.workspace, account_ids, progress)
            st.session_state[_OUTCOME] = replace(outcome, matched=matched)
    except LedgerSyncError as error:
        st.session_state[_OUTCOME] = replace(outcome, error=error)


def _steps(choice: Choice, status: "StatusContainer") -> Progress:
    """A status box that tells the steps of loading and matching as they come."""
    st.text(f"{choice.account.label}, {choice.period.words()}")
    bar = st.progress(0.0, "Waiting for LedgerSync")

    def show(step: Step) -> None:
        status.update(label=f"{step.label} ...", expanded=True)
        share = step.done / step.total if step.total else 0.0
        bar.progress(share, _step_words(step))

    return show


def _step_words(step: Step) -> str:
    if step.label == "Matching":
        return "Looking for vendors and GL codes of open rows"
    return f"{step.done} of {counted(step.total, 'bank account')}"


def _show_outcome(viewer: Viewer, choice: Choice) -> None:
    outcome: _Outcome | None = st.session_state.get(_OUTCOME)
    if outcome is None or outcome.place != choice.place:
        return
    if outcome.report is not None:
        _show_report(viewer, outcome.report, outcome.matched)
        if outcome.error is not None:
            st.error(f"Matching failed. {error_words(outcome.error)}", icon=":material/error:")
    elif outcome.error is not None:
        st.error(f"The load failed. {error_words(outcome.error)}", icon=":material/error:")
    else:
        st.warning(
            "The load was stopped before it ended. Nothing is lost: press Load Transactions again.",
            icon=":material/pause_circle:",
        )


def _show_report(viewer: Viewer, report: LoadReport, matched: SuggestReport | None) -> None:
    good = report.state == "done"
    aside = report.total("set_aside")
    label = f"{'Loaded' if good else f'Load {report.state}'}: {report.words()}"
    if matched and matched.rows:
        label = f"{label}. {matched.words()}."
    said = [*report.problems, *report.notes, *(matched.sentences if matched else ())]
    with _report_box(label, good=good, expanded=bool(said or aside)):
        for sentence in said:
            st.text(sentence)
        if not good:
            st.text("Press Load Transactions again; what was read before stays as it is.")
        if aside:
            _show_set_aside(viewer, report, aside)
        elif good:
            st.text(f"{counted(report.total('unchanged'), 'transaction')} unchanged.")


def _report_box(label: str, *, good: bool, expanded: bool) -> "StatusContainer":
    return st.status(label, state="complete" if good else "error", expanded=expanded)


def _show_set_aside(viewer: Viewer, report: LoadReport, aside: int) -> None:
    st.text(
        f"{counted(aside, 'row')} of the feed could not be read and "
        f"{'was' if aside == 1 else 'were'} set aside, never guessed:"
    )
    rows = loading.set_aside(viewer.actor, viewer.workspace, report.run_id)
    st.dataframe(
        {"Reason": [row.reason for row in rows], "As LedgerSync sent it": [r.raw for r in rows]},
        hide_index=True,
        alt="Rows that could not be read, each with its reason",
    )
