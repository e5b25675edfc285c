"""LedgerSync Integration on Settings: the badge, the form, and what can be done with a connection.

The state lives in the database. Each button does one thing, with a sign that it is running, and
then the page is shown anew from what is stored.
"""

from collections.abc import Callable

import streamlit as st
from pydantic import SecretStr
from streamlit.delta_generator import DeltaGenerator

from ledgersync.domain.connections import Connection, ConnectionState, Failure
from ledgersync.errors import DatabaseUnavailable, LedgerSyncError
from ledgersync.services import connecting
from ledgersync.ui import client_sync
from ledgersync.ui.connection_badge import checking_badge, connection_badge
from ledgersync.ui.connection_sharing import sharing_choice
from ledgersync.ui.feedback import show_error
from ledgersync.ui.kit_offer import offer_on_settings
from ledgersync.ui.secret_fields import NEW_PASSWORD, PASSWORD, taken
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import plain
from ledgersync.ui.times import when_words

_NOTICE = "settings_notice"
_EMAIL, _EMAIL_AGAIN = "ledgersync_email", "ledgersync_email_again"
_STORED = frozenset(
    {
        ConnectionState.CONNECTED,
        ConnectionState.LOCKED,
        ConnectionState.NEEDS_ATTENTION,
    }
)
_WAIT_SECONDS = 2
_SYNCING = "Connected. Listing clients and bank accounts ..."
_FORM_WIDTH = 640

Show = Callable[[Connection], None]
Act = Callable[[str, Callable[[Show], object]], None]


def connection_section(viewer: Viewer) -> None:
    """The whole section, from the badge to the form."""
    st.header("LedgerSync Integration", anchor=False)
    connection = connecting.connection_state(viewer.actor, viewer.workspace)
    place = st.empty()
    with place.container():
        _show(connection)
    client_sync.show_outcome()
    if connection.state is ConnectionState.CONNECTED:
        offer_on_settings(viewer)

    def act(words: str, action: Callable[[Show], object]) -> None:
        _act(place, words, action)

    if connection.state is ConnectionState.CHECKING:
        _wait_for_the_end(viewer)
    if connection.may_change:
        _actions(viewer, connection, act)
        sharing_choice(viewer, connection.owner_id)
        if words := _form_words(connection):
            st.caption(plain(words))
        _form(viewer, act)
    else:
        _lent(viewer, connection, act)


def _form_words(connection: Connection) -> str:
    """What saving a log-in does beside the connection that is there."""
    if connection.owner_name:
        return (
            "To load with a LedgerSync log-in of your own from now on, save it here. "
            f"The connection of {connection.owner_name} stays as it is."
        )
    if connection.state is ConnectionState.CONNECTED:
        return "To use another LedgerSync account from now on, save its log-in here:"
    return ""


def _lent(viewer: Viewer, connection: Connection, act: Act) -> None:
    """Somebody else's connection, to load with: nothing of it is shown or changed here."""
    _refresh_button(viewer, connection, act)
    st.caption(
        "An administrator shared this connection with you: you can load with it. Its log-in is not "
        "shown."
    )
    with st.expander("Use a LedgerSync log-in of your own instead"):
        _form(viewer, act)


def _show(connection: Connection) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        connection_badge(connection)
        if connection.masked_email:
            whose = f", the connection of {connection.owner_name}" if connection.owner_name else ""
            signed_in = f"Signed in as {connection.masked_email}{whose}"
            st.caption(plain(signed_in), width="content")
    _show_trouble(connection)
    if notice := st.session_state.pop(_NOTICE, None):
        show_error(notice)


def _show_trouble(connection: Connection) -> None:
    if connection.failure is Failure.NO_CLIENTS:
        st.error(f"**{plain(connection.sentence)}**", icon=":material/cancel:")
        client_sync.show_what_to_check()
    elif connection.sentence:
        words = f"**{plain(connection.sentence)}** {plain(connection.next_step)}"
        if connection.state is ConnectionState.FAILED:
            st.error(words, icon=":material/cancel:")
        else:
            st.warning(words, icon=":material/warning:")
    if connection.attempt_sentence:
        st.error(
            f"**The log-in tried at {when_words(connection.attempt_at)} did not work.** "
            f"{plain(connection.attempt_sentence)} {_what_stays(connection)}",
            icon=":material/cancel:",
        )


def _what_stays(connection: Connection) -> str:
    if connection.state is ConnectionState.NEEDS_ATTENTION:
        return "The stored log-in is still the one that LedgerSync refused."
    return "The earlier connection stays in use."


@st.fragment(run_every=_WAIT_SECONDS)
def _wait_for_the_end(viewer: Viewer) -> None:
    """A check that somebody else started: look again until it is over."""
    st.caption("A check is running; this page shows how it ends.")
    state = connecting.connection_state(viewer.actor, viewer.workspace).state
    if state is not ConnectionState.CHECKING:
        st.rerun()


def _act(place: DeltaGenerator, words: str, action: Callable[[Show], object]) -> None:
    """Do it with a sign that it runs; `action` may show how the check ended and go on."""
    client_sync.forget_outcome()
    place.empty()  # or parts of the old picture stay until the run ends
    with place.container():
        badge = st.empty()
        with badge:
            checking_badge()
        with st.status(words, expanded=True) as status:

            def show(connection: Connection) -> None:
                with badge:
                    connection_badge(connection)
                status.update(label=_SYNCING, expanded=True)

            try:
                action(show)
            except LedgerSyncError as error:
                st.session_state[_NOTICE] = error
    st.rerun()


