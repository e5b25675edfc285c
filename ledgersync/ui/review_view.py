"""Which rows the grid holds: chosen by the filter once, then kept while a person works on them.

A row that is coded under "To review" stays where it is until the list is updated, so that nothing
moves under the hand. Ticks belong to a view and end with it: no button acts on rows unseen.
"""

import hashlib
from dataclasses import dataclass, field

import streamlit as st

from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Transaction
from ledgersync.ui.review_sheet import Asked, Sheet, matching

_VIEW = "review_view"
_ONLY, _ARRIVING = "review_only", "review_only_on_arrival"


@dataclass(frozen=True)
class Only:
    """Rows picked out by something other than a filter, such as a pre-flight finding."""

    words: str
    ids: frozenset[str]


@dataclass
class View:
    """The rows of the grid, those that are ticked, and how often the grid was started afresh."""

    asked: object
    ids: tuple[str, ...]
    for_judgement: bool = False
    ticked: set[str] = field(default_factory=set)
    fresh_grids: int = 0

    @property
    def key(self) -> str:
        """The grid's widget key: other rows, or the same afresh, are another grid."""
        source = "\n".join((*self.ids, str(self.fresh_grids)))
        return f"review_{hashlib.sha256(source.encode()).hexdigest()[:16]}"


def current_view(sheet: Sheet, wanted: Asked) -> View:
    """The session's view, made anew when the choice, the question or the account's rows changed."""
    only = only_rows(sheet)
    everything = tuple(row.id for row in sheet.rows)
    asked = (sheet.choice.place, wanted, only, everything)
    view: View | None = st.session_state.get(_VIEW)
    if view is None or view.asked != asked:
        ids = wanted_ids(sheet, wanted)
        view = st.session_state[_VIEW] = View(asked, ids, wanted.for_judgement)
    return view


def wanted_ids(sheet: Sheet, wanted: Asked) -> tuple[str, ...]:
    """The rows that a view made now would hold, in its order."""
    only = only_rows(sheet)
    rows = matching(sheet, wanted)
    return tuple(row.id for row in rows if only is None or row.id in only.ids)


def kept_view() -> View | None:
    return st.session_state.get(_VIEW)


def update_view() -> None:
    """Let the next run choose the rows again; for callbacks."""
    st.session_state.pop(_VIEW, None)


def show_only_at(place: tuple[str, Period], words: str, ids: frozenset[str]) -> None:
    """Show just these rows of an account and period, in the words that say why; for callbacks."""
    st.session_state[_ONLY] = (place, Only(words, ids))


def show_only_on_arrival(place: tuple[str, Period], words: str, ids: frozenset[str]) -> None:
    """Like `show_only_at`, for the page that then leads to Review by a link."""
    show_only_at(place, words, ids)
    st.session_state[_ARRIVING] = True


def forget_on_arrival() -> None:
    """A link holds what it says now: what was picked out before goes, unless the link brings it."""
    if not st.session_state.pop(_ARRIVING, False):
        show_all_again()


def show_all_again() -> None:
    st.session_state.pop(_ONLY, None)


def only_rows(sheet: Sheet) -> Only | None:
    """What `show_only_at` picked out of this account and period."""
    place, only = st.session_state.get(_ONLY, (None, None))
    return only if place == sheet.choice.place else None


def rows_of(sheet: Sheet, view: View) -> list[Transaction]:
    """The rows of the view as they are stored now."""
    by_id = {row.id: row for row in sheet.rows}
    return [by_id[row_id] for row_id in view.ids]
