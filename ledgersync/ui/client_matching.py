"""Which of LedgerSync's clients is which of Accounting CS's: looked over, confirmed, taken back."""

from collections.abc import Sequence
from hashlib import sha256

import pandas as pd
import streamlit as st

from ledgersync.domain.clients import Client
from ledgersync.errors import LedgerSyncError
from ledgersync.services import client_matching
from ledgersync.services.client_matching import AcsClient, Choice, Link, MatchingList, Proposal
from ledgersync.ui.client_sections import Section, go_to
from ledgersync.ui.feedback import show_error
from ledgersync.ui.labels import client_labels
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted

_DONE = "client_matching_done"
_TAKE = "Match"
_ROW, _TALLEST = 35, 12


def match_clients(viewer: Viewer) -> None:
    """The whole part of the page."""
    found = client_matching.matching_list(viewer.actor, viewer.workspace)
    _show_done(viewer)
    if not (found.links or found.matching.proposals or found.matching.choices):
        if not found.matching.alone:
            _nothing_listed()
            return
        st.info("No client of Accounting CS is like one of LedgerSync's.", icon=":material/search:")
    _proposals(viewer, found.matching.proposals)
    _choices(found.matching.choices)
    _by_hand(viewer, found)
    _links(viewer, found.links)


def acs_label(acs: AcsClient) -> str:
    return f"{acs.name} ({acs.code})"


def client_label(client: Client) -> str:
    return f"{client.name} ({client.acs_code})" if client.acs_code else client.name


def proposals_frame(proposals: Sequence[Proposal]) -> pd.DataFrame:
    """One row a proposal, ticked; the index is the Accounting CS client's id."""
    rows = [
        {
            _TAKE: True,
            "In Accounting CS": proposal.acs.name,
            "Client code": proposal.acs.code,
            "Status": proposal.acs.status,
            "In LedgerSync": proposal.client.name,
            "Code so far": proposal.client.acs_code,
            "Why": proposal.reason.capitalize(),
        }
        for proposal in proposals
    ]
    return pd.DataFrame(rows, index=[proposal.acs.id for proposal in proposals])


def _nothing_listed() -> None:
    st.info(
        "Accounting CS's clients are not here yet. Import their list first; then each is matched "
        "with LedgerSync's client by code, e-mail address or name, once you agree.",
        icon=":material/group_add:",
    )
    st.button("Import lists", key="matching_to_lists", on_click=go_to, args=(Section.LISTS,))


def _proposals(viewer: Viewer, proposals: Sequence[Proposal]) -> None:
    if not proposals:
        return
    st.subheader("Proposed", anchor=False)
    st.caption(
        "Each fits no other client. Untick what is wrong; nothing is matched before you confirm."
    )
    frame = proposals_frame(proposals)
    pairs = " ".join(f"{p.acs.id}:{p.client.id}" for p in proposals)
    edited = st.data_editor(
        frame,
        key=f"match_{sha256(pairs.encode()).hexdigest()[:16]}",
        num_rows="fixed",
        hide_index=True,
        height=(min(len(proposals), _TALLEST) + 1) * _ROW + 3,
        disabled=[column for column in frame.columns if column != _TAKE],
        column_config={_TAKE: st.column_config.CheckboxColumn(width=70, pinned=True)},
        alt="Proposed matches: tick those that are right",
    )
    ticked = set(edited.index[edited[_TAKE].astype(bool)])
    wanted = [p for p in proposals if p.acs.id in ticked]
    if st.button(
        f"Confirm {counted(len(wanted), 'match', 'matches')}",
        type="primary",
        icon=":material/link:",
        key="match_confirm",
        disabled=not wanted,
    ):
        _link(viewer, [(p.acs.id, p.client.id) for p in wanted])


