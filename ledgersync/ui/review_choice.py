"""Which client, bank account and period Review shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import streamlit as st

from ledgersync import clock
from ledgersync.domain.clients import BankAccount, Client, FeedStatus
from ledgersync.domain.periods import Period, last_month, this_month
from ledgersync.errors import InvalidInput
from ledgersync.services import overview, reviewing
from ledgersync.ui import review_address as address
from ledgersync.ui.feedback import show_error
from ledgersync.ui.labels import account_labels, client_labels
from ledgersync.ui.review_rows import account_rows
from ledgersync.ui.review_start import explain_no_accounts, explain_no_clients
from ledgersync.ui.shell import Viewer

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_CLIENT, _PRESET, _START, _END = "review_client", "review_preset", "review_start", "review_end"
_EARLIEST = date(2000, 1, 1)


class Preset(StrEnum):
    LAST_MONTH = "last_month"
    THIS_MONTH = "this_month"
    CUSTOM = "custom"


_PRESET_WORDS = {
    Preset.LAST_MONTH: "Last month",
    Preset.THIS_MONTH: "This month",
    Preset.CUSTOM: "Custom",
}
_FEED_WORDS = {
    FeedStatus.BROKEN: "connection broken",
    FeedStatus.NEEDS_MFA: "needs sign-in code",
    FeedStatus.OTHER: "connection needs attention",
}


@dataclass(frozen=True)
class Choice:
    """What a person chose to review; `row` is the period's on the page, with room to the right."""

    client: Client
    account: BankAccount
    period: Period
    row: "DeltaGenerator" = field(compare=False, repr=False)

    @property
    def place(self) -> tuple[str, Period]:
        """What tells one choice from another."""
        return self.account.id, self.period

    def address(self) -> dict[str, str]:
        return {
            "client": self.client.id,
            "account": self.account.id,
            "start": self.period.start.isoformat(),
            "end": self.period.end.isoformat(),
        }


def choose(viewer: Viewer) -> Choice | None:
    """Show the choice and return it; None when something is still missing, which is then said."""
    clients = reviewing.list_clients(viewer.actor, viewer.workspace)
    if not clients:
        explain_no_clients(viewer)
        return None
    left, right = st.columns(2)
    with left:
        client = _choose_client(viewer, clients)
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, client.id) if client else []
    with right:
        account = _choose_account(viewer, client, accounts)
    row = st.container(horizontal=True, vertical_alignment="bottom", key="review_period_row")
    period = _choose_period(row)
    address.show_notes()
    if client is None:
        st.info("Choose a client to see its bank accounts.", icon=":material/arrow_upward:")
    elif not accounts:
        explain_no_accounts(viewer, client)
    if client is None or account is None or period is None:
        return None
    return Choice(client, account, period, row)


def _choose_client(viewer: Viewer, clients: Sequence[Client]) -> Client | None:
    by_id = {client.id: client for client in clients}
    labels = client_labels(clients, _client_label)
    wanted = address.given().get("client")
    if _CLIENT not in st.session_state:
        if wanted and wanted not in by_id:
            address.note("The link names a client that is not here. Choose one from the list.")
        first = None if wanted else _first_client(viewer, clients)
        address.seed(_CLIENT, wanted if wanted in by_id else first)
    chosen = st.selectbox(
        "Client",
        list(by_id),
        index=None,
        format_func=labels.__getitem__,
        key=_CLIENT,
        placeholder="Choose a client, or type to search",
        on_change=address.forget_notes,
    )
    return by_id.get(chosen) if chosen else None


def _first_client(viewer: Viewer, clients: Sequence[Client]) -> str | None:
    """Who is shown before anybody chose: the only client; in the demo one that is half done."""
    if len(clients) == 1:
        return clients[0].id
    if not viewer.in_demo:
        return None
    month = last_month(clock.today())
    standing = overview.firm_standing(viewer.actor, viewer.workspace, month).clients
    return max(standing, key=lambda client: min(client.to_review, client.reviewed)).client_id


def _client_label(client: Client) -> str:
    code = f" ({client.acs_code})" if client.acs_code else ""
    return f"{client.name}{code}{' - no longer at LedgerSync' if client.removed else ''}"


