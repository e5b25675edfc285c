"""Connections to LedgerSync, one to a lane, and the proxy and certificates that lead there.

A pool that all requests share looks at every idle connection for each request, which takes as long
as the request itself. Here whoever asks has a lane, and a connection, to itself.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from ledgersync.config import LOOPBACK
from ledgersync.errors import SettingsInvalid

_ONE: Final = httpx.Limits(max_connections=1)


class Lanes:
    """The lanes to one address, to be used on one event loop; the warmest one is taken first.

    There are as many as were ever needed at once: whoever takes one sees to it that they stay few.

    Raises:
        SettingsInvalid: when `ca_bundle` holds no usable certificates.
    """

    def __init__(self, base_url: str, ca_bundle: Path | None) -> None:
        self._certificates = _certificates(ca_bundle)
        self._proxy = _proxy(base_url)
        self._free: list[httpx.AsyncHTTPTransport] = []

    @asynccontextmanager
    async def sent(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
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
