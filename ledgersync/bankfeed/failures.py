"""What can go wrong with an answer, in sentences for people.

Nothing here repeats what LedgerSync sent or what was sent to it: both may hold secrets.
"""

import re
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

from ledgersync import clock
from ledgersync.bankfeed.bodies import MOST_BYTES
from ledgersync.errors import (
    FeedError,
    FeedForbidden,
    FeedNotUnderstood,
    FeedThrottled,
    FeedUnreachable,
)

T = TypeVar("T")

SUPPORT = "contact support@ledgersync.com"
PROFILE = f"Check the feed profile with `ledgersync api probe`, or {SUPPORT}."
LATER = f"Wait a few minutes and try again; if it stays, {SUPPORT}."
NETWORK = "Check the internet connection and LEDGERSYNC_API_URL, then try again."

_LONGEST_WAIT = timedelta(days=3650).total_seconds()
_SECONDS = re.compile(r"\d{1,10}", re.ASCII)


class TryAgain(Exception):  # noqa: N818  asks for another attempt, never reaches a caller
    """An attempt that failed in a way that may pass; `failure` is for when it doesn't.

    `wait` is how many seconds LedgerSync asked for, None when it named none.
    """

    def __init__(self, failure: FeedError, wait: float | None = None) -> None:
        super().__init__(failure.sentence)
        self.failure = failure
        self.wait = wait


class TokenRefused(Exception):  # noqa: N818  leads to a log-in, never reaches a caller
    """LedgerSync did not take the token."""


def read_safely(read: Callable[[], T]) -> T:
    """What `read` returns; what it raises loses the frames whose variables hold the answer."""
    try:
        return read()
    except (FeedError, TryAgain) as error:
        found = error.with_traceback(None)
    raise found


def unreachable(host: str, error: BaseException) -> FeedUnreachable:
    """Why no answer came, told from what the network layers raised."""
    causes = _causes(error)
    untrusted = next((c for c in causes if isinstance(c, ssl.SSLCertVerificationError)), None)
    if untrusted:
        return FeedUnreachable(
            f"The secure connection to {host} can't be trusted: "
            f"{untrusted.verify_message.rstrip('.').lower()}.",
            "Check this computer's date and time; behind a company proxy, set LEDGERSYNC_CA_BUNDLE "
            f"to its certificate; otherwise {SUPPORT}.",
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return FeedUnreachable(f"The address {host} was not found.", NETWORK)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return FeedUnreachable(f"No secure connection to {host} could be made.", NETWORK)
    return FeedUnreachable(f"LedgerSync could not be reached at {host}.", NETWORK)


def is_untrusted(error: BaseException) -> bool:
    """Whether the certificate was refused, which no second attempt will change."""
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def too_slow(what: str, seconds: float) -> FeedUnreachable:
    return FeedUnreachable(f"LedgerSync did not finish {what} within {seconds:g} seconds.", LATER)


def throttled(seconds: float) -> FeedThrottled:
    until = clock.now() + timedelta(seconds=seconds)
    when = until.astimezone()
    return FeedThrottled(
        f"LedgerSync asks to wait until {when:%m/%d/%Y %H:%M:%S}.",
        "Try again after that.",
        until,
    )


def silent(label: str) -> FeedUnreachable:
    return FeedUnreachable(f"LedgerSync took too long to answer for {label}.", LATER)


def ended_early(label: str) -> FeedUnreachable:
    return FeedUnreachable(f"LedgerSync broke off while sending {label}.", LATER)


def server_error(label: str, status: int) -> FeedUnreachable:
    return FeedUnreachable(f"LedgerSync could not answer for {label} (error {status}).", LATER)


def broken_body(label: str) -> FeedNotUnderstood:
    return FeedNotUnderstood(f"LedgerSync sent {label} in a form that can't be unpacked.", LATER)


def too_large(label: str) -> FeedNotUnderstood:
    return FeedNotUnderstood(
        f"LedgerSync's answer for {label} is larger than {MOST_BYTES // 1_000_000} MB, and was "
        "not read.",
        PROFILE,
    )


def malformed(label: str) -> FeedNotUnderstood:
    return FeedNotUnderstood(f"LedgerSync's answer for {label} is not complete JSON.", LATER)


def web_page(label: str) -> FeedNotUnderstood:
    return FeedNotUnderstood(
        f"A web page came instead of LedgerSync's answer for {label}.",
        "Open a browser: the network may ask for its own sign-in first. Otherwise check "
        "LEDGERSYNC_API_URL.",
    )


def refused(label: str, path: str, status: int) -> FeedError:
    """The error for a final answer that is no success; 401 is not decided here."""
    if status == 403:  # noqa: PLR2004  as RFC 9110 numbers them
        return FeedForbidden(
            f"LedgerSync does not let this log-in see {label}.",
            "Ask for access at app.ledgersync.com, then load again.",
        )
    if status == 402:  # noqa: PLR2004
        return FeedForbidden(
            f"LedgerSync asks for payment before it gives {label}.",
            "Check the subscription at app.ledgersync.com.",
        )
    if 300 <= status < 400:  # noqa: PLR2004
        return FeedNotUnderstood(
            f"LedgerSync sent the request for {label} on to another address; that is not followed.",
            "Check base_url in the feed profile and LEDGERSYNC_API_URL.",
        )
    if status == 404:  # noqa: PLR2004
        return FeedNotUnderstood(f"LedgerSync has nothing at {path} ({label}).", PROFILE)
    return FeedNotUnderstood(f"LedgerSync answered {status} at {path} ({label}).", PROFILE)


def asked_wait(retry_after: str, date: str) -> float | None:
    """Seconds that a Retry-After asks for, None when it is absent or makes no sense.

    A date counts from the answer's own Date, so that a wrong clock here doesn't matter. Ten years
    is the most: what lies beyond the last day of the calendar could not be said.
    """
    if _SECONDS.fullmatch(retry_after.strip()):
        return min(float(retry_after), _LONGEST_WAIT)
    then = _moment(retry_after)
    if then is None:
        return None
    return min((then - (_moment(date) or clock.now())).total_seconds(), _LONGEST_WAIT)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
