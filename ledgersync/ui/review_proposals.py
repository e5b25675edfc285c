"""Proposed pairs of an account and period, found once for each state of the client's accounts."""

from dataclasses import dataclass, replace

import streamlit as st

from ledgersync.domain.clients import BankAccount
from ledgersync.domain.periods import Period
from ledgersync.services import pairing, reviewing
from ledgersync.services.pairing import Proposals
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.review_rows import coded_since
from ledgersync.ui.shell import Viewer

_PICTURE = "review_proposals_picture"

Stamp = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Picture:
    """What was found for a place, and the data versions of the client's accounts then."""

    place: tuple[str, Period]
    stamp: Stamp
    found: Proposals


def proposals_of(viewer: Viewer, choice: Choice) -> Proposals:
    """Transfers and rows listed twice; that the viewer may see them was checked before."""
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, choice.client.id)
    stamp = tuple((account.id, account.data_version) for account in accounts)
    known: _Picture | None = st.session_state.get(_PICTURE)
    if known and known.place == choice.place and _still_hold(known, choice.account, stamp):
        known = replace(known, stamp=stamp)
    else:
        found = _find(choice.account.id, choice.period, stamp, viewer)
        known = _Picture(choice.place, stamp, found)
    st.session_state[_PICTURE] = known
    return known.found


def _still_hold(known: _Picture, account: BankAccount, stamp: Stamp) -> bool:
    """Whether nothing happened since but coding of rows that are in no pair.

    To look through a client's rows again for each code would make people wait.
    """
    before = dict(known.stamp)
    if before.keys() != dict(stamp).keys():
        return False
    news = [id_ for id_, version in stamp if before[id_] != version]
    if news != [account.id]:
        return not news
    coded = coded_since(account, known.place[1], before[account.id])
    found = known.found
    paired = {id_ for pair in found.transfers for id_ in pair.ids}
    paired |= {id_ for pair in found.duplicates for id_ in pair.ids}
    return coded is not None and coded.isdisjoint(paired)


@st.cache_resource(max_entries=16, show_spinner=False)
def _find(account_id: str, period: Period, stamp: Stamp, _viewer: Viewer) -> Proposals:
    del stamp  # part of the key alone
    return pairing.proposals(_viewer.actor, _viewer.workspace, account_id, period)
