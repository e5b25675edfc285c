"""One exchange with LedgerSync, and when it is tried again.

Secrets are unveiled inside `exchange` alone, which returns failures instead of raising them: an
exception of httpx carries its request, and a traceback carries the variables of its frames.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar, cast
from urllib.parse import urlsplit

import anyio
import httpx
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from ledgersync import __version__
from ledgersync.bankfeed import failures
from ledgersync.bankfeed.bodies import MOST_BYTES, Body, Broken, TooLarge
from ledgersync.bankfeed.failures import TokenRefused, TryAgain
from ledgersync.bankfeed.lanes import Lanes
from ledgersync.errors import FeedError

T = TypeVar("T")

AT_ONCE: Final = 8
AT_LOG_IN: Final = 2
LONGEST_PAUSE: Final = 120.0
_UNKNOWN_PAUSE: Final = 60.0
_MOST_ERROR_BYTES: Final = 64_000
_UNAUTHORIZED: Final = 401
_THROTTLED: Final = 429
_OFTEN_PASSES: Final = frozenset({408, 429, *range(500, 600)})

# What httpx raises, and what its lower layers let through when connections end badly.
_NETWORK_ERRORS: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    OSError,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
)

_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": f"LedgerSync-for-Accounting-CS/{__version__}",
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds that things may take: parts of one exchange, then whole operations."""

    connect: float = 5
    read: float = 30
    write: float = 10
    log_in: float = 10
    listing: float = 60
    sync: float = 300


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often a request is made at most, and the growing pauses in between, in seconds."""

    attempts: int = 5
    first: float = 0.2
    longest: float = 5
    jitter: float = 0.3


@dataclass(frozen=True, slots=True)
class Question:
    """A request as far as it may be shown; `headers` and `body` unveil what may not.

    `label` and `path` name it in sentences: "the list of clients", "/clients".
    """

    label: str
    path: str
    url: str
    method: str = "GET"
    headers: Callable[[], dict[str, str]] = dict
    body: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the unpacked body, and what the headers say about waiting."""

    status: int
    body: bytes = field(repr=False)
    retry_after: str = ""
    date: str = ""

    @property
    def wait(self) -> float | None:
        return failures.asked_wait(self.retry_after, self.date)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why no answer came; `sent` when the request may have arrived, `final` when that stays so."""

    error: FeedError
    sent: bool = True
    final: bool = False


class Transport:
    """Asks, eight at a time, on one event loop; no cookie is kept and no redirect followed."""

    def __init__(
        self, base_url: str, ca_bundle: Path | None, deadlines: Deadlines, backoff: Backoff
    ) -> None:
        _quieten()
        self._host = urlsplit(base_url).hostname or ""
        self._backoff = backoff
        self._places = anyio.Semaphore(AT_ONCE)
        # Two beside the eight, so that a person's log-in never queues behind a sync.
        self._log_ins = anyio.Semaphore(AT_LOG_IN)
        self._lanes = Lanes(base_url, ca_bundle)
        parts = httpx.Timeout(
            connect=deadlines.connect, read=deadlines.read, write=deadlines.write, pool=None
        )
        self._extensions = {"timeout": parts.as_dict()}

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
        got = await self.exchange(question, self._places)
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
            got = await self.exchange(question, self._log_ins)
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

    async def exchange(
        self, question: Question, place: AbstractAsyncContextManager[object]
    ) -> Answer | Failure:
        """Send one request and take in its answer; nothing is raised but cancellation."""
        try:
            async with place, self._lanes.sent(self._request(question)) as response:
                return await _taken_in(response, question.label)
        except _NETWORK_ERRORS as error:
            return self._no_answer(error, question.label)

    def _request(self, question: Question) -> httpx.Request:
        return httpx.Request(
            question.method,
            question.url,
            headers=_HEADERS | question.headers(),
            content=question.body() if question.body else None,
            extensions=self._extensions,
        )

    def _no_answer(self, error: Exception, label: str) -> Failure:
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            final = failures.is_untrusted(error)
            return Failure(failures.unreachable(self._host, error), sent=False, final=final)
        if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
            return Failure(failures.unreachable(self._host, error), sent=False, final=True)
        if isinstance(error, httpx.TimeoutException):
            return Failure(failures.silent(label))
        return Failure(failures.ended_early(label))


async def _taken_in(response: httpx.Response, label: str) -> Answer | Failure:
    try:
        body = await _body(response)
    except TooLarge:
        return Failure(failures.too_large(label), final=True)
    except Broken:
        return Failure(failures.broken_body(label))
    headers = response.headers
    return Answer(
        response.status_code, body, headers.get("Retry-After", ""), headers.get("Date", "")
    )


async def _body(response: httpx.Response) -> bytes:
    """The body of a success; of anything else only what comes readily, for its status counts."""
    encoding = response.headers.get("Content-Encoding", "")
    if response.is_success:
        return await _collected(response, Body(encoding, MOST_BYTES))
    try:
        return await _collected(response, Body(encoding, _MOST_ERROR_BYTES))
    except (TooLarge, Broken, httpx.HTTPError):
        return b""


async def _collected(response: httpx.Response, body: Body) -> bytes:
    async for chunk in cast("httpx.AsyncByteStream", response.stream):  # as it comes: still packed
        body.add(chunk)
    return body.whole()


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
