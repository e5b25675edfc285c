"""Saying how things went: errors in place, and words that outlive the rerun after a click."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st
from streamlit.errors import FragmentHandledException

from ledgersync.errors import DatabaseUnavailable, LedgerSyncError
from ledgersync.ui.texts import plain

_LOGGER = logging.getLogger(__name__)
_TOASTS = "feedback_toasts"
_ERRORS = "feedback_errors"
_DONE = ":material/check:"
_AWAY = "feedback_database_was_away"


@contextmanager
def in_place() -> Iterator[None]:
    """Show an error where the work stands, and let the rest of the page go on.

    Streamlit's own reruns and stops are no `Exception`, and pass.
    """
    try:
        yield
    except LedgerSyncError as error:
        show_error(error)
    except FragmentHandledException:
        raise
    except Exception as error:  # noqa: BLE001  Streamlit would show a box of its own, and no log
        show_error(unexpected(error))


def unexpected(error: Exception) -> LedgerSyncError:
    """Log the trace of an error that nobody expected, and give what people are told of it."""
    reference = secrets.token_hex(4)
    _LOGGER.error("An unexpected error on a page, reference %s", reference, exc_info=error)
    return LedgerSyncError(
        f"Something went wrong that should not have (reference {reference}).",
        "Reload the page. If it stays, copy the message for support on Help and add the reference.",
    )


def show_error(error: LedgerSyncError) -> None:
    """One sentence, the next step, and the reference that support can look up."""
    if isinstance(error, DatabaseUnavailable):
        st.session_state[_AWAY] = True
        if error.details:
            _LOGGER.warning("The database could not be used: %s", error)
    st.error(error_words(error), icon=":material/error:")


def database_was_away() -> bool:
    """Whether an error of the database was shown since this was asked last."""
    return bool(st.session_state.pop(_AWAY, False))


def error_words(error: LedgerSyncError) -> str:
    """An error as Markdown in which other people's text is harmless."""
    return f"**{plain(error.sentence)}** {plain(error.next_step)} :small[({error.code})]"


@dataclass(frozen=True)
class _Toast:
    """What is to be said, and the work that is done once it is said; what it returns is added."""

    words: str
    more: Callable[[], str] = str
    icon: str = _DONE


def keep_toast(words: str, more: Callable[[], str] = str, icon: str = _DONE) -> None:
    """Say this in a toast once the rerun has come; for callbacks, which can't show anything.

    `more` is called right after that, before anything of the page is read or shown; the toast then
    says its words, too.
    """
    st.session_state.setdefault(_TOASTS, []).append(_Toast(words, more, icon))


def keep_error(error: LedgerSyncError) -> None:
    """Show this error at `show_kept` once the rerun has come; for callbacks."""
    st.session_state.setdefault(_ERRORS, []).append(error)


@contextmanager
def kept() -> Iterator[None]:
    """Like `in_place`, for callbacks: the error is shown by the rerun that follows."""
    try:
        yield
    except LedgerSyncError as error:
        keep_error(error)
    except Exception as error:  # noqa: BLE001  as in `in_place`
        keep_error(unexpected(error))


def show_kept() -> None:
    """Show what callbacks had to say; each thing once."""
    waiting: list[_Toast] = st.session_state.get(_TOASTS, [])
    while waiting:
        toast = waiting[0]
        shown = st.toast(plain(toast.words), icon=toast.icon)
        del waiting[0]  # only now: a click elsewhere may end the run before the toast is there
        with in_place():
            if rest := toast.more():
                shown.toast(plain(f"{toast.words} {rest}"), icon=toast.icon)
    for error in st.session_state.pop(_ERRORS, []):
        show_error(error)


def show_kept_inside() -> None:
    """Like `show_kept`, in place: for a dialog that goes on, where a toast would lie over it.

    The line is there also when there is nothing to say, so that saying something moves nothing.
    """
    said: list[str] = []
    for toast in st.session_state.pop(_TOASTS, []):
        said.append(toast.words)
        with in_place():
            said.append(toast.more())
    words = plain(" ".join(filter(None, said)))
    st.markdown(f":small[:green[:material/check:] {words}]" if words else ":small[&nbsp;]")
    for error in st.session_state.pop(_ERRORS, []):
        show_error(error)
