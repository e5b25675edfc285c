"""Proposed pairs of an account and period, found once for each state of the client's accounts."""

import streamlit as st

from ledgersync.domain.periods import Period
from ledgersync.services import pairing, reviewing
from ledgersync.services.pairing import Proposals
from ledgersync.ui.review_choice import Choice
from ledgersync.ui.shell import Viewer

Stamp = tuple[tuple[str, int], ...]


def proposals_of(viewer: Viewer, choice: Choice) -> Proposals:
    """Transfers and rows listed twice; that the viewer may see them was checked before."""
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, choice.client.id)
    stamp = tuple((account.id, account.data_version) for account in accounts)
    return _find(choice.account.id, choice.period, stamp, viewer)


@st.cache_resource(max_entries=16, show_spinner=False)
def _find(account_id: str, period: Period, stamp: Stamp, _viewer: Viewer) -> Proposals:
    del stamp  # part of the key alone
    return pairing.proposals(_viewer.actor, _viewer.workspace, account_id, period)
