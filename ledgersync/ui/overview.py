"""Overview: the connection, what to do next, and where every client stands in a month."""

import streamlit as st

from ledgersync.domain.connections import ConnectionState
from ledgersync.services import connecting
from ledgersync.services.overview import firm_standing
from ledgersync.ui.connection_badge import connection_badge
from ledgersync.ui.feed_health import feed_health
from ledgersync.ui.kit_offer import offer_on_overview
from ledgersync.ui.months import choose_month, month_name
from ledgersync.ui.next_steps import set_up_list, set_up_steps, waiting_list
from ledgersync.ui.shell import Viewer, page
from ledgersync.ui.standing_figures import show_figures
from ledgersync.ui.standing_places import follow_number
from ledgersync.ui.standing_table import standing_table
from ledgersync.ui.texts import plain
from ledgersync.ui.trend_charts import show_charts
from ledgersync.ui.unassigned import is_unassigned


def overview(viewer: Viewer) -> None:
    """The whole page; a firm without clients sees only how to begin."""
    connection = connecting.connection_state(viewer.actor, viewer.workspace)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container():
            connection_badge(connection)
        period = choose_month()
    if is_unassigned(viewer):
        return
    firm = firm_standing(viewer.actor, viewer.workspace, period)
    follow_number(firm)
    if connection.state is not ConnectionState.CONNECTED and firm.clients:
        _not_connected(plain(connection.sentence))
    steps = set_up_steps(connection, firm)
    if not all(step.done for step in steps):
        set_up_list(steps)
    offer_on_overview(viewer)
    if not firm.clients:
        st.caption("Each client and how far its month is will stand here once clients are listed.")
        return
    show_figures(firm)
    if firm.transactions_ever:
        waiting_list(firm)
    st.subheader(f"Clients in {month_name(period.start)}", anchor=False)
    standing_table(firm)
    show_charts(viewer, firm)
    feed_health(firm.feed_problems)


def _not_connected(sentence: str) -> None:
    words = sentence or "LedgerSync is not connected."
    st.warning(f"{words} New transactions can't be loaded until it is.", icon=":material/warning:")
    st.page_link(page("Settings"), label="Go to Settings", icon=":material/settings:")
