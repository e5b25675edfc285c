"""Rows that may be one thing: transfers between two accounts, and purchases listed twice."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from ledgersync import money
from ledgersync.domain.pairs import DuplicatePair, Movement, PairKind, TransferPair, of_files
from ledgersync.errors import DecisionsChanged
from ledgersync.services import pairing
from ledgersync.services.pair_checks import LegDecided
from ledgersync.services.pairing import Proposals
from ledgersync.ui import feedback
from ledgersync.ui.review_filters import show_only
from ledgersync.ui.review_proposals import proposals_of
from ledgersync.ui.review_refusals import keep_refusals, theirs_words
from ledgersync.ui.review_sheet import Sheet
from ledgersync.ui.review_view import update_view
from ledgersync.ui.texts import counted, plain

if TYPE_CHECKING:
    from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

OPEN = "review_pairs"
"""Whether the list is open, in the session."""

_BOX = "review_pairs_box"
_SHOWN = 12
_TWICE = "Exported, and may be listed twice."


def show_pairs(sheet: Sheet) -> None:
    """A list to decide on, where there is something to decide; nothing is applied unseen."""
    found = proposals_of(sheet.viewer, sheet.choice)
    if not (found.transfers or found.duplicates or found.ambiguous or found.answered):
        return
    box = _box(sheet, heading(found))
    if not box.open:
        return  # drawn when it is opened: every run of the page would send all of it
    with box:
        if found.transfers:
            _show_transfers(sheet, found)
        if found.duplicates:
            _show_duplicates(sheet, found)
        _show_rest(sheet, found)


def _box(sheet: Sheet, words: str) -> "ExpanderContainer":
    """The list's box: for Streamlit another one with each heading, which would begin closed."""
    place, before, was_open = st.session_state.get(_BOX, (None, "", False))
    if was_open and place == sheet.choice.place and before != words:
        st.session_state[OPEN] = True
    icon = ":material/compare_arrows:"
    box = st.expander(words, icon=icon, key=OPEN, on_change="rerun")
    st.session_state[_BOX] = (sheet.choice.place, words, box.open)
    return box


def heading(found: Proposals) -> str:
    """What the list holds: "2 possible transfers, 1 possible duplicate"."""
    parts = [
        counted(len(pairs), f"possible {kind}")
        for kind, pairs in (("transfer", found.transfers), ("duplicate", found.duplicates))
        if pairs
    ]
    return ", ".join(parts) or "Transfers and duplicates: nothing left to decide"


def _show_transfers(sheet: Sheet, found: Proposals) -> None:
    st.markdown("**Transfers between accounts of this client**")
    st.caption(
        "Confirming books the money once: the row of the account that it left gets the other bank "
        "account's GL code, and the other row is excluded."
    )
    said = [pair for pair in found.transfers if pair.said]
    if len(said) > 1:
        st.button(
            f"Confirm the {len(said)} that the banks call a transfer or payment",
            key="review_transfers_all",
            icon=":material/done_all:",
            on_click=_confirm,
            args=(sheet, said),
        )
    for pair in found.transfers[:_SHOWN]:
        _show_transfer(sheet, found, pair)
    _say_more(len(found.transfers))


def _show_transfer(sheet: Sheet, found: Proposals, pair: TransferPair) -> None:
    why = "the banks' words say so" if pair.said else "only the amounts match"
    amount = money.dollars(pair.into.amount, pair.into.currency)
    with st.container(border=True, key=f"review_transfer_{pair.out.id}", gap="xsmall"):
        st.markdown(f"**{plain(amount)}** · {why}")
        st.markdown(f"From {_leg_words(found, pair.out)}  \nto {_leg_words(found, pair.into)}")
        with st.container(horizontal=True):
            _decide("Confirm transfer", f"yes_{pair.out.id}", partial(_confirm, sheet, [pair]))
            no = partial(_keep_apart, sheet, PairKind.TRANSFER, pair.ids)
            _decide("Not a transfer", f"no_{pair.out.id}", no)


def _show_duplicates(sheet: Sheet, found: Proposals) -> None:
    st.markdown("**The same amount twice**")
    from_files = of_files(found.duplicates)
    if len(from_files) > 1:
        st.button(
            f"Exclude the {len(from_files):,} of a statement file that LedgerSync has too",
            key="review_duplicates_of_files",
            icon=":material/done_all:",
            on_click=_exclude_of_files,
            args=(sheet, from_files),
        )
    for pair in found.duplicates[:_SHOWN]:
        _show_duplicate(sheet, pair)
    _say_more(len(found.duplicates))


def _show_duplicate(sheet: Sheet, pair: DuplicatePair) -> None:
    came = _came(pair)
    amount = money.dollars(pair.second.amount, pair.second.currency)
    with st.container(border=True, key=f"review_duplicate_{_key(pair)}", gap="xsmall"):
        st.markdown(f"**{plain(amount)}** · {came}")
        st.markdown(_both_words(pair))
        if exported := _exported_words(pair):
            st.caption(exported)
        with st.container(horizontal=True):
            if pair.left:
                see = partial(show_only, sheet.choice.place, _TWICE, frozenset(pair.ids))
                _decide("Show the rows", f"show_{_key(pair)}", see)
            else:
                _decide("Exclude the second", f"out_{_key(pair)}", partial(_exclude, sheet, pair))
            both = partial(_keep_apart, sheet, PairKind.DUPLICATE, pair.ids)
            _decide("Both are real", f"both_{_key(pair)}", both)


