"""One transaction at a time, in a drawer: large, with keys, and on to the next one by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from ledgersync import money
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.domain.walks import Walk, first_place
from ledgersync.services import candidates
from ledgersync.ui import feedback
from ledgersync.ui.review_badges import EVERY_BADGE, badges, percent, reason
from ledgersync.ui.review_codes import NO_GL, NO_VENDOR, code_box
from ledgersync.ui.review_dialogs import Dialog
from ledgersync.ui.review_judgement import look_line
from ledgersync.ui.review_keys import DRAWER_KEYS, show_keys
from ledgersync.ui.review_locked import can_be_confirmed, lock_words
from ledgersync.ui.review_offer import note_correction
from ledgersync.ui.review_saving import acceptance, refused_words, save
from ledgersync.ui.review_sheet import Sheet, reopened
from ledgersync.ui.review_undo import offer_undo
from ledgersync.ui.review_view import View, update_view
from ledgersync.ui.texts import plain

_OPEN = Dialog.DRAWER
_ICON = ":material/view_agenda:"
_CANDIDATES, _LEAST = 3, 0.01  # a code that is less likely would only be taken by mistake
_THREE_LINES = 80


@dataclass(frozen=True)
class _Place:
    """The list that is gone through, as it was when the drawer opened, and the row in it."""

    place: object
    ids: tuple[str, ...]
    row_id: str

    def walk(self, rows: Sequence[Transaction]) -> Walk | None:
        """The list as it is stored now; None when nothing of it is left."""
        by_id = {row.id: row for row in rows}
        listed = tuple(by_id[id_] for id_ in self.ids if id_ in by_id)
        places = {row.id: place for place, row in enumerate(listed)}
        return Walk(listed, places.get(self.row_id, 0)) if listed else None


def offer_drawer(sheet: Sheet, view: View, ticked: Sequence[Transaction]) -> None:
    """The button, and behind it the drawer; it begins at the first ticked row, if there is one."""
    st.button(
        "One at a time",
        icon=_ICON,
        key="review_drawer_show",
        disabled=not view.ids,
        help="Go through the list row by row, with keys: accept, exclude, next, undo.",
        on_click=_start,
        args=(sheet, view.ids, ticked[0].id if ticked else ""),
    )
    opened: _Place | None = st.session_state.get(_OPEN)
    if opened is not None and opened.place == sheet.choice.place:
        _drawer(sheet)


def _start(sheet: Sheet, ids: tuple[str, ...], first: str) -> None:
    by_id = {row.id: row for row in sheet.rows}
    rows = [by_id[id_] for id_ in ids if id_ in by_id]
    if rows:
        first = first or rows[first_place(rows)].id
        st.session_state[_OPEN] = _Place(sheet.choice.place, ids, first)


def _close() -> None:
    st.session_state.pop(_OPEN, None)
    update_view()


@st.dialog("One at a time", width=600, position="right", icon=_ICON, on_dismiss=_close)
def _drawer(sheet: Sheet) -> None:
    with feedback.in_place():
        sheet = reopened(sheet)
        opened: _Place | None = st.session_state.get(_OPEN)
        walk = opened.walk(sheet.rows) if opened else None
        if walk is None:
            _close()
            st.rerun()
        _show_place(walk)
        _show_row(sheet, walk.row)
        _show_codes(sheet, walk)
        _show_buttons(sheet, walk)
        feedback.show_kept_inside()
        if not walk.left:
            st.caption("Nothing is left to review here. Close this: Export is below the list.")


def _show_place(walk: Walk) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        left = f"{walk.left:,} left to review" if walk.left else "none left to review"
        st.markdown(
            f"**{walk.at + 1:,} of {len(walk.rows):,}** in the list, **{left}**", width="stretch"
        )
        show_keys()


def _show_row(sheet: Sheet, row: Transaction) -> None:
    with st.container(border=True, gap="xsmall", key="review_drawer_row"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{row.date:%a %m/%d/%Y}", width="stretch")
            st.markdown(_badge_words(row), width="content")
        st.header(plain(row.description), anchor=False)
        st.title(plain(money.dollars(row.amount, row.currency)), anchor=False)
        details = {"Payee": row.payee, "Check no.": row.check_number, "Memo": row.memo}
        said = [f"{name} **{plain(value)}**" for name, value in details.items() if value]
        if said:
            st.markdown(" · ".join(said))
        if row.problem:
            st.markdown(f":red[:material/error: {plain(row.problem)}]")
        if row.locked:
            st.markdown(f":small[:material/lock: {plain(lock_words(row))}]")
        if findings := sheet.findings.get(row.id):
            st.markdown(f":small[{look_line(findings)}]")


def _badge_words(row: Transaction) -> str:
    tints = {badge.words: badge.tint for badge in EVERY_BADGE}
    return " ".join(f":{tints[words]}-badge[{plain(words)}]" for words in badges(row))


def _show_codes(sheet: Sheet, walk: Walk) -> None:
    """Both codes to type into; choosing one saves it. The keys belong to the version seen."""
    row = walk.row
    locked = row.locked
    suggested = " (suggested)" if row.suggested else ""
    for label, column, labels, chosen, none in (
        ("GL code", "gl", sheet.chart, row.gl_code, NO_GL),
        ("Vendor", "vendor", sheet.vendors, row.vendor_id, NO_VENDOR),
    ):
        key = f"review_drawer_{column}_{row.id}_{row.version}"
        code_box(
            f"{label}{suggested if chosen else ''}",
            key,
            labels,
            chosen=chosen,
            none=none,
            disabled=locked,
            on_change=partial(_set_code, sheet, row, column, key),
        )
    _show_why(row)
    _show_candidates(sheet, walk)


def _show_why(row: Transaction) -> None:
    sure = percent(row)
    parts = (f"{sure}% sure" if sure is not None else "", reason(row))
    words = ". ".join(filter(None, parts)) or "No suggestion: choose a GL code."
    st.markdown(f":small[{plain(words)}]")


def _show_candidates(sheet: Sheet, walk: Walk) -> None:
    """The next best GL codes, each a key away; there is room for them anyway."""
    row, viewer = walk.row, sheet.viewer
    found = candidates.other_codes(viewer.actor, viewer.workspace, row.account_id, row.id)
    known = [
        one
        for one in found
        if row.status is Status.TO_REVIEW
        and one.gl_code in sheet.chart
        and one.gl_code != row.gl_code
        and one.confidence >= _LEAST
    ]
    st.markdown(f":small[{'Or one of these:' if known else '&nbsp;'}]")
    with st.container(key="review_drawer_candidates", height=_THREE_LINES, border=False):
        places = st.columns(_CANDIDATES, gap="xsmall")
        for number, (place, one) in enumerate(zip(places, known, strict=False), 1):
            place.button(
                plain(sheet.chart[one.gl_code]),
                key=f"review_drawer_candidate_{number}",
                width="stretch",
                wrap=True,
                shortcut=str(number),
                help=f"{round(one.confidence * 100)}% likely. Takes this code and goes on.",
                on_click=_take_candidate,
                args=(sheet, walk, one.gl_code),
            )


def _show_buttons(sheet: Sheet, walk: Walk) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        accept = _Button("Accept", "accept", _why_not_accept(walk.row), ":material/check:")
        accept.show(_decide, (sheet, walk, Standing.REVIEWED), primary=True)
        exclude = _Button("Exclude", "exclude", _why_not_exclude(walk.row), ":material/block:")
        exclude.show(_decide, (sheet, walk, Standing.EXCLUDED))
        offer_undo(sheet, "review_drawer_undo", DRAWER_KEYS["undo"].key)
    with st.container(horizontal=True, gap="xsmall"):
        for label, name, to in (
            ("Previous", "previous", walk.previous),
            ("Next", "next", walk.next),
            ("Next to review", "skip", walk.next_open),
        ):
            _Button(label, name, "There is none." if to is None else "").show(_go, (walk, to))


@dataclass(frozen=True, slots=True)
class _Button:
    """A button with its key; `why_not` says why it can't be pressed, "" when it can."""

    label: str
    name: str
    why_not: str
    icon: str | None = None

    def show(
        self, act: Callable[..., None], args: tuple[object, ...], *, primary: bool = False
    ) -> None:
        key = DRAWER_KEYS[self.name]
        st.button(
            self.label,
            key=f"review_drawer_{self.name}",
            icon=self.icon,
            type="primary" if primary else "secondary",
            shortcut=key.key,
            disabled=bool(self.why_not),
            help=self.why_not or key.does,
            on_click=act,
            args=args,
        )


