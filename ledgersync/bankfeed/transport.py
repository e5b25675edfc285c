"""Asking LedgerSync: how many at once, and when an exchange is tried again."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import anyio
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from ledgersync.bankfeed import failures
from ledgersync.bankfeed.failures import TokenRefused, TryAgain
from ledgersync.bankfeed.lanes import Answer, Deadlines, Failure, Lanes, Question
from ledgersync.errors import FeedError

T = TypeVar("T")

AT_ONCE: Final = 8
AT_LOG_IN: Final = 2
LONGEST_PAUSE: Final = 120.0
_UNKNOWN_PAUSE: Final = 60.0
_UNAUTHORIZED: Final = 401
_THROTTLED: Final = 429
_OFTEN_PASSES: Final = frozenset({408, 429, *range(500, 600)})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often a request is made at most, and the growing pauses in between, in seconds."""

    attempts: int = 5
    first: float = 0.2
    longest: float = 5
    jitter: float = 0.3


class Transport:
    """Asks, eight at a time, on one event loop; no cookie is kept and no redirect followed."""

    def __init__(
        self, base_url: str, ca_bundle: Path | None, deadlines: Deadlines, backoff: Backoff
    ) -> None:
        _quieten()
        self._backoff = backoff
        self._places = anyio.Semaphore(AT_ONCE)
        # Two beside the eight, so that a person's log-in never queues behind a sync.
        self._log_ins = anyio.Semaphore(AT_LOG_IN)
        self._lanes = Lanes(base_url, ca_bundle, deadlines)

    async def close(self) -> None:
        await self._lanes.close()

    async def ask(self, question: Question, read: Callable[[Answer], T]) -> T:
        """Ask for data and read the answer, again while it fails in ways that may pass.

        Raises:
            TokenRefused: for 401.
            FeedError: what stays wrong, in the words of failures.py.
        """
        return await self._persist(lambda: self._attempt(question, read))

    async def _attempt(self, question: Question, read: Callable[[Answer], T]) -> T:
        async with self._places:
            got = await self._lanes.exchange(question)
        if isinstance(got, Failure):
            raise got.error if got.final else TryAgain(got.error)
        if got.status == _UNAUTHORIZED:
            raise TokenRefused
        if got.status in _OFTEN_PASSES:
            raise _try_again(got, question)
        if not 200 <= got.status < 300:  # noqa: PLR2004  success, as RFC 9110 numbers it
            raise failures.refused(question.label, question.path, got.status)
        return failures.read_safely(lambda: read(got))

    async def ask_once(self, question: Question) -> Answer:
        """Ask so that at most one request arrives: again only where no connection was made.

        Raises:
            FeedError: when no answer came.
        """

        async def attempt() -> Answer:
            async with self._log_ins:
                got = await self._lanes.exchange(question)
            if isinstance(got, Failure):
                raise got.error if got.final or got.sent else TryAgain(got.error)
            return got

        return await self._persist(attempt)

    async def _persist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Attempt until it works, fails for good, or has failed often enough."""
        backoff = self._backoff
        try:
            async for turn in stamina.retry_context(
                on=_pause,
                attempts=backoff.attempts,
                timeout=None,  # whoever asks has a deadline of its own
                wait_initial=backoff.first,
                wait_max=backoff.longest,
                wait_jitter=backoff.jitter,
            ):
                with turn:
                    return await attempt()
        except TryAgain as last:
            failure = last.failure
        raise failure  # outside the handler: what led here may hold more than people should see


def _try_again(answer: Answer, question: Question) -> FeedError | TryAgain:
    """Another attempt after the pause that was asked for - unless there is no time for it."""
    wait = answer.wait
    wait = wait if wait and wait > 0 else None
    left = anyio.current_effective_deadline() - anyio.current_time()
    if wait and (wait > LONGEST_PAUSE or wait >= left):
        return failures.throttled(wait)
    if answer.status == _THROTTLED:
        return TryAgain(failures.throttled(wait or _UNKNOWN_PAUSE), wait)
    return TryAgain(failures.server_error(question.label, answer.status), wait)


def _pause(error: Exception) -> bool | float:
    """For stamina: whether to try again, or after how many seconds."""
    if not isinstance(error, TryAgain):
        return False
    return error.wait or True


def _quieten() -> None:
    """Keep addresses and headers out of the logs: they hold ids, e-mails and tokens."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    set_on_retry_hooks([_note_retry])


def _note_retry(details: RetryDetails) -> None:
    _log.info("Asking again in %.1f s: %s", details.wait_for, details.caused_by)
