"""What can go wrong with an outside model, in sentences for people.

Nothing here repeats what was sent or what came back: both may hold what belongs in no log.
"""

import socket
import ssl
from dataclasses import dataclass

import httpx

_SET_UP = "Check the outside model in Settings, then test it there."
_LATER = "Try again later; if it stays, check the account at the model's provider."
_NETWORK = "Check the address in Settings and the internet connection, then test it there."


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no answer; `passing` when it is one answer's fault and the next may be good."""

    sentence: str
    next_step: str
    passing: bool = False


OUT_OF_TIME = Trouble(
    "The outside model is too slow for this run", "Ask fewer rows a run, or choose a faster model."
)
TOO_LARGE = Trouble("The outside model's answer is larger than 1 MB, and was not read", _SET_UP)
PACKED = Trouble("The outside model's answer is packed in a way that was not asked for", _SET_UP)
NOT_THE_PROTOCOL = Trouble(
    "The outside model's address answers, but not as the chat-completions protocol has it",
    _SET_UP,
)
NOT_AS_ASKED = Trouble(
    "The outside model answered, but not with the JSON that it was asked for",
    "Choose a model that can answer in JSON.",
    passing=True,
)
NOT_USABLE = Trouble(
    "The outside model answered in the right form, but named what it was not offered",
    "Choose a more capable model.",
)
_ENDED_EARLY = Trouble("The outside model broke off while it answered", _LATER)
_STATUSES = {
    400: Trouble("The outside model refused the request as it was put (400)", _SET_UP),
    401: Trouble("The outside model did not accept the key (401)", "Enter the key again."),
    402: Trouble("The outside model asks for payment (402)", _LATER),
    403: Trouble(
        "The outside model does not let this key ask (403)", "Check what the key is allowed to do."
    ),
    404: Trouble(
        "There is no such model, or nothing at the outside model's address (404)",
        "Check the address and the model's name in Settings.",
    ),
    429: Trouble("The outside model takes no more requests now (429)", _LATER),
}


def refused(status: int) -> Trouble:
    """The trouble for an answer whose status is no success."""
    if 300 <= status < 400:  # noqa: PLR2004  as RFC 9110 numbers them
        return Trouble(
            "The outside model's address sends requests on to another; that is not followed",
            "Enter the final address in Settings.",
        )
    if status >= 500:  # noqa: PLR2004
        return Trouble(f"The outside model could not answer (error {status})", _LATER)
    return _STATUSES.get(status) or Trouble(f"The outside model answered {status}", _SET_UP)


def too_slow(seconds: float) -> Trouble:
    return Trouble(f"The outside model did not answer within {max(seconds, 1):.0f} s", _LATER)


def no_answer(error: BaseException) -> Trouble:
    """Why no answer came, told from what the network layers raised."""
    causes = _causes(error)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return Trouble(
            "The secure connection to the outside model can't be trusted",
            "Check this computer's date; behind a company proxy, set LEDGERSYNC_CA_BUNDLE.",
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Trouble("The outside model's address was not found", _NETWORK)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return Trouble("The outside model could not be reached", _NETWORK)
    return _ENDED_EARLY


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
