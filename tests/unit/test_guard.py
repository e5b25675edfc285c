"""The guard before Streamlit: whose pages get through, and what every answer carries."""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket
from streamlit.web.server.app_discovery import discover_asgi_app

from ledgersync import asgi
from ledgersync.config import PROJECT_ROOT
from ledgersync.errors import SettingsInvalid
from ledgersync.guard import Guard
from ledgersync.ui import shell

OWN = "http://localhost:8501"
FIRM = "https://books.firm.com"
FOREIGN = ("https://evil.example", "http://localhost:3000", "https://localhost:8501", "null", "")


@dataclass(frozen=True)
class Told:
    """What came back; the status of a connection that was let in is 101."""

    status: int
    headers: Mapping[str, str]
    body: str
    raised: Exception | None


def ask(
    path: str = "/",
    *origins: str,
    hosted_at: Collection[str] | None = None,
    host: str = "localhost:8501",
    method: str = "GET",
) -> Told:
    """One request through the guard, or a connection for the method "WS"."""
    told: list[Message] = []
    is_socket = method == "WS"
    headers = [("host", host), *(("origin", origin) for origin in origins)]
    scope: dict[str, object] = {
        "type": "websocket" if is_socket else "http",
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        **({"extensions": {"websocket.http.response": {}}} if is_socket else {"method": method}),
    }

    async def receive() -> Message:
        return {"type": "websocket.connect" if is_socket else "http.request"}

    async def send(message: Message) -> None:
        told.append(message)

    try:
        asyncio.run(_behind_guard(hosted_at)(scope, receive, send))
    except ZeroDivisionError as error:
        return _read(told, error)
    return _read(told)


def _behind_guard(hosted_at: Collection[str] | None) -> Starlette:
    async def reached(request: Request) -> Response:
        if request.url.path == "/broken":
            raise ZeroDivisionError
        return PlainTextResponse("reached")

    async def talk(socket: WebSocket) -> None:
        await socket.accept()

    routes = [
        WebSocketRoute("/{path:path}", talk),
        Route("/readyz", asgi._readyz),
        Route("/{path:path}", reached, methods=["GET", "PUT", "OPTIONS"]),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, hosted_at=hosted_at)])


def _read(told: list[Message], raised: Exception | None = None) -> Told:
    if told[0]["type"] == "websocket.accept":
        return Told(101, {}, "reached", raised)
    headers = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    body = b"".join(message["body"] for message in told[1:])
    return Told(told[0]["status"], headers, body.decode(), raised)


def _require_headers(told: Told) -> None:
    assert "frame-ancestors 'none'" in told.headers["content-security-policy"]
    assert told.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["WS", "GET", "PUT", "OPTIONS"])
@pytest.mark.parametrize(
    ("hosted_at", "own", "foreign"),
    [
        (None, OWN, [*FOREIGN, FIRM]),
        ([FIRM], FIRM, [*FOREIGN, OWN, f"{FIRM}.evil.example", f"{FIRM}:1"]),
        ([], None, [*FOREIGN, OWN, FIRM]),
    ],
    ids=["own machine", "hosted", "hosted nowhere"],
)
def test_only_the_apps_own_pages_get_through(
    hosted_at: list[str] | None, own: str | None, foreign: list[str], method: str
) -> None:
    for origins in ([], [own] if own else []):
        assert ask("/", *origins, hosted_at=hosted_at, method=method).body == "reached"
    for origins in (*([origin] for origin in foreign), [own or "null", foreign[0]]):
        told = ask("/", *origins, hosted_at=hosted_at, method=method)
        assert (told.status, "reached" in told.body) == (403, False), origins
        _require_headers(told)


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:9000", "[::1]:8501", "localhost"])
def test_the_machines_own_names_are_addresses_of_the_app(host: str) -> None:
    assert ask("/", f"http://{host}", host=host).body == "reached"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "localhost@evil", "", "::1"])
def test_other_names_are_none(host: str) -> None:
    told = ask("/", f"http://{host}", host=host)
    assert told.status == 400
    _require_headers(told)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/broken", 500), ("/_stcore/agent/mcp", 404), ("/media/x", 200)],
)
def test_every_answer_carries_the_headers(path: str, status: int) -> None:
    told = ask(path)
    assert told.status == status
    _require_headers(told)
    assert (told.headers.get("cache-control") == "no-store") == (path == "/media/x")


def test_an_error_reaches_the_log_and_not_the_answer() -> None:
    told = ask("/broken")
    assert told.body == "Something went wrong here."
    assert isinstance(told.raised, ZeroDivisionError)


@pytest.mark.parametrize(
    ("found", "status", "body"),
    [
        ([], 200, {"ready": True, "missing": []}),
        (["database"], 503, {"ready": False, "missing": ["database"]}),
        (None, 503, {"ready": False, "missing": ["settings"]}),
    ],
)
def test_readiness_is_a_status_and_a_word(
    found: list[str] | None, status: int, body: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened() -> None:
        if found is None:
            raise SettingsInvalid("LEDGERSYNC_KEY_FILE is none.", "Nobody outside reads this.")

    monkeypatch.setattr(shell, "workspace", opened)
    monkeypatch.setattr(asgi, "what_is_missing", lambda _: found)
    told = ask("/readyz", hosted_at=[FIRM])
    assert (told.status, json.loads(told.body)) == (status, body)
    _require_headers(told)


def test_a_bare_start_by_streamlit_has_the_guard_before_it_too() -> None:
    """`ledgersync run` serves the same file; what Streamlit finds no app in, it serves bare."""
    assert discover_asgi_app(PROJECT_ROOT / "app.py").import_string == "app:app"
    [guard, _] = asgi.BEFORE_PAGES["middleware"]
    assert guard.cls is Guard
