"""The hosted app as a web server sees it: headers, readiness, and files for who has signed in.

`ledgersync run` starts this in hosted mode; on one machine Streamlit runs app.py alone.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any, cast

import anyio.to_thread
import streamlit as st
from google.protobuf.message import DecodeError
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import Runtime

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


# What a browser says in one message: clicks and fields, and cells that were pasted into a grid;
# files come another way. A stranger can do no more than press a button to sign in.
_LONGEST_OF_A_STRANGER = 64 * 1024
_LONGEST_MESSAGE = 8 * 1024 * 1024


class Guard:
    """Puts the headers on every answer, and keeps files and what serves no page from strangers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await _limit_messages(scope, receive)
            await self.app(scope, _asked_by_pages(receive), send)
            return
        path = str(scope["path"])
        answer: ASGIApp = self.app
        if path.startswith(_CLOSED):
            answer = PlainTextResponse("Not found", 404)
        elif path.startswith((_FILES, _UPLOADS)) and not await _may_ask_for(path, scope):
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


async def _limit_messages(scope: Scope, receive: Receive) -> None:
    """Let the server read long messages only of who has signed in.

    Streamlit has one setting for what comes in and what goes out, and a large grid going out needs
    much. So the server's own limit is lowered as it starts, and raised for a connection here.
    """
    server: Any = getattr(receive, "__self__", None)
    if scope["type"] == "lifespan" and hasattr(server, "config"):
        server.config.ws_max_size = _LONGEST_OF_A_STRANGER
    elif scope["type"] == "websocket" and hasattr(server, "conn") and await _claims(scope):
        server.conn.max_message_size = _LONGEST_MESSAGE


async def _may_ask_for(path: str, scope: Scope) -> bool:
    """Whether somebody has signed in, and gives files to no session but their own."""
    claims = await _claims(scope)
    if claims is None or not path.startswith(_UPLOADS):
        return claims is not None
    owner = _owner(path.removeprefix(_UPLOADS).split("/")[0])
    return owner is None or all(owner.get(name) == claims.get(name) for name in ("iss", "sub"))


def _owner(session_id: str) -> Mapping[str, object] | None:
    """What the company said of whom a session belongs to; None where there is no such session."""
    session = Runtime.instance().get_app_session(session_id)
    return None if session is None else session._user_info  # noqa: SLF001  there is no public way


async def _claims(scope: Scope) -> Mapping[str, object] | None:
    """The claims in a cookie, whose signature is checked, of somebody who may act."""
    # It looks at nothing but cookies, which every connection has.
    cookie = _get_cookie_value_from_request(
        cast("Request", HTTPConnection(scope)), USER_COOKIE_NAME
    )
    return None if cookie is None else await anyio.to_thread.run_sync(_welcomed, cookie)


def _welcomed(cookie: bytes) -> Mapping[str, object] | None:
    try:
        claims: Mapping[str, object] = json.loads(cookie)
        signing_in.welcome(shell.workspace(), claims)
    except (LedgerSyncError, ValueError):
        return None
    return claims


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
