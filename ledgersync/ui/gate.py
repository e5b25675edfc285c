"""The gate of a hosted app: who has signed in, and what everybody else is shown instead of a page.

Local and demo installations never come here: they answer to their own machine alone.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NoReturn

import streamlit as st
from streamlit.errors import Error as StreamlitError

from ledgersync.config import Mode, named_providers
from ledgersync.domain.actors import Actor
from ledgersync.errors import LedgerSyncError, SignedOut, SignInFailed, SignInRefused
from ledgersync.services import people, signing_in
from ledgersync.services.workspace import Workspace
from ledgersync.ui.feedback import keep_error, kept, show_error, show_kept
from ledgersync.ui.texts import plain

_WIDTH = 560
_FAILURE = "sign_in"


class SignInFailure(StrEnum):
    """What the address says where somebody comes back who has not been signed in."""

    REFUSED = "refused"
    UNREACHABLE = "unreachable"


_FAILURES: Mapping[str, SignInFailed] = {
    SignInFailure.REFUSED: SignInFailed(
        "Your company's sign-in did not complete.",
        "Try again. If it stays, tell your administrator: the app's log has what it answered.",
    ),
    SignInFailure.UNREACHABLE: SignInFailed(
        "Your company's sign-in does not answer the app.",
        "Try again in a moment. If it stays, tell your administrator: the app's log says why.",
    ),
}


def is_shut(workspace: Workspace) -> bool:
    """Whether nobody has signed in who would have to, or somebody who may not come in.

    Raises:
        LedgerSyncError: when it can't be told now who may come in.
    """
    if workspace.settings.mode is not Mode.HOSTED:
        return False
    return not _has_signed_in() or not _is_welcome(workspace)


def _is_welcome(workspace: Workspace) -> bool:
    try:
        signing_in.welcome(workspace, _claims())
    except (SignedOut, SignInRefused):
        return False
    return True


def let_in(workspace: Workspace) -> Actor:
    """The person who has signed in; everybody else sees why not, and the run ends here.

    Raises:
        LedgerSyncError: when it can't be told now who may come in.
    """
    if not _has_signed_in():
        _ask_to_sign_in()
    try:
        return signing_in.welcome(workspace, _claims())
    except SignedOut as over:
        _turn_away("Please sign in again", over, again=True)
    except SignInRefused as refused:
        _turn_away("Ask your administrator", refused, again=False)


def own_menu(workspace: Workspace, actor: Actor) -> None:
    """The person's name, and the ways out."""
    with st.popover(plain(actor.name), icon=":material/person:"):
        st.button(
            "Sign out",
            icon=":material/logout:",
            key="sign_out",
            on_click=_sign_out,
            args=(lambda: signing_in.sign_out(workspace, actor),),
        )
        st.button(
            "Sign out everywhere",
            icon=":material/devices_off:",
            help="Ends your sign-in on every computer and phone, this one too",
            key="sign_out_everywhere",
            on_click=_sign_out,
            args=(lambda: people.sign_me_out_everywhere(actor, workspace),),
        )


def _has_signed_in() -> bool:
    return bool(st.user.get("is_logged_in"))


def _claims() -> Mapping[str, object]:
    return st.user.to_dict()


def _ask_to_sign_in() -> NoReturn:
    with st.container(width=_WIDTH):
        st.title("LedgerSync for Accounting CS", anchor=False)
        st.write("Sign in with your company's account to go on.")
        if failure := st.query_params.get(_FAILURE):
            show_error(_FAILURES.get(failure, _FAILURES[SignInFailure.REFUSED]))
        show_kept()
        _sign_in_buttons("Sign in")
    st.stop()


def _turn_away(title: str, error: LedgerSyncError, *, again: bool) -> NoReturn:
    with st.container(width=_WIDTH):
        st.title(title, anchor=False)
        st.warning(
            f"**{plain(error.sentence)}** {plain(error.next_step)}", icon=":material/lock_person:"
        )
        show_kept()
        if again:
            _sign_in_buttons("Sign in again")
        st.button("Sign out", icon=":material/logout:", key="leave", on_click=_leave)
    st.stop()


def _sign_in_buttons(words: str) -> None:
    """One button, or one for each provider that the secrets name."""
    for provider in _providers() or [""]:
        with_whom = f" with {provider.capitalize()}" if provider else ""
        st.button(
            words + with_whom,
            type="primary",
            icon=":material/login:",
            key=f"sign_in_{provider}",
            on_click=_sign_in,
            args=(provider,),
        )


def _providers() -> list[str]:
    try:
        auth = st.secrets["auth"]
    except (KeyError, FileNotFoundError, StreamlitError):
        return []
    return list(named_providers(auth))


def _sign_in(provider: str) -> None:
    try:
        if provider:
            st.login(provider)
        else:
            st.login()
    except StreamlitError:
        keep_error(
            LedgerSyncError(
                "Signing in is not set up on this server.",
                "Ask your administrator to start it with `ledgersync run`, which says what misses.",
            )
        )


def _sign_out(end: Callable[[], object]) -> None:
    with kept():
        end()
        _leave()


def _leave() -> None:
    st.logout()