def _why_not_exclude(row: Transaction) -> str:
    if row.locked:
        return "Left in an export: it is locked."
    return "Excluded already." if row.status is Status.EXCLUDED else ""


def _why_not_accept(row: Transaction) -> str:
    if row.locked and not can_be_confirmed(row):
        return "Left in an export: it is locked."
    if row.status is Status.REVIEWED:
        return "Reviewed already."
    return "" if row.coded or row.transfer_with else "Choose a GL code first."


def _go(walk: Walk, to: int | None) -> None:
    opened: _Place | None = st.session_state.get(_OPEN)
    if opened is not None and to is not None:
        st.session_state[_OPEN] = replace(opened, row_id=walk.rows[to].id)


def _decide(sheet: Sheet, walk: Walk, standing: Standing) -> None:
    row = walk.row
    if standing is Standing.REVIEWED:
        verb, edit = "Accepted", acceptance(row)
    else:
        verb, edit = "Excluded", Edit(row.id, row.version, standing=standing)
    if _keep(sheet, edit, f"{verb}: {row.description}."):
        _go(walk, walk.next_open)


def _take_candidate(sheet: Sheet, walk: Walk, gl_code: str) -> None:
    row = walk.row
    edit = Edit(row.id, row.version, gl_code=gl_code)
    if _keep(sheet, edit, f"{sheet.chart[gl_code]}: {row.description}."):
        _go(walk, walk.next_open)


def _set_code(sheet: Sheet, row: Transaction, column: str, key: str) -> None:
    """A code that was typed stays in view, so that the other one can be set as well."""
    code = st.session_state[key] or ""
    done = "saved" if code else "emptied"
    if column == "gl":
        kept = _keep(sheet, Edit(row.id, row.version, gl_code=code), f"GL code {done}.")
    else:
        kept = _keep(sheet, Edit(row.id, row.version, vendor_id=code), f"Vendor {done}.")
    if not kept:
        del st.session_state[key]  # so that the box shows what is stored


def _keep(sheet: Sheet, edit: Edit, words: str) -> bool:
    """Save one row; when a colleague was faster, say so and stay at it.

    Returns:
        Whether the row was saved.
    """
    kept = False
    with feedback.kept():
        saved = save(sheet.viewer, sheet.choice.account.id, [edit], words=words)
        kept = bool(saved.saved)
        if edit.gl_code and edit.standing is None:
            note_correction(sheet.viewer, sheet.choice.account.id, saved)
        if refused := refused_words(saved):
            feedback.keep_toast(refused)
    return kept
