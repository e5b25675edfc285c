"""What transactions can be coded to: vendors and charts of a client, and of the whole firm."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import pandas as pd
import streamlit as st

from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.errors import LedgerSyncError
from ledgersync.services import client_records, coding_lists
from ledgersync.services.coding_lists import CodingList
from ledgersync.services.firm_lists import ListKind
from ledgersync.ui.coding_grid import Listed, Table, show_table
from ledgersync.ui.feedback import show_error
from ledgersync.ui.firm_list_changes import offer_list_changes
from ledgersync.ui.firm_lists import offer_import
from ledgersync.ui.labels import unique_labels, vendor_labels
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain

_ADDED, _TIMES = "client_codes_added", "client_codes_times"
_SEARCHED_FROM = 12
_HOW = "Import the list from Accounting CS, or add the first one below."


def vendors_tab(viewer: Viewer, lists: CodingList) -> None:
    """The vendors to edit, a form for a new one, and a way to delete one."""
    _show_done("vendor")
    with _above_table(counted(len(lists.vendors), "vendor"), ListKind.VENDORS, lists.client_id):
        _delete(
            "vendor",
            lists.vendors,
            vendor_labels(lists.vendors),
            partial(coding_lists.delete_vendor, viewer.actor, viewer.workspace),
        )
    shown = _search(lists.vendors, f"search_vendors_{lists.client_id}", "Search vendors")
    if shown:
        show_table(vendors_table(viewer, lists, shown))
    elif not lists.vendors:
        st.info(f"{_nobody(lists)} no vendors yet. {_HOW}", icon=":material/store:")
    _firm_vendors(lists)
    _new_vendor(viewer, lists)
    offer_list_changes(viewer, ListKind.VENDORS, lists.client_id)


def chart_tab(viewer: Viewer, lists: CodingList) -> None:
    """The chart of accounts to edit, a form for a new account, and a way to delete one."""
    _show_done("account")
    with _above_table(counted(len(lists.chart), "GL account"), ListKind.CHART, lists.client_id):
        _delete(
            "account",
            lists.chart,
            unique_labels((account.id, account.label) for account in lists.chart),
            partial(coding_lists.delete_gl_account, viewer.actor, viewer.workspace),
        )
    shown = _search(lists.chart, f"search_chart_{lists.client_id}", "Search GL accounts")
    if shown:
        show_table(chart_table(viewer, lists, shown))
    elif not lists.chart:
        st.info(
            f"{_nobody(lists)} no chart of accounts yet. {_HOW}", icon=":material/account_tree:"
        )
    _firm_chart(lists)
    _new_account(viewer, lists)
    offer_list_changes(viewer, ListKind.CHART, lists.client_id)


@contextmanager
def _above_table(words: str, kind: ListKind, client_id: str) -> Iterator[None]:
    """One line: how many there are, and what can be done with the list as a whole."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words)
        offer_import(kind, client_id)
        yield


def _nobody(lists: CodingList) -> str:
    return "This client has" if lists.client_id else "The firm as a whole has"


def vendors_table(viewer: Viewer, lists: CodingList, shown: tuple[Vendor, ...]) -> Table[Vendor]:
    """The vendors with a default GL account to choose among those of the chart."""
    labels = {gl.code: gl.label for gl in lists.default_gls}
    # A default that left the chart is shown as it is, until somebody chooses another.
    labels |= {v.default_gl: v.default_gl for v in shown if v.default_gl not in {"", *labels}}
    make = st.column_config
    return Table(
        name=f"vendors_{lists.client_id or 'firm'}",
        rows=shown,
        columns={
            "name": make.TextColumn("Vendor", required=True, width=320),
            "code": make.TextColumn("Vendor code", help="The Vendor ID in Accounting CS"),
            "default_gl": make.SelectboxColumn(
                "Default GL account", options=list(labels.values()), width=300
            ),
        },
        save=partial(coding_lists.change_vendor, viewer.actor, viewer.workspace),
        alt="Vendors with code and default GL account: each cell can be edited",
        labels=labels,
    )


def chart_table(
    viewer: Viewer, lists: CodingList, shown: tuple[GlAccount, ...]
) -> Table[GlAccount]:
    make = st.column_config
    return Table(
        name=f"chart_{lists.client_id or 'firm'}",
        rows=shown,
        columns={
            "code": make.TextColumn("GL code", required=True),
            "name": make.TextColumn("Account name", width=320),
            "type": make.TextColumn("Type"),
        },
        save=partial(coding_lists.change_gl_account, viewer.actor, viewer.workspace),
        alt="Chart of accounts: each cell can be edited",
        labels={},
    )