def _choices(choices: Sequence[Choice]) -> None:
    if not choices:
        return
    st.subheader("To choose", anchor=False)
    st.caption("These fit more than one client, or share one. Match them by hand below.")
    frame = pd.DataFrame(
        {
            "In Accounting CS": acs_label(choice.acs),
            "Could be, in LedgerSync": ", ".join(map(client_label, choice.clients)),
            "Why": choice.reason.capitalize(),
        }
        for choice in choices
    )
    st.dataframe(frame, hide_index=True, alt="Clients that fit more than one")


def _by_hand(viewer: Viewer, found: MatchingList) -> None:
    """Any client of Accounting CS with any of LedgerSync's, those that could be it first."""
    matching = found.matching
    likely = {choice.acs.id: choice.clients for choice in matching.choices}
    likely |= {proposal.acs.id: (proposal.client,) for proposal in matching.proposals}
    left = [*(c.acs for c in matching.choices), *matching.alone]
    everyone = {acs.id: acs for acs in [*left, *(p.acs for p in matching.proposals)]}
    if not everyone or not found.open_clients:
        return
    st.subheader("By hand", anchor=False)
    one, two, button = st.columns([3, 3, 1], vertical_alignment="bottom")
    with one:
        acs_id = st.selectbox(
            "Client in Accounting CS",
            list(everyone),
            index=None,
            format_func=lambda key: acs_label(everyone[key]),
            placeholder=f"{len(everyone):,} not matched yet",
            persist_state="page",
            key="match_acs",
        )
    first = likely.get(acs_id or "", ())
    clients = {client.id: client for client in [*first, *found.open_clients]}
    with two:
        client_id = st.selectbox(
            "Client in LedgerSync",
            list(clients),
            index=None,
            format_func=client_labels(clients.values(), client_label).__getitem__,
            placeholder="Type to search",
            persist_state="page",
            key="match_client",
        )
    with button:
        pressed = st.button("Match", key="match_by_hand", disabled=not (acs_id and client_id))
    if pressed and acs_id and client_id:
        _link(viewer, [(acs_id, client_id)])


def _links(viewer: Viewer, links: Sequence[Link]) -> None:
    if not links:
        return
    st.subheader("Matched", anchor=False)
    frame = pd.DataFrame(
        {
            "In Accounting CS": link.acs.name,
            "Client code": link.acs.code,
            "In LedgerSync": link.client.name,
            "Status": link.acs.status,
        }
        for link in links
    )
    st.dataframe(frame, hide_index=True, alt="Clients that are matched")
    by_id = {link.acs.id: link for link in links}
    with st.popover("Take a match back", icon=":material/link_off:"):
        chosen = st.selectbox(
            "Which client",
            list(by_id),
            index=None,
            format_func=lambda key: acs_label(by_id[key].acs),
            placeholder="Type to search",
            persist_state="page",
            key="match_take_back",
            help="Its code is taken off LedgerSync's client.",
        )
        if st.button("Take back", key="match_take_back_button", disabled=not chosen) and chosen:
            _unlink(viewer, [by_id[chosen]])


def _link(viewer: Viewer, pairs: Sequence[tuple[str, str]]) -> None:
    try:
        links = client_matching.link_clients(viewer.actor, viewer.workspace, pairs)
    except LedgerSyncError as error:
        show_error(error)
        return
    st.session_state[_DONE] = (f"{counted(len(links), 'client')} matched.", links)
    st.rerun()


def _unlink(viewer: Viewer, links: Sequence[Link]) -> None:
    try:
        count = client_matching.unlink_clients(viewer.actor, viewer.workspace, links)
    except LedgerSyncError as error:
        show_error(error)
        return
    st.session_state[_DONE] = (f"{counted(count, 'match', 'matches')} taken back.", ())
    st.rerun()


def _show_done(viewer: Viewer) -> None:
    """What was done last, with a way back that stays until something else is done."""
    words, links = st.session_state.get(_DONE, ("", ()))
    if not words:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(words, icon=":material/check_circle:")
        if links and st.button("Undo", icon=":material/undo:", key="match_undo"):
            _unlink(viewer, links)
    if not links:
        del st.session_state[_DONE]
