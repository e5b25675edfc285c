"""One exchange with LedgerSync: a question goes out on a lane of its own, an answer is taken in.

The only module here that knows httpx. Secrets are unveiled inside `exchange` alone, which returns
failures instead of raising them: an exception of httpx carries its request, and a traceback carries
the variables of its frames.

A pool that all requests share looks at every idle connection for each request, which takes as long
as the request itself. Here whoever asks has a lane, and a connection, to itself.
"""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import anyio
import httpx

from ledgersync import __version__
from ledgersync.bankfeed import failures
from ledgersync.bankfeed.bodies import MOST_BYTES, Body, Broken, TooLarge
from ledgersync.config import LOOPBACK
from ledgersync.errors import FeedError, SettingsInvalid

_ONE: Final = httpx.Limits(max_connections=1)
_MOST_ERROR_BYTES: Final = 64_000

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


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds that things may take: parts of one exchange, then whole operations."""

    connect: float = 5
    read: float = 30
    write: float = 10
    pool: float = 5
    log_in: float = 10
    listing: float = 60
    sync: float = 300


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


class Lanes:
    """The lanes to one address, to be used on one event loop; the warmest one is taken first.

    There are as many as were ever needed at once: whoever takes one sees to it that they stay few.

    Raises:
        SettingsInvalid: when `ca_bundle` holds no usable certificates.
    """

    def __init__(self, base_url: str, ca_bundle: Path | None, deadlines: Deadlines) -> None:
        self._host = urlsplit(base_url).hostname or ""
        parts = httpx.Timeout(
            connect=deadlines.connect,
            read=deadlines.read,
            write=deadlines.write,
            pool=deadlines.pool,
        )
        self._extensions = {"timeout": parts.as_dict()}
        self._certificates = _certificates(ca_bundle)
        self._proxy = _proxy(base_url)
        self._free: list[httpx.AsyncHTTPTransport] = []

    async def exchange(self, question: Question) -> Answer | Failure:
        """Send one request and take in its answer; nothing is raised but cancellation."""
        try:
            async with self._sent(self._request(question)) as response:
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
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
            final = failures.is_untrusted(error)
            return Failure(failures.unreachable(self._host, error), sent=False, final=final)
        if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
            return Failure(failures.unreachable(self._host, error), sent=False, final=True)
        if isinstance(error, httpx.TimeoutException):
            return Failure(failures.silent(label))
        return Failure(failures.ended_early(label))

    @asynccontextmanager
    async def _sent(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """The answer to a request, its body still to be read; no redirect is followed."""
        lane = self._free.pop() if self._free else self._new()
        try:
            response = await lane.handle_async_request(request)
            try:
                yield response
            finally:
                await response.aclose()
        finally:
            self._free.append(lane)

    def _new(self) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(
            verify=self._certificates, trust_env=False, proxy=self._proxy, limits=_ONE
        )

    async def close(self) -> None:
        while self._free:
            await self._free.pop().aclose()


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


def _proxy(base_url: str) -> str | None:
    """The proxy that the system names for an address.

    A proxy sees only the encrypted way to LedgerSync; plain loopback must not meet one.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if host in LOOPBACK or proxy_bypass(host):
        return None
    known = getproxies()
    proxy = known.get(parts.scheme) or known.get("all")
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


def _certificates(ca_bundle: Path | None) -> ssl.SSLContext:
    """The certificates to trust: those of `ca_bundle`, else the system's and httpx's own."""
    if not ca_bundle:
        return _usual_certificates()
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except OSError:
        problem = (
            f"The setting LEDGERSYNC_CA_BUNDLE names no usable certificates: {ca_bundle.name}."
        )
    raise SettingsInvalid(problem, "Point it at a file of certificates in PEM form.")


@cache
def _usual_certificates() -> ssl.SSLContext:
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