def _came(pair: DuplicatePair) -> str:
    if pair.two_sources:
        return "one is from LedgerSync, the other from a statement file"
    return "both came in one load" if pair.one_load else "they came in different loads"


def _both_words(pair: DuplicatePair) -> str:
    if not pair.two_sources:
        return f"{_row_words(pair.first)}  \nand again {_row_words(pair.second)}"
    both = (pair.first, pair.second)
    return "  \n".join(
        f"{'Statement file' if row.from_file else 'LedgerSync'}, {_row_words(row)}" for row in both
    )


def _exported_words(pair: DuplicatePair) -> str:
    """What Accounting CS was given of them already, and what to do where it has both."""
    if pair.left:
        return (
            "Both are exported, so Accounting CS may have one entry twice. If they are one: take "
            "the second entry out there; then show the rows here, tick the second, choose More, "
            "Unlock, and exclude it."
        )
    return "" if pair.first.open else "The first is exported; the second is not."


def _key(pair: DuplicatePair) -> str:
    """Of three rows alike, each may stand in two pairs."""
    return "_".join(pair.ids)


def _leg_words(found: Proposals, row: Movement) -> str:
    return f"{plain(found.accounts[row.account_id].label)}, {_row_words(row)}"


def _row_words(row: Movement) -> str:
    return f"{row.date:%m/%d/%Y}: {plain(row.description)}"


def _decide(label: str, key: str, act: Callable[[], None]) -> None:
    st.button(label, key=f"review_pair_{key}", on_click=act)


def _show_rest(sheet: Sheet, found: Proposals) -> None:
    if found.ambiguous:
        rows = counted(found.ambiguous, "row fits", "rows fit")
        st.caption(f"{rows} more than one other row as a transfer, so none is proposed for them.")
    if found.answered:
        pairs = counted(len(found.answered), "pair")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{pairs} decided: not one thing.", width="content")
            again = partial(_ask_again, sheet, found)
            _decide("Ask again", "again", again)


def _say_more(number: int) -> None:
    if number > _SHOWN:
        st.caption(f"{number - _SHOWN:,} more show once these are decided.")


def _confirm(sheet: Sheet, pairs: Sequence[TransferPair]) -> None:
    viewer = sheet.viewer
    with feedback.kept():
        client_id = sheet.choice.client.id
        try:
            pairing.confirm_transfers(viewer.actor, viewer.workspace, client_id, pairs)
        except LegDecided as met:
            raise _faster(sheet, met, "Confirm transfer", len(pairs)) from met
        feedback.keep_toast(f"Confirmed {counted(len(pairs), 'transfer')}.")
        update_view()


def _exclude(sheet: Sheet, pair: DuplicatePair) -> None:
    with feedback.kept():
        try:
            saved = pairing.exclude_duplicate(sheet.viewer.actor, sheet.viewer.workspace, pair)
        except LegDecided as met:
            raise _faster(sheet, met, "Exclude the second") from met
        keep_refusals(pair.second.account_id, saved)
        if saved.saved:
            feedback.keep_toast("Excluded the second row.")
        update_view()


def _exclude_of_files(sheet: Sheet, pairs: Sequence[DuplicatePair]) -> None:
    with feedback.kept():
        viewer = sheet.viewer
        try:
            saved = pairing.exclude_of_files(viewer.actor, viewer.workspace, pairs)
        except LegDecided as met:
            raise _faster(sheet, met, "Exclude", len(pairs)) from met
        keep_refusals(sheet.choice.account.id, saved)
        if saved.saved:
            feedback.keep_toast(f"Excluded {counted(saved.saved, 'row')} of a statement file.")
        update_view()


def _faster(sheet: Sheet, met: LegDecided, button: str, pairs: int = 1) -> DecisionsChanged:
    """What a colleague decided of a row meanwhile, with the choice between theirs and one's own."""
    row = met.leg
    nothing = "Nothing was saved" if pairs == 1 else f"Nothing was saved of the {pairs:,}"
    return DecisionsChanged(
        f"{row.date:%m/%d/%Y} {row.description}: {theirs_words(sheet, met.theirs)} {nothing}.",
        f"Leave it so, or press {button} again where the pair is still listed.",
    )


def _keep_apart(sheet: Sheet, kind: PairKind, ids: tuple[str, str]) -> None:
    with feedback.kept():
        pairing.keep_apart(sheet.viewer.actor, sheet.viewer.workspace, kind, ids)


def _ask_again(sheet: Sheet, found: Proposals) -> None:
    with feedback.kept():
        pairing.ask_again(sheet.viewer.actor, sheet.viewer.workspace, found.answered)
