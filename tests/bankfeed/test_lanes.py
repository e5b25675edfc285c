"""The way to LedgerSync: by the proxy that the system names, and never for plain loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ledgersync.bankfeed.client import Feed
from ledgersync.errors import FeedUnreachable
from tests.bankfeed.feed_server import plain
from tests.bankfeed.feeds import HASTY, OCTOBER, QUICK, account, credentials, profile_for, reading

_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
# An address that needs no name server and that nothing listens on.
_BEYOND = "127.0.0.2:9"


@contextmanager
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that lets nobody through; its address without the scheme, and what it was asked."""
    asked: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            with caller:
                asked.append(caller.recv(4096).partition(b"\r\n")[0])
                caller.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", asked
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def asked_for(address: str) -> None:
    with Feed(profile_for(address), deadlines=QUICK, backoff=HASTY) as feed:
        feed.log_in(credentials().email, credentials().password)


@pytest.mark.parametrize("name", ["https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["", "http://"])
def test_the_proxy_of_the_system_is_used(
    monkeypatch: pytest.MonkeyPatch, name: str, scheme: str
) -> None:
    with proxy() as (address, asked):
        monkeypatch.setenv(name, scheme + address)
        with pytest.raises(FeedUnreachable):
            asked_for(f"https://{_BEYOND}/api/v1")
    assert asked
    assert set(asked) == {f"CONNECT {_BEYOND} HTTP/1.1".encode()}


def test_what_the_system_excepts_goes_past_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy() as (address, asked):
        monkeypatch.setenv("https_proxy", address)
        monkeypatch.setenv("no_proxy", "example.com,127.0.0.2")
        with pytest.raises(FeedUnreachable):
            asked_for(f"https://{_BEYOND}/api/v1")
    assert not asked


def test_plain_loopback_meets_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy() as (address, asked):
        monkeypatch.setenv("http_proxy", address)
        monkeypatch.setenv("all_proxy", address)
        with reading(lambda _: plain({"items": [], "total": 0})) as (_, session):
            assert session.transactions(account("A1"), OCTOBER).complete
    assert not asked


def test_a_connection_is_used_again() -> None:
    with reading(lambda _: plain({"items": [], "total": 0})) as (server, session):
        for number in range(5):
            session.transactions(account(f"A{number}"), OCTOBER)
    assert server.connections == 1
