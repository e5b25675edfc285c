"""The hosted app as a web server sees it: headers, readiness, and files for who has signed in.

`ledgersync run` starts this in hosted mode; on one machine Streamlit runs app.py alone.
"""

import json
import logging

import anyio.to_thread
import streamlit as st
from google.protobuf.message import DecodeError
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

# Streamlit has no public way to read its own sign-in cookie outside of a page.
from streamlit.web.server.starlette.starlette_auth_routes import _get_cookie_value_from_request
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from ledgersync.config import PROJECT_ROOT
from ledgersync.errors import LedgerSyncError
from ledgersync.services import signing_in
from ledgersync.services.readiness import what_is_missing
from ledgersync.ui import shell
from ledgersync.ui.feedback import show_error, unexpected

# Streamlit's charts compile what they draw, and its page starts with a script of its own; nothing
# comes from or goes to another server.
_POLICY = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
_HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_FILES = "/media/"
_UPLOADS = "/_stcore/upload_file/"
_CLOSED = "/_stcore/metrics"
# What the pages in a browser have to ask for. Streamlit would do more for everybody who connects,
# such as emptying every visitor's caches or telling of the server's git repository.
_ASKED_BY_PAGES = frozenset(
    {
        "rerun_script",
        "stop_script",
        "file_urls_request",
        "app_heartbeat",
        "backend_operation_request",
    }
)


class Guard:
    """Puts the headers on every answer, and keeps files and what serves no page from strangers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, _asked_by_pages(receive), send)
            return
        path = str(scope["path"])
        answer: ASGIApp = self.app
        if path.startswith(_CLOSED):
            answer = PlainTextResponse("Not found", 404)
        elif path.startswith((_FILES, _UPLOADS)) and not await _is_invited(Request(scope)):
            answer = PlainTextResponse("Sign in to the app first.", 403)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                if path.startswith(_FILES):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await answer(scope, receive, send_guarded)


def _asked_by_pages(receive: Receive) -> Receive:
    """What is received, without the messages that no page sends; they get no answer."""

    async def receive_asked() -> Message:
        while not _is_asked_by_pages(message := await receive()):
            pass
        return message

    return receive_asked


def _is_asked_by_pages(message: Message) -> bool:
    if message["type"] != "websocket.receive":
        return True
    try:
        asked = BackMsg.FromString(message.get("bytes") or b"")
    except DecodeError:
        return True  # Streamlit ends such a connection
    return asked.WhichOneof("type") in _ASKED_BY_PAGES


async def _is_invited(request: Request) -> bool:
    cookie = _get_cookie_value_from_request(request, USER_COOKIE_NAME)
    return cookie is not None and await anyio.to_thread.run_sync(_is_signed_in, cookie)


def _is_signed_in(cookie: bytes) -> bool:
    """Whether the claims in a cookie, whose signature is checked, are of somebody who may act."""
    try:
        signing_in.welcome(shell.workspace(), json.loads(cookie))
    except (LedgerSyncError, ValueError):
        return False
    return True


async def _readyz(_request: Request) -> Response:
    """Whether this process can serve: its database, the schema, the key."""
    missing = await anyio.to_thread.run_sync(_missing)
    state = {"ready": not missing, "missing": missing}
    return JSONResponse(state, 503 if missing else 200)


def _missing() -> list[str]:
    """Words of one kind each: the reasons in full are for the log and `ledgersync doctor`."""
    try:
        return what_is_missing(shell.workspace())
    except LedgerSyncError:
        return ["settings"]


def _tell(error: Exception) -> bool:
    show_error(unexpected(error))
    return True


# Whoever asks whether the server is ready has no session, and Streamlit would warn of that.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)

app = st.App(
    PROJECT_ROOT / "app.py",
    routes=[Route("/readyz", _readyz)],
    middleware=[
        Middleware(Guard),
        Middleware(TrustedHostMiddleware, allowed_hosts=st.get_option("server.allowedHosts")),
    ],
    on_script_error=_tell,
)