def _actions(viewer: Viewer, connection: Connection, act: Act) -> None:
    """Only what makes sense now: nothing is offered for a log-in that isn't stored."""
    if connection.state not in _STORED and not connection.masked_email:
        return
    locked = connection.state is ConnectionState.LOCKED
    with st.container(horizontal=True):
        if not locked:
            _refresh_button(viewer, connection, act)
            _test_button(viewer, connection, act)
            _password_popover(viewer, connection, act)
        _disconnect_popover(viewer, connection, act)
    st.caption(
        "The connection stays until you disconnect it or the password changes at LedgerSync."
    )


def _refresh_button(viewer: Viewer, connection: Connection, act: Act) -> None:
    """Not for a log-in that LedgerSync refused: it is not sent again before somebody acts."""
    if connection.state is ConnectionState.NEEDS_ATTENTION:
        return
    about = "Ask LedgerSync again for clients and bank accounts"
    if st.button("Refresh", icon=":material/refresh:", help=about, key="refresh_clients"):
        act("Refreshing clients and bank accounts ...", lambda _: client_sync.run(viewer))


def _test_button(viewer: Viewer, connection: Connection, act: Act) -> None:
    about = "Log in once with the stored e-mail and password"
    if st.button("Test again", icon=":material/network_check:", help=about, key="test_again"):
        act(
            "Checking with LedgerSync ...",
            lambda _: connecting.test_again(viewer.actor, viewer.workspace, connection.owner_id),
        )


def _password_popover(viewer: Viewer, connection: Connection, act: Act) -> None:
    with (
        st.popover("Update password", icon=":material/password:"),
        st.form("update_password", clear_on_submit=True, border=False),
    ):
        st.text_input("New LedgerSync password", type="password", key=NEW_PASSWORD)
        saved = st.form_submit_button("Save new password", type="primary")
    if saved:
        password = taken(NEW_PASSWORD)
        whose = connection.owner_id
        act(
            "Checking with LedgerSync ...",
            lambda show: _update_password(viewer, password, whose, show),
        )


def _disconnect_popover(viewer: Viewer, connection: Connection, act: Act) -> None:
    whose = f" of {plain(connection.owner_name)}" if connection.owner_name else ""
    with st.popover("Disconnect", icon=":material/link_off:"):
        st.write(f"Forget the stored LedgerSync e-mail and password{whose}?")
        st.write("Clients, bank accounts, transactions and every decision stay in the app.")
        sure = st.button("Yes, disconnect", type="primary", key="disconnect")
    if sure:
        act(
            "Disconnecting ...",
            lambda _: connecting.disconnect(viewer.actor, viewer.workspace, connection.owner_id),
        )


def _form(viewer: Viewer, act: Act) -> None:
    with st.form("integration", clear_on_submit=True, width=_FORM_WIDTH):
        st.caption(
            "Use the e-mail and password of your account at app.ledgersync.com. Both are encrypted "
            "before they are stored, and the password is never shown again."
        )
        email_field = _email_field()
        st.text_input(
            "LedgerSync Password", type="password", key=PASSWORD, autocomplete="current-password"
        )
        saved = st.form_submit_button("Save Integration", type="primary", icon=":material/save:")
    if saved:
        email, password = taken(email_field), taken(PASSWORD)
        act("Checking with LedgerSync ...", lambda show: _save(viewer, email, password, show))


def _email_field() -> str:
    """The field's key; one of its own begins with the e-mail that the database did not take."""
    times, again = st.session_state.get(_EMAIL_AGAIN, (0, SecretStr("")))
    key = f"{_EMAIL}_{times}" if times else _EMAIL
    st.text_input(
        "LedgerSync Email",
        value=again.get_secret_value(),
        persist_state="page",
        key=key,
        autocomplete="username",
    )
    return key


def _keep_email(email: SecretStr) -> None:
    """For another press; the password is not kept.

    Only where the database did not take the log-in: whoever typed it has nothing stored to go back
    to, and a cleared form would look as if it had been saved. It goes with the next save.
    """
    times, _ = st.session_state.get(_EMAIL_AGAIN, (0, None))
    st.session_state[_EMAIL_AGAIN] = (times + 1, email)


def _save(viewer: Viewer, email: SecretStr, password: SecretStr, show: Show) -> None:
    try:
        saved = connecting.save_integration(viewer.actor, viewer.workspace, email, password)
    except DatabaseUnavailable:
        _keep_email(email)
        raise
    st.session_state.pop(_EMAIL_AGAIN, None)
    _first_sync_after(viewer, saved, show)


def _update_password(viewer: Viewer, password: SecretStr, whose: str, show: Show) -> None:
    updated = connecting.update_password(viewer.actor, viewer.workspace, password, whose)
    _first_sync_after(viewer, updated, show)


def _first_sync_after(viewer: Viewer, connection: Connection, show: Show) -> None:
    """The check has ended, and its badge says so before the sync, which may take a minute."""
    if connection.state is ConnectionState.CONNECTED and not connection.attempt_sentence:
        show(connection)
        client_sync.run(viewer)