def _choose_account(
    viewer: Viewer, client: Client | None, accounts: Sequence[BankAccount]
) -> BankAccount | None:
    by_id = {account.id: account for account in accounts}
    if client is None or not by_id:
        st.selectbox("Bank account", [], disabled=True, placeholder="", key="review_no_account")
        return None
    labels = account_labels(accounts, _account_label)
    # Each client has its own widget: another client's account can't linger in it.
    key = f"review_account_{client.id}"
    link = address.given()
    wanted = link.get("account") if link.get("client") in {client.id, None} else None
    if key not in st.session_state:
        if wanted and wanted not in by_id:
            address.note(
                "The link names a bank account that this client does not have. "
                "Choose one from the list."
            )
        first = wanted if wanted in by_id else _first_account(viewer, accounts)
        address.seed(key, first)
    chosen = st.selectbox(
        "Bank account",
        list(by_id),
        format_func=labels.__getitem__,
        key=key,
        on_change=address.forget_notes,
    )
    return by_id[chosen]


def _first_account(viewer: Viewer, accounts: Sequence[BankAccount]) -> str:
    """The first account of a client; in the demo the one with most to look at."""
    if not viewer.in_demo:
        return accounts[0].id
    month = last_month(clock.today())
    return max(accounts, key=lambda account: len(account_rows(viewer, account, month))).id


def _account_label(account: BankAccount) -> str:
    trouble = _FEED_WORDS.get(account.feed_status, "")
    gone = "no longer at LedgerSync" if account.removed else ""
    sign = f"  (!) {gone or trouble}" if gone or trouble else ""
    return f"{account.label}{sign}"


def _choose_period(row: "DeltaGenerator") -> Period | None:
    _seed_period()
    with row:
        st.segmented_control(
            "Period",
            list(Preset),
            format_func=_PRESET_WORDS.__getitem__,
            key=_PRESET,
            required=True,
            label_visibility="collapsed",
            on_change=_take_preset,
        )
        start = _date_input("Start date", _START)
        end = _date_input("End date", _END)
    if start is None or end is None:
        st.warning("Choose a start and an end date.", icon=":material/event:")
        return None
    try:
        return Period(start, end)
    except InvalidInput as error:
        show_error(error)
        return None


def _date_input(label: str, key: str) -> date | None:
    return st.date_input(
        label,
        key=key,
        min_value=_EARLIEST,
        max_value=_latest(),
        format="MM/DD/YYYY",
        on_change=_name_preset,
        width=150,
    )


def _seed_period() -> None:
    if {_START, _END} <= st.session_state.keys():
        return
    period = _given_period() or last_month(clock.today())
    address.seed(_START, period.start)
    address.seed(_END, period.end)
    address.seed(_PRESET, _preset_of(period))


def _given_period() -> Period | None:
    """The link's period; None when it names none, or none that can be."""
    link = address.given()
    if not link.get("start") and not link.get("end"):
        return None
    try:
        start = date.fromisoformat(link.get("start", ""))
        end = date.fromisoformat(link.get("end", ""))
        if start >= _EARLIEST and end <= _latest():
            return Period(start, end)
    except (ValueError, InvalidInput):
        pass
    address.note("The link's dates can't be used, so this is last month.")
    return None


def _latest() -> date:
    return clock.today() + timedelta(days=366)


def _preset_of(period: Period) -> Preset:
    today = clock.today()
    named = {last_month(today): Preset.LAST_MONTH, this_month(today): Preset.THIS_MONTH}
    return named.get(period, Preset.CUSTOM)


def _take_preset() -> None:
    """A preset was chosen: the dates follow it."""
    address.forget_notes()
    today = clock.today()
    periods = {Preset.LAST_MONTH: last_month(today), Preset.THIS_MONTH: this_month(today)}
    period = periods.get(st.session_state[_PRESET])
    if period:
        st.session_state[_START], st.session_state[_END] = period.start, period.end


def choose_account(account: BankAccount) -> None:
    """Choose another client's bank account, the period as it is; for callbacks."""
    address.forget_notes()
    st.session_state[_CLIENT] = account.client_id
    st.session_state[f"review_account_{account.client_id}"] = account.id


def choose_days(start: date, end: date) -> None:
    """Choose a period of one's own; for callbacks."""
    address.forget_notes()
    st.session_state[_START], st.session_state[_END] = max(start, _EARLIEST), end
    st.session_state[_PRESET] = Preset.CUSTOM


def _name_preset() -> None:
    """A date was changed: the preset says what the period is now."""
    address.forget_notes()
    start, end = st.session_state[_START], st.session_state[_END]
    valid = start and end and start <= end
    st.session_state[_PRESET] = _preset_of(Period(start, end)) if valid else Preset.CUSTOM
