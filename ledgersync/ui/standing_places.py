"""Following a number of Overview: to Review, or to a list of the bank accounts that make it up."""

from collections.abc import Sequence

import streamlit as st

from ledgersync.domain.periods import Period
from ledgersync.services.overview import FirmStanding
from ledgersync.ui.months import month_name
from ledgersync.ui.shell import page
from ledgersync.ui.standing_numbers import Number, Place, number_link, number_words, places
from ledgersync.ui.texts import counted, plain

_FOLLOWED = "standing_followed"
# A longer list scrolls in itself, and shows half of a line so that this is seen.
_SHOWN, _TALLEST = 9, 410


def ask_for(number: Number, client_id: str = "") -> None:
    """Let the next run follow a number, one client's or the whole firm's; for callbacks."""
    st.session_state[_FOLLOWED] = (number, client_id)


def follow_number(firm: FirmStanding) -> None:
    """Go to Review where all of a number is in one bank account, else list the accounts.

    Review shows one account at a time: rows of several are behind several links.
    """
    number, client_id = st.session_state.pop(_FOLLOWED, (None, ""))
    clients = [one for one in firm.clients if client_id in {"", one.client_id}]
    if number is None or not clients:
        return
    found = places(clients, number)
    if len(found) > 1:
        whose = f"{clients[0].name}: " if client_id else ""
        _list(f"{whose}{number_words(found, number)}", found, firm.period)
    else:
        owner = found[0].client if found else clients[0]
        st.switch_page(page("Review"), query_params=number_link(owner, number, firm.period))


def _list(title: str, found: Sequence[Place], period: Period) -> None:
    several = len({place.client.client_id for place in found}) > 1

    @st.dialog(plain(title), width="medium")
    def listed() -> None:
        what = ", with just these rows." if found[0].number.counts_rows else "."
        accounts = counted(len(found), "bank account")
        st.caption(f"{month_name(period.start)}, {accounts}. Each opens on Review{what}")
        with st.container(height=_TALLEST if len(found) > _SHOWN else "content", border=False):
            for place in found:
                _link(place, period, whose=place.client.name if several else "")

    listed()


def _link(place: Place, period: Period, whose: str) -> None:
    name = f"{whose}, {place.account.label}" if whose else place.account.label
    st.page_link(
        page("Review"),
        label=f"**{plain(place.words)}** · {plain(name)}",
        icon=":material/arrow_forward:",
        help="",
        query_params=place.link(period),
    )