def _search(rows: tuple[Listed, ...], key: str, label: str) -> tuple[Listed, ...]:
    """The rows whose code or name holds every word that was typed; short lists need no search."""
    if len(rows) < _SEARCHED_FROM:
        return rows
    typed = st.text_input(
        label,
        persist_state="page",
        key=key,
        placeholder=f"{label} by name or code",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    words = typed.casefold().split()
    found = tuple(
        row for row in rows if all(word in f"{row.name} {row.code}".casefold() for word in words)
    )
    if not found:
        st.info("Nothing has these words in its name or code.", icon=":material/search_off:")
    return found


def _firm_vendors(lists: CodingList) -> None:
    if lists.firm_vendors:
        title = counted(len(lists.firm_vendors), "vendor")
        with st.expander(f"{title} of the whole firm, used here too"):
            names = {gl.code: gl.label for gl in lists.default_gls}
            frame = pd.DataFrame(
                {
                    "Vendor": vendor.name,
                    "Vendor code": vendor.code,
                    "Default GL account": names.get(vendor.default_gl, ""),
                }
                for vendor in lists.firm_vendors
            )
            st.dataframe(frame, hide_index=True, alt="Vendors of the whole firm")


def _firm_chart(lists: CodingList) -> None:
    if lists.firm_chart:
        title = counted(len(lists.firm_chart), "GL account")
        with st.expander(f"{title} of the whole firm, used here too"):
            frame = pd.DataFrame(
                {"GL code": gl.code, "Account name": gl.name, "Type": gl.type}
                for gl in lists.firm_chart
            )
            st.dataframe(frame, hide_index=True, alt="GL accounts of the whole firm")


def _new_vendor(viewer: Viewer, lists: CodingList) -> None:
    labels = {gl.code: gl.label for gl in lists.default_gls}
    form = _empty_form(f"new_vendor_{lists.client_id}")
    with st.form(form):
        st.markdown("**New vendor**")
        name = st.text_input("Vendor name", persist_state="page", key=f"{form}_name")
        code = st.text_input(
            "Vendor code",
            persist_state="page",
            key=f"{form}_code",
            help="The Vendor ID in Accounting CS",
        )
        default_gl = st.selectbox(
            "Default GL account",
            list(labels),
            index=None,
            format_func=lambda gl_code: labels[gl_code],
            placeholder="None",
            persist_state="page",
            key=f"{form}_gl",
        )
        sent = st.form_submit_button("Add vendor")
    if sent:
        add = partial(client_records.add_vendor, viewer.actor, viewer.workspace, lists.client_id)
        _do("vendor", lambda: f"Added {add(name, code, default_gl or '').name}.")


def _new_account(viewer: Viewer, lists: CodingList) -> None:
    form = _empty_form(f"new_gl_{lists.client_id}")
    with st.form(form):
        st.markdown("**New GL account**")
        code = st.text_input(
            "GL code",
            persist_state="page",
            key=f"{form}_code",
            help="As Accounting CS shows it, such as 6250-10",
        )
        name = st.text_input("Account name", persist_state="page", key=f"{form}_name")
        sent = st.form_submit_button("Add GL account")
    if sent:
        add = partial(
            client_records.add_gl_account, viewer.actor, viewer.workspace, lists.client_id
        )
        _do("account", lambda: f"Added {add(code, name).label}.")


def _empty_form(name: str) -> str:
    """The form's key: another one, and so empty fields, once something was added.

    Not emptied by being sent: what is refused, or meets a database that is away, stays typed.
    """
    return f"{name}_{st.session_state.get(_TIMES, 0)}"


def _delete(
    what: str,
    rows: Sequence[Listed],
    labels: Mapping[str, str],
    delete: Callable[[Listed], None],
) -> None:
    """Choose one and delete it; what is used somewhere is refused, and where is told."""
    if not rows:
        return
    owner = rows[0].client_id
    words = "vendor" if what == "vendor" else "GL account"
    by_id = {row.id: row for row in rows}
    with st.popover(f"Delete a {words}", icon=":material/delete:"):
        chosen = st.selectbox(
            f"Which {words}",
            list(by_id),
            index=None,
            format_func=labels.__getitem__,
            placeholder="Type to search",
            persist_state="page",
            key=f"delete_{what}_{owner}",
        )
        pressed = st.button(
            "Delete", key=f"delete_{what}_{owner}_button", disabled=chosen not in by_id
        )
        if pressed and chosen:

            def gone() -> str:
                delete(by_id[chosen])
                return f"Deleted {labels[chosen]}."

            _do(what, gone)


def _do(what: str, act: Callable[[], str]) -> None:
    """Do it, then show the page with what was done; what is refused is told in place."""
    try:
        words = act()
    except LedgerSyncError as error:
        show_error(error)
        return
    st.session_state[_ADDED] = (what, words)
    st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1
    st.rerun()


def _show_done(what: str) -> None:
    kind, words = st.session_state.get(_ADDED, ("", ""))
    if kind == what:
        del st.session_state[_ADDED]
        st.success(plain(words), icon=":material/check_circle:")
