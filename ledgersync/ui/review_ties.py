"""The strip: opening + in - out = closing, the statement's balance, and the difference in words."""

import streamlit as st

from ledgersync import money
from ledgersync.domain.ties import Tie, TieOut
from ledgersync.services import ties
from ledgersync.services.ties import AccountTie
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.review_statements import show_statements
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain

_SIGNS = {
    Tie.TIES: ("green", ":material/check_circle:", "Ties"),
    Tie.OFF: ("red", ":material/error:", "Off"),
    Tie.NO_STATEMENT: ("orange", ":material/help:", "No statement yet"),
    Tie.NO_OPENING: ("orange", ":material/help:", "Not proved"),
}


def show_ties(viewer: Viewer, choice: Choice) -> None:
    """The whole period beside the bank, whatever the filters below let through."""
    found = ties.account_tie(viewer.actor, viewer.workspace, choice.account.id, choice.period)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="review_ties"):
        with st.container(gap=None):
            if _nothing_loaded(found):
                words = plain(found.tie.period.words())
                st.markdown(f":orange[:material/help: **{words}** is not loaded yet]")
            else:
                st.markdown(strip_words(found.tie))
                st.caption(plain(" ".join(_said(found))))
        if closed := found.closed:
            words = f"Closed {closed.closed_at:%m/%d/%Y} by {plain(closed.closed_by)}"
            st.badge(words, icon=":material/lock:", color="green")
        with st.popover("Statements", icon=":material/account_balance:", key="review_statements"):
            show_statements(viewer, found)


def _nothing_loaded(found: AccountTie) -> bool:
    """Whether there is nothing to compare yet: a difference would be a false alarm."""
    missing = sum(span.days for span in found.not_loaded)
    return missing == found.tie.period.days and not (found.tie.money_in or found.tie.money_out)


def strip_words(tie: TieOut) -> str:
    """The strip as Markdown, each amount bold, the outcome with sign, word and colour."""
    opening, closing = _amount(tie.opening.cents, tie), _amount(tie.closing, tie)
    moved = f"in {_amount(tie.money_in, tie)} - out {_amount(tie.money_out, tie)}"
    parts = [f"Opening {opening} + {moved} = closing {closing}"]
    if tie.statement is not None:
        parts.append(f"statement {_amount(tie.statement.closing, tie)}")
    if tie.difference is not None:
        parts.append(f"difference {_amount(tie.difference, tie)}")
    colour, sign, word = _SIGNS[tie.tie]
    return " · ".join([*parts, f":{colour}[{sign} **{word}**]"])


def _amount(cents: int | None, tie: TieOut) -> str:
    return "unknown" if cents is None else f"**{plain(money.dollars(cents, tie.currency))}**"


def _said(found: AccountTie) -> list[str]:
    """The outcome in words, where the opening comes from, and what counts though one may wonder."""
    tie, counts = found.tie, found.counts
    said = [tie.words(), tie.opening.words(), *tie.notes, tie.sense.words()]
    if found.moved_since:
        rows = counted(found.moved_since, "row")
        said.insert(0, f"{rows} came, changed or vanished after closing.")
    if counts.excluded:
        one = counts.excluded == 1
        said.append(
            f"{counted(counts.excluded, 'excluded row')} {'counts' if one else 'count'}: "
            f"{'it' if one else 'they'} moved money at the bank."
        )
    if counts.duplicates:
        one = counts.duplicates == 1
        rows = counted(counts.duplicates, "duplicate")
        said.append(f"{rows} taken out {'does' if one else 'do'} not count.")
    if counts.pending:
        one = counts.pending == 1
        rows = counted(counts.pending, "pending row")
        said.append(f"{rows} {'does' if one else 'do'} not count yet.")
    if found.not_loaded:
        days = sum(span.days for span in found.not_loaded)
        said.append(f"{counted(days, 'day is', 'days are')} not loaded.")
    return [sentence for sentence in said if sentence]
