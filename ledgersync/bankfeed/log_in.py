"""Logging in: the one request that carries the password, and why LedgerSync may refuse it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import SecretStr

from ledgersync import clock
from ledgersync.bankfeed import failures
from ledgersync.bankfeed.access import Credentials, Token
from ledgersync.bankfeed.documents import Malformed, kind, parse
from ledgersync.bankfeed.failures import SUPPORT
from ledgersync.bankfeed.lanes import Answer, Question
from ledgersync.bankfeed.paths import MISSING, find, place
from ledgersync.bankfeed.profiles import Auth, Profile
from ledgersync.errors import FeedError, FeedNotUnderstood, LogInRefused, Refusal

LABEL = "the log-in"

_MOST_WORDS = 200
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"[^a-z0-9.!?]+")
# "will be locked after 3 more attempts" and "check caps lock" speak of wrong passwords.
_NOT_LOCKED_YET = re.compile(
    r"\b(will|may|might|could|would|before|avoid|prevent|not)\b[^.!?]*\block(ed|ing|out)?\b"
    r"|caps lock"
)
_LOCKED = re.compile(
    r"\b(un)?lock(ed|out)?\b|\btoo many\b.*\b(attempts|tries|log ?ins)\b|\bblocked\b"
)
_SUSPENDED = re.compile(
    r"\b(suspended|suspension|inactive|deactivated|disabled)\b"
    r"|\b(subscription|past due|payment|billing)\b"
    r"|\b(plan|trial|account|membership|license)\b.*\b(expired|ended|cancell?ed|closed)\b"
    r"|\b(expired|ended|cancell?ed) (plan|trial|account|membership|license)\b"
)
_WRONG = re.compile(
    r"\b(invalid|wrong|incorrect|bad|unknown|mismatch|not match)\b.*"
    r"\b(credentials?|passwords?|e ?mails?|log ?in|user ?(name)?)\b"
    r"|\b(unauthori[sz]ed|authentication failed|log ?in failed|invalid)\b"
)
_SECOND_STEP = re.compile(r"\b(mfa|2fa|otp|two factor|multi factor|verification code|one time)\b")


def question(profile: Profile, credentials: Credentials) -> Question:
    auth = profile.auth

    def body() -> bytes:
        fields: dict[str, object] = {}
        place(fields, auth.email_field, credentials.email.get_secret_value())
        place(fields, auth.password_field, credentials.password.get_secret_value())
        return json.dumps(fields).encode()

    return Question(
        LABEL,
        auth.path,
        profile.base_url + auth.path,
        method="POST",
        headers=lambda: {"Content-Type": "application/json"},
        body=body,
    )


def read_token(answer: Answer, auth: Auth) -> Token:
    """The token in the answer to a log-in.

    Raises:
        LogInRefused: when LedgerSync says no, in its status or in the words of a success.
        FeedError: when it says neither yes nor no.
    """
    document = _document(answer.body)
    if 200 <= answer.status < 300:  # noqa: PLR2004  success, as RFC 9110 numbers it
        token = find(document, auth.token_field)
        if _usable(token):
            return Token(
                SecretStr(str(token)), _expiry(find(document, auth.expires_in_field), auth)
            )
        raise _no_token(answer.body, document, token, auth)
    raise _no(answer, document, auth)


def _document(body: bytes) -> object:
    try:
        return parse(body)
    except (Malformed, FeedNotUnderstood):
        return None


def _usable(token: object) -> bool:
    # What can't stand in a header must not get near one: the refusal would quote it.
    return (
        isinstance(token, str) and token.isascii() and token.isprintable() and bool(token.strip())
    )


def _expiry(seconds: object, auth: Auth) -> datetime | None:
    if not auth.expires_in_field or not isinstance(seconds, str):
        return None
    if not re.fullmatch(r"\d{1,9}(\.\d+)?", seconds, re.ASCII) or not float(seconds):
        return None
    return clock.now() + timedelta(seconds=float(seconds))


def _no_token(body: bytes, document: object, token: object, auth: Auth) -> FeedError:
    if body.lstrip()[:1] == b"<":
        return failures.web_page(LABEL)
    said = _words(document)
    why = _why(said)
    if why or _WRONG.search(said):
        return refusal(why or Refusal.WRONG_CREDENTIALS)
    seen = kind(token) if token is not MISSING else "no such field"
    return FeedNotUnderstood(
        f"LedgerSync answered the log-in, but where the feed profile expects the token "
        f"(token_field {auth.token_field}) there is {seen}.",
        failures.PROFILE,
    )


def _no(answer: Answer, document: object, auth: Auth) -> FeedError:
    """The error for an answer that is no success, by its status first and its words second."""
    status, said = answer.status, _words(document)
    if status == 429:  # noqa: PLR2004  as RFC 9110 numbers them
        return failures.throttled(max(answer.wait or 0, 0) or 60)
    if status == 408 or status >= 500:  # noqa: PLR2004
        return failures.server_error(LABEL, status)
    if status not in _REFUSALS:
        return failures.refused(LABEL, auth.path, status)
    if status != 401 and answer.body.lstrip()[:1] == b"<":  # noqa: PLR2004
        return failures.web_page(LABEL)  # a firewall said no, not LedgerSync
    why = _REFUSALS[status] or _why(said)
    if not why and _SECOND_STEP.search(said):
        return FeedNotUnderstood(
            "LedgerSync asks for a second step at log-in, which this program can't take.",
            f"Use a log-in without a second step, or {SUPPORT}.",
        )
    return refusal(why or Refusal.WRONG_CREDENTIALS)


_REFUSALS: dict[int, Refusal | None] = {
    400: None,
    401: None,
    402: Refusal.SUSPENDED,
    403: None,
    422: None,
    423: Refusal.LOCKED,
}


def _why(said: str) -> Refusal | None:
    if _LOCKED.search(_NOT_LOCKED_YET.sub(" ", said)):
        return Refusal.LOCKED
    return Refusal.SUSPENDED if _SUSPENDED.search(said) else None


def _words(document: object) -> str:
    """All that the answer says, as lower-case words: "ACCOUNT_LOCKED" is "account locked"."""
    said = [_HUMP.sub(" ", text).lower() for text in _texts(document, depth=0)]
    return " . ".join(_NO_WORD.sub(" ", text) for text in said[:_MOST_WORDS])


def _texts(value: object, depth: int) -> Iterator[str]:
    if depth > 8:  # noqa: PLR2004  deeper than any error message stands
        return
    if isinstance(value, str):
        yield value[:1000]
    elif isinstance(value, dict):
        for key, item in value.items():
            if item is True:
                yield key
            yield from _texts(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, depth + 1)


def refusal(why: Refusal) -> LogInRefused:
    """The error for a refused log-in, with the next step that fits the reason."""
    sentence, next_step = _SAYINGS[why]
    return LogInRefused(why, sentence, next_step)


_SAYINGS = {
    Refusal.WRONG_CREDENTIALS: (
        "LedgerSync did not accept this e-mail and password.",
        (
            "Check both for typos and try to log in at app.ledgersync.com; if that fails too, use "
            '"Forgot Password" there.'
        ),
    ),
    Refusal.LOCKED: (
        "The LedgerSync account is locked, usually after several wrong passwords.",
        (
            'Wait before you try again, or use "Forgot Password" at app.ledgersync.com; '
            f"if it stays locked, {SUPPORT}."
        ),
    ),
    Refusal.SUSPENDED: (
        "The LedgerSync subscription is inactive or suspended.",
        f"Log in at app.ledgersync.com and check the subscription, or {SUPPORT}.",
    ),
}
