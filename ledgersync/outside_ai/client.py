"""One exchange with an outside model, bounded in time and size, and never repeated at a cost.

Speaks the chat-completions protocol as OpenAI published it and as other servers took it over. Runs
on an event loop of its own, because only there can a deadline end what drips or never resolves.
The key is unveiled inside `_exchange` alone, which returns failures instead of raising them: an
exception of httpx carries its request, and with it the key.
"""

import json
import logging
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

import anyio
import httpx
from anyio.from_thread import start_blocking_portal
from pydantic import SecretStr

from ledgersync import __version__
from ledgersync.config import LOOPBACK
from ledgersync.errors import SettingsInvalid
from ledgersync.outside_ai import failures
from ledgersync.outside_ai.answers import content_of
from ledgersync.outside_ai.failures import Trouble

MOST_BYTES: Final = 1_000_000
# What keeps an answer short and in form, for the servers that know it; asked again without it only
# after a refusal that costs nothing.
_WISHES: Final = {
    "temperature": 0,
    "max_tokens": 4_000,
    "response_format": {"type": "json_object"},
}
_NOT_LIKE_THIS: Final = frozenset({400, 422})
_NETWORK_ERRORS: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    OSError,
    anyio.BrokenResourceError,
    anyio.ClosedResourceError,
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Which model is asked and where; `url` is the part before /chat/completions."""

    url: str
    model: str
    key: SecretStr | None = None
    ca_bundle: Path | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that things may take: making a connection, one answer, all answers of a call."""

    connect: float = 5
    answer: float = 30
    all_answers: float = 60


class Conversation:
    """A connection to the model for a few requests, one after the other; a context manager.

    Raises:
        SettingsInvalid: when the CA bundle holds no usable certificates.
    """

    def __init__(self, endpoint: Endpoint, patience: Patience) -> None:
        _quieten()
        self.patience = patience
        self._endpoint = endpoint
        self._wishes: dict[str, object] = dict(_WISHES)
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self._portal = opened.enter_context(start_blocking_portal(name="outside-model"))
            self._client = self._portal.call(_client, self._endpoint, self.patience)
            opened.callback(self._portal.call, self._client.aclose)
            self._opened = opened.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def ask(self, messages: Sequence[dict[str, str]], seconds: float) -> str | Trouble:
        """What the model says to these messages, within `seconds` and the time for one answer."""
        return self._portal.call(self._ask, messages, min(seconds, self.patience.answer))

    async def _ask(self, messages: Sequence[dict[str, str]], seconds: float) -> str | Trouble:
        with anyio.move_on_after(seconds):
            got = await self._exchange(messages)
            if got in _NOT_LIKE_THIS and self._wishes:
                self._wishes.clear()
                got = await self._exchange(messages)
            return failures.refused(got) if isinstance(got, int) else got
        return failures.too_slow(seconds)

    async def _exchange(self, messages: Sequence[dict[str, str]]) -> str | Trouble | int:
        """Send one request: what the model said, what went wrong, or the status of a refusal."""
        asked = {"model": self._endpoint.model, "messages": messages, "stream": False}
        body = json.dumps({**asked, **self._wishes}).encode("ascii")
        address = f"{self._endpoint.url}/chat/completions"
        try:
            async with self._client.stream(
                "POST", address, content=body, headers=_headers(self._endpoint.key)
            ) as response:
                return await _taken_in(response) if response.is_success else response.status_code
        except _NETWORK_ERRORS as error:
            return failures.no_answer(error)


def _client(endpoint: Endpoint, patience: Patience) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=_certificates(endpoint.ca_bundle),
        # A proxy sees only the encrypted way; plain loopback must not meet one.
        trust_env=urlsplit(endpoint.url).hostname not in LOOPBACK,
        timeout=httpx.Timeout(patience.answer, connect=patience.connect),
        follow_redirects=False,
        headers={
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            "User-Agent": f"LedgerSync-for-Accounting-CS/{__version__}",
        },
    )


def _headers(key: SecretStr | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}


async def _taken_in(response: httpx.Response) -> str | Trouble:
    """The model's words; the body is read no further than it may be long."""
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        return failures.PACKED
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            return failures.TOO_LARGE
    return content_of(bytes(body))


def _certificates(ca_bundle: Path | None) -> ssl.SSLContext:
    if not ca_bundle:
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
        return context
    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except OSError:
        raise SettingsInvalid(
            f"The setting LEDGERSYNC_CA_BUNDLE names no usable certificates: {ca_bundle.name}.",
            "Point it at a file of certificates in PEM form.",
        ) from None


def _quieten() -> None:
    """Keep addresses and headers out of the logs, however they are set up."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
