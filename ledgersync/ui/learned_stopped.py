"""What people stopped being suggested for a client, by whom and when, to be taken up again."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from ledgersync.domain.learned import Stop, Stopped
from ledgersync.services.learned import LearnedPage
from ledgersync.ui.labels import unique_labels
from ledgersync.ui.learned_changes import suggest_again
from ledgersync.ui.shell import Viewer
from ledgersync.ui.times import for_table

_CHOSEN = "learned_stopped"
_ROWS_SHOWN, _ROW_HEIGHT, _HEADER_HEIGHT = 10, 35, 38


def show_stopped(viewer: Viewer, found: LearnedPage) -> None:
    """The whole part: the table, and the way back for one of them."""
    if not found.stopped:
        st.info(
            "Nothing was stopped for this client. Open what was learned and press **Stop "
            "suggesting this** where a vendor or GL code should not be proposed any more.",
            icon=":material/block:",
        )
        return
    st.caption("It stays stopped whatever is reviewed from now on. Rules still apply.")
    st.dataframe(
        stopped_frame(found.stopped),
        hide_index=True,
        height=min(len(found.stopped), _ROWS_SHOWN) * _ROW_HEIGHT + _HEADER_HEIGHT,
        column_config={
            "Description": st.column_config.TextColumn(width=300),
            "No longer suggested": st.column_config.TextColumn(width=260),
            "Stopped by": st.column_config.TextColumn(width=160),
            "When": st.column_config.DatetimeColumn(format="MM/DD/YYYY HH:mm", width=140),
        },
        alt="What is no longer suggested",
    )
    _take_up(viewer, found)


def stopped_frame(stopped: Sequence[Stopped]) -> pd.DataFrame:
    """One row for everything that was stopped, the newest first."""
    return pd.DataFrame(
        {
            "Description": one.stop.descriptor,
            "No longer suggested": f"{'GL code' if one.stop.gl_code else 'Vendor'} {one.name}",
            "Stopped by": one.by,
            "When": for_table(one.at),
        }
        for one in stopped
    )


def _take_up(viewer: Viewer, found: LearnedPage) -> None:
    by_stop: dict[Stop, Stopped] = {one.stop: one for one in found.stopped}
    labels = unique_labels((stop, f"{stop.descriptor}: {by_stop[stop].name}") for stop in by_stop)
    if st.session_state.get(_CHOSEN) not in by_stop:
        st.session_state[_CHOSEN] = found.stopped[0].stop
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Stopped",
            list(by_stop),
            format_func=labels.__getitem__,
            key=_CHOSEN,
        )
        one = by_stop[chosen]
        st.button(
            "Suggest again",
            icon=":material/undo:",
            key="learned_take_up",
            on_click=suggest_again,
            args=(viewer, found.client_id, one.stop, one.name),
        )
