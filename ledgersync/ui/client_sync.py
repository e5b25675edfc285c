"""Bringing clients and bank accounts in from LedgerSync: its steps, its end, and advice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from ledgersync import clock
from ledgersync.services import syncing
from ledgersync.services.feed_sessions import Step
from ledgersync.services.syncing import ClientReport
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import when_words

_OUTCOME = "client_sync_outcome"
_PROBLEMS_SHOWN = 10


@dataclass(frozen=True)
class Outcome:
    """What the last sync of this visit found, and when."""

    report: ClientReport
    at: datetime


def run(viewer: Viewer) -> None:
    """Ask for clients and accounts, with a progress bar, and keep the result to be shown.

    Raises:
        LedgerSyncError: as `syncing.sync_clients` does.
    """
    forget_outcome()
    report = syncing.sync_clients(viewer.actor, viewer.workspace, _progress_bar())
    st.session_state[_OUTCOME] = Outcome(report, clock.now())


def forget_outcome() -> None:
    st.session_state.pop(_OUTCOME, None)


def show_outcome() -> None:
    """How the last sync of this visit ended, until the next one."""
    outcome: Outcome | None = st.session_state.get(_OUTCOME)
    if outcome is None:
        return
    words = f"Synced at {when_words(outcome.at)}: {report_words(outcome.report)}"
    if outcome.report.clients:
        st.success(words, icon=":material/check_circle:")
    else:
        st.info(words, icon=":material/hourglass_top:")
    _show_problems(problem_words(outcome.report))


def show_what_to_check() -> None:
    """Advice for the time between a good log-in and the first clients."""
    st.markdown(
        "The first sync can take 30-60 seconds: wait a moment, then press **Refresh**. "
        "If no clients show after that, check:\n"
        "1. Are there clients in your LedgerSync account? Log in at app.ledgersync.com and look.\n"
        "2. Do these clients have bank accounts connected in LedgerSync?\n"
        "3. If both are so, press **Disconnect** here and connect again."
    )


def report_words(report: ClientReport) -> str:
    """A sync's end in one sentence."""
    if not report.clients:
        return "LedgerSync lists no clients yet."
    found = (
        f"{counted(report.clients, 'client')} and {counted(report.accounts, 'bank account')} found"
    )
    fresh = [
        counted(count, noun)
        for count, noun in (
            (report.new_clients, "new client"),
            (report.new_accounts, "new bank account"),
        )
        if count
    ]
    return f"{found}, {' and '.join(fresh)}." if fresh else f"{found}, none of them new."


def problem_words(report: ClientReport) -> list[str]:
    """What a sync could not read or ask, each as a sentence."""
    aside = [f"A row was set aside: {row.reason}" for row in report.set_aside]
    return [*report.problems, *aside]


def _show_problems(problems: list[str]) -> None:
    if not problems:
        return
    shown = [f"- {plain(problem)}" for problem in problems[:_PROBLEMS_SHOWN]]
    if more := len(problems) - _PROBLEMS_SHOWN:
        shown += [f"- and {more} more"] if more > 0 else []
    st.warning("**Not everything could be read.**\n" + "\n".join(shown), icon=":material/warning:")


def _progress_bar() -> Callable[[Step], None]:
    bar = st.progress(0.0, "Asking LedgerSync ...")

    def show(step: Step) -> None:
        share = step.done / step.total if step.total else 0.0
        counted = f": {step.done} of {step.total}" if step.total else " ..."
        bar.progress(min(share, 1.0), f"{step.label}{counted}")

    return show
