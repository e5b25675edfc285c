"""An account's rows, read once per data version and shared as an immutable tuple.

An account's data version grows with every change of its rows, so a cached picture is never an old
one. After a save the session's own picture is brought up to date row by row: reading 10,000 rows
again for one edit would make people wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from ledgersync.domain.clients import BankAccount
from ledgersync.domain.codes import Coding
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.services import reviewing
from ledgersync.ui.shell import Viewer

_PICTURE = "review_rows_picture"


@dataclass(frozen=True)
class _Picture:
    """The rows of one account and period at one data version.

    Since the version `coded_since` nothing happened to the account but the coding of the rows
    `coded`, and suggestions.
    """

    account_id: str
    period: Period
    data_version: int
    rows: tuple[Transaction, ...]
    coded_since: int
    coded: frozenset[str] = frozenset()


def account_rows(viewer: Viewer, account: BankAccount, period: Period) -> tuple[Transaction, ...]:
    """The rows at the account's data version; that the viewer may see it was checked before."""
    version = account.data_version
    picture: _Picture | None = st.session_state.get(_PICTURE)
    if picture and (account.id, period, version) == _key(picture):
        return picture.rows
    rows = _read(account.id, period, version, viewer)
    st.session_state[_PICTURE] = _Picture(account.id, period, version, rows, version)
    return rows


def coded_since(account: BankAccount, period: Period, version: int) -> frozenset[str] | None:
    """The rows that were coded since a data version; None where more may have happened."""
    picture: _Picture | None = st.session_state.get(_PICTURE)
    if picture is None or _key(picture) != (account.id, period, account.data_version):
        return None
    return picture.coded if picture.coded_since <= version else None


def take_in(
    viewer: Viewer, account_id: str, saved: Sequence[str], suggested_anew: Sequence[str] = ()
) -> int:
    """Bring the session's picture up to date after a save of these rows, and what came of it.

    The save is one step of the data version, and what it changed in the suggestions of the
    account's other rows is another. Where there were more steps, somebody else changed the account
    too, and the picture is left to be read anew.

    Returns:
        How many other rows of the picture show another suggestion now.
    """
    picture: _Picture | None = st.session_state.get(_PICTURE)
    if picture is None or picture.account_id != account_id:
        return 0
    ids = [*saved, *suggested_anew]
    version, fresh = reviewing.rows_now(viewer.actor, viewer.workspace, account_id, ids)
    changed = {row.id: row for row in fresh}
    steps = bool(saved) + (not changed.keys().isdisjoint(suggested_anew))
    if version != picture.data_version + steps:
        return 0
    before = {row.id: row for row in picture.rows if row.id in changed}
    kept = replace(
        picture,
        data_version=version,
        rows=tuple(changed.get(row.id, row) for row in picture.rows),
        coded=picture.coded.union(saved),
    )
    if not all(id_ in before and _only_coded(before[id_], changed[id_]) for id_ in saved):
        kept = replace(kept, coded_since=version, coded=frozenset())
    st.session_state[_PICTURE] = kept
    return sum(_coding(before.get(row.id, row)) != _coding(row) for row in fresh if row.suggested)


def _only_coded(before: Transaction, after: Transaction) -> bool:
    """Whether a row is what it was before, but for its codes and that a person looked at it."""
    return (
        {before.status, after.status} <= {Status.TO_REVIEW, Status.REVIEWED}
        and before.transfer_with == after.transfer_with
        and not before.exported
    )


def _coding(row: Transaction) -> Coding:
    return Coding(row.vendor_id, row.gl_code, row.split)


def _key(picture: _Picture) -> tuple[str, Period, int]:
    return picture.account_id, picture.period, picture.data_version


@st.cache_resource(max_entries=16, show_spinner="Reading transactions ...")
def _read(
    account_id: str, period: Period, data_version: int, _viewer: Viewer
) -> tuple[Transaction, ...]:
    del data_version  # part of the key alone
    return reviewing.review_sheet(_viewer.actor, _viewer.workspace, account_id, period).rows
