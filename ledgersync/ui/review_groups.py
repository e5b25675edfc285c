"""Deciding by group: rows that read alike in one line, and one decision for all of them."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from ledgersync import money
from ledgersync.domain.batches import BatchKind
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.groups import Group
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.services.clicks import Click
from ledgersync.ui import feedback
from ledgersync.ui.labels import unique_labels
from ledgersync.ui.review_codes import NO_GL, NO_VENDOR, code_box
from ledgersync.ui.review_grouping import (
    Grouping,
    close,
    code_groups,
    form,
    form_again,
    keep,
    kept_grouping,
    of_groups,
)
from ledgersync.ui.review_groups_grid import show_groups
from ledgersync.ui.review_saving import acceptance
from ledgersync.ui.review_sheet import Sheet, reopened, rows_and_total
from ledgersync.ui.review_undo import offer_undo
from ledgersync.ui.review_view import View
from ledgersync.ui.texts import counted, plain, tick_words

_ICON = ":material/stacks:"


def offer_groups(sheet: Sheet, view: View, rows: Sequence[Transaction]) -> None:
    """The button, and behind it the groups of the open rows of the list."""
    some = any(row.status is Status.TO_REVIEW and not row.pending for row in rows)
    st.button(
        "By group",
        icon=_ICON,
        key="review_groups_show",
        disabled=not some,
        help="Rows with the same description in one line: one decision for all of them."
        if some
        else "No row of this list is to review.",
        on_click=form,
        args=(sheet, view.ids),
    )
    if kept_grouping(sheet):
        _decide(sheet)


@st.dialog("Decide by group", width="large", icon=_ICON, on_dismiss=close)
def _decide(sheet: Sheet) -> None:
    with feedback.in_place():
        sheet = reopened(sheet)
        opened = kept_grouping(sheet)
        if opened is None:
            st.rerun()
        groups = opened.now(sheet.rows)
        _show_actions(sheet, opened, groups)
        show_groups(sheet, opened, groups)
        st.caption(
            "Choose a GL code in the list to code the whole group; it is saved at once. "
            "The largest groups come first; among equals, those without a suggestion."
        )


def _show_actions(sheet: Sheet, opened: Grouping, groups: Sequence[Group]) -> None:
    ticked = [group for group in groups if opened.is_ticked(group)]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        _accept_button(sheet, groups, ticked)
        _standing_button(sheet, ticked, "Mark reviewed", Standing.REVIEWED)
        _standing_button(sheet, ticked, "Exclude", Standing.EXCLUDED)
        offer_undo(sheet, "review_groups_undo")
        st.button(
            "Update list",
            key="review_groups_update",
            type="tertiary",
            disabled=not any(_decided(group) for group in groups),
            help="Take decided groups off the list.",
            on_click=form,
            args=(sheet, opened.listed),
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _code_boxes(sheet, ticked)
        _ticking(opened, groups)
    _say_ticked(ticked)


def _say_ticked(ticked: Sequence[Group]) -> None:
    rows = [row for group in ticked for row in group.rows]
    words = f"{counted(len(ticked), 'group')} ticked: {plain(rows_and_total(rows))}"
    with st.container(horizontal=True, gap="medium"):
        st.markdown(f":small[**{words if ticked else 'No group ticked'}**]", width="content")
        feedback.show_kept_inside()


def _decided(group: Group) -> bool:
    return all(row.status is not Status.TO_REVIEW for row in group.rows)


def _accept_button(sheet: Sheet, groups: Sequence[Group], ticked: Sequence[Group]) -> None:
    """It accepts what is ticked; with no ticks, every group that something is suggested for."""
    some = [group for group in ticked or groups if group.acceptable]
    rows = [row for group in some for row in group.acceptable]
    kind = f"{'ticked' if ticked else 'suggested'} group"
    st.button(
        f"Accept {counted(len(some), kind)} ({counted(len(rows), 'row')})",
        key="review_groups_accept",
        type="primary",
        icon=":material/done_all:",
        disabled=not rows,
        help="Mark these rows reviewed as they are suggested. Tick groups to accept those alone.",
        on_click=_accept,
        args=(sheet, len(some), rows),
    )


def _standing_button(sheet: Sheet, ticked: Sequence[Group], label: str, standing: Standing) -> None:
    st.button(
        label,
        key=f"review_groups_{standing.value}",
        disabled=not ticked,
        on_click=_set_standing,
        args=(sheet, ticked, standing),
    )


def _code_boxes(sheet: Sheet, ticked: Sequence[Group]) -> None:
    """For people who don't use the list: choosing a code sets it on the ticked groups."""
    for label, column, labels, none in (
        ("GL code for ticked groups", "gl", sheet.chart, NO_GL),
        ("Vendor for ticked groups", "vendor", sheet.vendors, NO_VENDOR),
    ):
        code_box(
            label,
            f"review_groups_{column}",
            labels,
            none=none,
            disabled=not ticked,
            on_change=partial(_set_ticked, sheet, ticked, column),
        )


def _ticking(opened: Grouping, groups: Sequence[Group]) -> None:
    still_open = {group.ids[0] for group in groups if not _decided(group)}
    st.button(
        tick_words(len(still_open), "group"),
        key="review_groups_tick_all",
        type="tertiary",
        disabled=still_open <= opened.ticked,
        on_click=opened.ticked.update,
        args=(still_open,),
    )
    st.button(
        "Clear ticks",
        key="review_groups_untick",
        type="tertiary",
        disabled=not opened.ticked,
        on_click=opened.ticked.clear,
    )
    with st.popover("Tick one", type="tertiary"):
        _tick_one(opened, groups)


def _tick_one(opened: Grouping, groups: Sequence[Group]) -> None:
    labels = unique_labels(
        (at, f"{one.text}, {rows_and_total(one.rows)}") for at, one in enumerate(groups)
    )
    key = "review_groups_tick_one"

    def tick() -> None:
        opened.ticked.add(groups[st.session_state[key]].ids[0])
        st.session_state[key] = None

    st.selectbox(
        "Group to tick",
        range(len(groups)),
        index=None,
        format_func=labels.__getitem__,
        key=key,
        placeholder="Type to search",
        on_change=tick,
    )


def _accept(sheet: Sheet, groups: int, rows: Sequence[Transaction]) -> None:
    total = money.dollars(sum(row.amount for row in rows), sheet.choice.account.currency)
    words = (
        f"Accepted {counted(len(rows), 'suggestion')} in {counted(groups, 'group')}, "
        f"{total} in total"
    )
    keep(sheet, [acceptance(row) for row in rows], Click(BatchKind.ACCEPT, words))
    form_again(sheet)


def _set_standing(sheet: Sheet, ticked: Sequence[Group], standing: Standing) -> None:
    rows = [row for group in ticked for row in group.rows]
    accepts = standing is Standing.REVIEWED
    edits = [
        acceptance(row) if accepts else Edit(row.id, row.version, standing=standing) for row in rows
    ]
    verb = "Marked reviewed" if accepts else "Excluded"
    keep(
        sheet,
        edits,
        Click(BatchKind.BULK, f"{verb} {counted(len(rows), 'row')} {of_groups(ticked)}"),
    )
    form_again(sheet)


def _set_ticked(sheet: Sheet, ticked: Sequence[Group], column: str) -> None:
    key = f"review_groups_{column}"
    code, st.session_state[key] = st.session_state[key], None
    if code is not None:
        code_groups(sheet, ticked, column, code)
        form_again(sheet)
