"""Import of bank statement files: a file, what it would bring, and Confirm Import."""

from collections.abc import Sequence

import streamlit as st

from ledgersync.domain.clients import BankAccount, Client
from ledgersync.errors import LedgerSyncError
from ledgersync.services import reviewing, statement_files
from ledgersync.services.statement_files import FilePreview, Reading
from ledgersync.ui import addresses
from ledgersync.ui.feedback import show_error
from ledgersync.ui.hand_accounts import offer_account
from ledgersync.ui.labels import account_labels, client_labels
from ledgersync.ui.review_start import explain_no_clients
from ledgersync.ui.shell import Viewer
from ledgersync.ui.statement_import_done import confirm, forget_done, is_confirming, show_done
from ledgersync.ui.statement_import_preview import show_lines, show_summary
from ledgersync.ui.statement_import_questions import ask_account, ask_reading
from ledgersync.ui.uploads import uploaded

_CLIENT, _PARAMS = "import_client", ("client", "account")
_FILES, _PREVIEW = "import_files", "import_preview"
_TYPES = ("ofx", "qfx", "qbo", "qif", "csv", "tsv", "txt", "xlsx", "xlsm", "xls")

Outcome = FilePreview | LedgerSyncError


def statement_import(viewer: Viewer) -> None:
    """The whole page."""
    st.caption(
        "For a bank that is not on the feed. You see what each row would do, and nothing changes "
        "before you confirm. A row that is there already is left out; one that LedgerSync may have "
        "brought comes in, and Review asks about the two."
    )
    show_done(viewer)
    everyone = reviewing.list_clients(viewer.actor, viewer.workspace)
    if not everyone:
        explain_no_clients(viewer)
        return
    account = _choose(viewer, everyone)
    if account is None:
        return
    st.caption(f"Files that are read: {statement_files.FORMATS}.")
    file = uploaded("File", _TYPES, f"import_file_{st.session_state.get(_FILES, 0)}")
    if file is None:
        st.session_state.pop(_PREVIEW, None)
        return
    forget_done()
    _import(viewer, account, (file.id, file.name, file.data))


def _import(viewer: Viewer, account: BankAccount, file: tuple[str, str, bytes]) -> None:
    """The questions that a file leaves open, then its preview and the button."""
    place = f"{account.id}_{file[0]}"  # what was said of a file was said of one bank account's
    outcome = _previewed(viewer, account, file, _said(place))
    if isinstance(outcome, LedgerSyncError):
        show_error(outcome)
        return
    reading = ask_reading(place, outcome)
    reading = ask_account(place, outcome, reading)
    if reading != _said(place):
        st.session_state[_reading_key(place)] = reading
        st.rerun()
    if outcome.chosen is None:
        return
    show_summary(outcome)
    if done := confirm(viewer, outcome):
        if done.applied:  # otherwise the file stays, to be looked at again
            st.session_state[_FILES] = st.session_state.get(_FILES, 0) + 1
        st.session_state.pop(_PREVIEW, None)
        st.rerun()
    show_lines(outcome)


def _said(place: str) -> Reading:
    """What the person has said of this file so far."""
    said: Reading = st.session_state.get(_reading_key(place), Reading())
    return said


def _reading_key(place: str) -> str:
    return f"import_reading_{place}"


def _choose(viewer: Viewer, everyone: Sequence[Client]) -> BankAccount | None:
    """The client and the bank account; both stand in the address."""
    left, right = st.columns(2)
    with left:
        client = _choose_client(everyone)
    accounts = reviewing.list_accounts(viewer.actor, viewer.workspace, client.id) if client else []
    with right:
        account = _choose_account(client, accounts)
    if client is None:
        st.info("Choose a client to see its bank accounts.", icon=":material/arrow_upward:")
        return None
    offer_account(viewer, client, _account_key(client), first=not accounts)
    return account


def _account_key(client: Client) -> str:
    return f"import_account_{client.id}"


def _choose_client(everyone: Sequence[Client]) -> Client | None:
    by_id = {client.id: client for client in everyone}
    labels = client_labels(everyone)
    if (asked := addresses.asked(_PARAMS[0], _CLIENT)) in by_id:
        st.session_state[_CLIENT] = asked
    elif len(by_id) == 1:
        st.session_state.setdefault(_CLIENT, next(iter(by_id)))
    chosen = st.selectbox(
        "Client",
        list(by_id),
        index=None,
        format_func=labels.__getitem__,
        key=_CLIENT,
        persist_state="session",
        placeholder="Choose a client, or type to search",
    )
    addresses.keep(_PARAMS[0], chosen or "")
    return by_id.get(chosen) if chosen else None


def _choose_account(client: Client | None, accounts: Sequence[BankAccount]) -> BankAccount | None:
    by_id = {account.id: account for account in accounts}
    if client is None or not by_id:
        st.selectbox("Bank account", [], disabled=True, placeholder="", key="import_no_account")
        addresses.keep(_PARAMS[1], "")
        return None
    labels = account_labels(accounts)
    key = _account_key(client)
    if (asked := addresses.asked(_PARAMS[1], key)) in by_id:
        st.session_state[key] = asked
    chosen = st.selectbox(
        "Bank account",
        list(by_id),
        format_func=labels.__getitem__,
        key=key,
        persist_state="session",
    )
    addresses.keep(_PARAMS[1], chosen)
    return by_id[chosen]


def _previewed(
    viewer: Viewer, account: BankAccount, file: tuple[str, str, bytes], reading: Reading
) -> Outcome:
    """What the file would do: told once for each file and choice, not with every run.

    What is being confirmed is what was shown, whatever happened to the account since.
    """
    id_, name, data = file
    asked, version = (id_, account.id, reading), account.data_version
    kept: tuple[object, int, Outcome] | None = st.session_state.get(_PREVIEW)
    if kept and kept[0] == asked and (kept[1] == version or is_confirming()):
        return kept[2]
    outcome: Outcome
    try:
        with st.spinner("Reading the file ..."):
            outcome = statement_files.preview_file(
                viewer.actor, viewer.workspace, account.id, name, data, reading
            )
    except LedgerSyncError as error:
        outcome = error
    st.session_state[_PREVIEW] = (asked, version, outcome)
    return outcome
