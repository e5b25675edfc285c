"""Groups that a person decides on: formed once, kept in place, and coded as a whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

import streamlit as st

from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Edit
from ledgersync.domain.groups import Group
from ledgersync.domain.transactions import Transaction
from ledgersync.services import grouping
from ledgersync.services.clicks import Click
from ledgersync.ui import feedback
from ledgersync.ui.review_dialogs import Dialog
from ledgersync.ui.review_saving import edits_on, refused_words, save
from ledgersync.ui.review_sheet import Sheet, reopened
from ledgersync.ui.review_view import update_view
from ledgersync.ui.texts import counted

_OPEN = Dialog.GROUPS
_NUMBERS = count(1)


@dataclass
class Grouping:
    """The groups as they were formed, by name with their rows: decided ones stay in place.

    `listed` are the rows of the list that they were formed of; `ticked` are groups by their first
    row.
    """

    place: object
    listed: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    number: int
    ticked: set[str] = field(default_factory=set)
    fresh_grids: int = 0

    @property
    def key(self) -> str:
        """The grid's widget key: groups formed anew, or the same afresh, are another grid."""
        return f"review_groups_{self.number}_{self.fresh_grids}"

    def now(self, rows: Iterable[Transaction]) -> list[Group]:
        """The groups with their rows as they are stored now."""
        by_id = {row.id: row for row in rows}
        return [
            Group(text, tuple(by_id[id_] for id_ in ids if id_ in by_id))
            for text, ids in self.groups
            if not by_id.keys().isdisjoint(ids)
        ]

    def is_ticked(self, group: Group) -> bool:
        return group.ids[0] in self.ticked


def kept_grouping(sheet: Sheet) -> Grouping | None:
    """The groups that are open for this account and period."""
    opened: Grouping | None = st.session_state.get(_OPEN)
    return opened if opened is not None and opened.place == sheet.choice.place else None


def form(sheet: Sheet, listed: tuple[str, ...]) -> None:
    """Group the open rows of a list as they are now; for callbacks."""
    wanted = set(listed)
    found = grouping.open_groups([row for row in sheet.rows if row.id in wanted])
    st.session_state[_OPEN] = Grouping(
        sheet.choice.place,
        listed,
        tuple((group.text, group.ids) for group in found),
        next(_NUMBERS),
    )


def close() -> None:
    """Be done with the groups: the page's list shows what became of its rows; for callbacks."""
    st.session_state.pop(_OPEN, None)
    update_view()


def form_again(sheet: Sheet) -> None:
    """After a button the decided groups go, as on the page; a cell's edit leaves all in place.

    When none is left, that was the last thing to do here.
    """
    opened = kept_grouping(sheet)
    if opened is None:
        return
    with feedback.kept():
        now = reopened(sheet)
        form(now, opened.listed)
        if not st.session_state[_OPEN].groups:
            close()


def code_groups(sheet: Sheet, groups: Sequence[Group], column: str, code: str) -> None:
    """Set a GL code ("gl") or a vendor on every row of these groups; for callbacks."""
    seen = [(row.id, row.version) for group in groups for row in group.rows]
    labels = sheet.chart if column == "gl" else sheet.vendors
    edits = edits_on(seen, gl_code=code) if column == "gl" else edits_on(seen, vendor_id=code)
    what = labels.get(code, code) or f"no {'GL code' if column == 'gl' else 'vendor'}"
    words = f"Coded {counted(len(seen), 'row')} {of_groups(groups)}: {what}"
    keep(sheet, edits, Click(BatchKind.BULK, words))


def of_groups(groups: Sequence[Group]) -> str:
    named = groups[0].text if len(groups) == 1 else counted(len(groups), "group")
    return f"of {named}" if len(groups) == 1 else f"in {named}"


def keep(sheet: Sheet, edits: Sequence[Edit], click: Click) -> None:
    with feedback.kept():
        saved = save(sheet.viewer, sheet.choice.account.id, edits, click, f"{click.words}.")
        if refused := refused_words(saved):
            feedback.keep_toast(refused)
