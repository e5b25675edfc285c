"""Bank accounts whose own connection at LedgerSync needs attention, and what to do about each."""

import pandas as pd
import streamlit as st

from ledgersync.domain.clients import FeedStatus
from ledgersync.services.overview import FeedProblem
from ledgersync.ui.texts import counted, plain
from ledgersync.ui.times import when_words

FEED_WORDS = {
    FeedStatus.ACTIVE: "Active",
    FeedStatus.BROKEN: "Broken",
    FeedStatus.NEEDS_MFA: "Needs a code (MFA)",
    FeedStatus.OTHER: "Unknown",
    FeedStatus.NOT_GIVEN: "Not given",
}

_ADVICE = {
    FeedStatus.BROKEN: (
        "The bank no longer takes the log-in. Open the account in LedgerSync and enter the "
        "bank's user name and password again."
    ),
    FeedStatus.NEEDS_MFA: (
        "The bank asks for a code. Refresh the account in LedgerSync, with the client at hand to "
        "read out the code."
    ),
    FeedStatus.OTHER: (
        "Look at the account in LedgerSync: what it says of it is no word that this app knows."
    ),
}


def feed_word(status: FeedStatus, word: str) -> str:
    """A feed's state as people read it; a word that we don't know is shown as it came."""
    return f"Unknown: {word}" if status is FeedStatus.OTHER and word else FEED_WORDS[status]


def feed_health(problems: tuple[FeedProblem, ...]) -> None:
    """The accounts that need somebody, or one line that there are none."""
    st.subheader("Bank feeds", anchor=False)
    if not problems:
        st.write(":green[:material/check_circle:] No bank feed is known to be broken.")
        return
    verb = "needs" if len(problems) == 1 else "need"
    known = all(problem.status is not FeedStatus.OTHER for problem in problems)
    new = "don't come in" if known else "may not come in"
    st.write(
        f":orange[:material/warning:] {counted(len(problems), 'bank account')} {verb} somebody "
        f"at LedgerSync. What was loaded before stays; new transactions {new}."
    )
    st.table(
        pd.DataFrame([_row(problem) for problem in problems]),
        hide_index=True,
        border="horizontal",
        alt="Bank accounts whose feed needs attention, with what to do",
    )


def _row(problem: FeedProblem) -> dict[str, str]:
    """A row of st.table, which wraps long texts and reads Markdown."""
    return {
        "Client": plain(problem.client_name),
        "Bank account": plain(problem.account_label),
        "Feed": plain(feed_word(problem.status, problem.word)),
        "Last load": when_words(problem.last_loaded_at) or "never",
        "What to do": _ADVICE.get(problem.status, ""),
    }
