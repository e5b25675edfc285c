"""What Accounting CS is set to for a client: a form, with what each setting is good for."""

from calendar import month_name, monthrange

import streamlit as st

from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.errors import LedgerSyncError
from ledgersync.services import acs_settings
from ledgersync.services.client_records import ClientRecord
from ledgersync.ui import feedback
from ledgersync.ui.shell import Viewer

_LEAP_YEAR = 2000
_DAYS = range(1, 32)
_LAST_DAY = 0
_WIDTH = 640


def acs_tab(viewer: Viewer, record: ClientRecord) -> None:
    """The form; saving it says so, or what can't be."""
    stored = acs_settings.acs_settings_of(viewer.actor, viewer.workspace, record.client.id)
    st.caption(
        "Each export is checked against these settings first, so that nothing is posted to a "
        "closed period or to Undistributed unseen. Leave empty what you don't know."
    )
    # Fields of their own for every stored state: a field keeps what it showed as long as its key.
    mark = f"{record.client.id}_{hash(stored)}"
    with st.form(f"acs_settings_{mark}", width=_WIDTH):
        typed = _fields(record, stored, mark)
        sent = st.form_submit_button("Save settings", type="primary", icon=":material/save:")
    if sent:
        _save(viewer, record.client.id, typed)


def fiscal_year_end(month: int | None, day: int) -> str:
    """Month and day as "MM-DD", where day 0 is the month's last; "" without a month."""
    if month is None:
        return ""
    return f"{month:02d}-{day or monthrange(_LEAP_YEAR, month)[1]:02d}"


def _fields(record: ClientRecord, stored: AcsSettings, mark: str) -> AcsSettings:
    ends = _fiscal_year(stored, mark)
    # Seeded, not given as first values: these fields must be possible to empty again.
    st.session_state.setdefault(f"open_from_{mark}", stored.open_from)
    st.session_state.setdefault(f"open_to_{mark}", stored.open_to)
    left, right = st.columns(2)
    with left:
        opened = st.date_input(
            "Open period from",
            value=None,
            format="MM/DD/YYYY",
            persist_state="page",
            key=f"open_from_{mark}",
            help="The first day that Accounting CS still posts to; earlier rows get a warning",
        )
    with right:
        closes = st.date_input(
            "Open period to",
            value=None,
            format="MM/DD/YYYY",
            persist_state="page",
            key=f"open_to_{mark}",
            help="The last day of the newest period that exists in Accounting CS",
        )
    mask = st.text_input(
        "GL mask",
        value=stored.gl_mask,
        persist_state="page",
        key=f"gl_mask_{mark}",
        placeholder="99999-99",
        help="The shape of the client's GL codes: 9 stands for a digit, A for a letter, X for "
        "either, and other signs for themselves. 61000-10 fits 99999-99; 61000 does not.",
    )
    return AcsSettings(ends, opened, closes, mask, _undistributed(record, stored, mark))


def _fiscal_year(stored: AcsSettings, mark: str) -> str:
    month, day = _month_and_day(stored.fiscal_year_end)
    left, right = st.columns(2)
    # Seeded like the dates.
    st.session_state.setdefault(f"fiscal_month_{mark}", month)
    with left:
        chosen = st.selectbox(
            "Fiscal year ends in",
            list(range(1, 13)),
            index=None,
            format_func=lambda number: month_name[number],
            placeholder="Not known",
            persist_state="page",
            key=f"fiscal_month_{mark}",
        )
    with right:
        last = st.selectbox(
            "On day",
            [_LAST_DAY, *_DAYS],
            index=day,
            format_func=lambda number: str(number) if number else "Last day of the month",
            persist_state="page",
            key=f"fiscal_day_{mark}",
        )
    return fiscal_year_end(chosen, last)


def _month_and_day(ends: str) -> tuple[int | None, int]:
    if not ends:
        return None, _LAST_DAY
    month, day = map(int, ends.split("-"))
    return month, _LAST_DAY if day == monthrange(_LEAP_YEAR, month)[1] else day


def _undistributed(record: ClientRecord, stored: AcsSettings, mark: str) -> str:
    labels = {gl.code: gl.label for gl in record.chart}
    if stored.undistributed_gl:
        labels.setdefault(stored.undistributed_gl, f"{stored.undistributed_gl} (not in the chart)")
    st.session_state.setdefault(f"undistributed_{mark}", stored.undistributed_gl or None)
    chosen = st.selectbox(
        "Undistributed account",
        list(labels),
        index=None,
        format_func=lambda code: labels[code],
        placeholder="Not known",
        persist_state="page",
        key=f"undistributed_{mark}",
        help="Where Accounting CS posts what has no GL code; rows coded to it get a warning",
    )
    return chosen or ""


def _save(viewer: Viewer, client_id: str, typed: AcsSettings) -> None:
    try:
        acs_settings.save_acs_settings(viewer.actor, viewer.workspace, client_id, typed)
    except LedgerSyncError as error:
        feedback.show_error(error)
        return
    feedback.keep_toast("Saved the settings of Accounting CS.")
    st.rerun()
