"""What a hosted server serves: the pages, and the firm's rules for everything that leaves it.

Streamlit runs it like a script: `streamlit run ledgersync/asgi.py`, which `ledgersync run` does.
"""

import json
import logging
from collections.abc import Mapping, MutableMapping
from typing import Any

import anyio.to_thread
import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from ledgersync.config import PROJECT_ROOT
from ledgersync.errors import LedgerSyncError
from ledgersync.services import readiness, signing_in
from ledgersync.ui import shell
from ledgersync.ui.feedback import show_error, unexpected

_FILES = "/media/"
_CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check")
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
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class Surface:
    """Headers on every response, and files for people alone who are signed in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])

        async def send_on(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                _finish(MutableHeaders(scope=message), path)
            await send(message)

        refusal = await _refusal(Request(scope), path)
        await (refusal or self._app)(scope, receive, send_on)


def _finish(headers: MutableHeaders, path: str) -> None:
    headers.update(_HEADERS)
    if path.startswith(_FILES):
        headers["Cache-Control"] = "no-store"


async def _refusal(request: Request, path: str) -> Response | None:
    """What a request gets instead of what it asked for; None where it may have it."""
    if path.startswith(_CLOSED):
        return PlainTextResponse("Not found", 404)
    if path.startswith(_FILES) and not await anyio.to_thread.run_sync(_is_signed_in, request):
        return PlainTextResponse("Sign in first", 403)
    return None


def _is_signed_in(request: Request) -> bool:
    """Whether the request's cookie is of somebody who may be here now."""
    claims = _claims(request.cookies)
    if not claims.get("is_logged_in"):
        return False
    try:
        signing_in.welcome(shell.workspace(), claims)
    except LedgerSyncError:
        return False
    return True


def _claims(cookies: Mapping[str, str]) -> dict[str, object]:
    """What the sign-in cookie says, as Streamlit itself reads it; {} without one it has signed."""

    def piece(name: str) -> bytes | None:
        signed = cookies.get(name, "").encode("latin-1", "replace")
        return decode_signed_value(get_cookie_secret(), name, signed)

    try:
        claims = json.loads(get_cookie_with_chunks(piece, USER_COOKIE_NAME) or b"{}")
    except ValueError:
        return {}
    return claims if isinstance(claims, dict) else {}


def _readyz(_request: Request) -> Response:
    """Whether the database, its schema and the key are there: 200 or 503."""
    try:
        found = readiness.readiness(shell.workspace())
    except LedgerSyncError as error:
        found = {"app": error.sentence}
    ready = set(found.values()) == {"ok"}
    # What is wrong is for the log; the proxy and whoever else asks learn only where to look.
    states = {name: "ok" if said == "ok" else "not ready" for name, said in found.items()}
    return JSONResponse(states, 200 if ready else 503, {"Cache-Control": "no-store"})


def _tell(error: Exception) -> bool:
    show_error(unexpected(error))
    return True


# Whether the server is ready is asked by no session, which Streamlit would warn of each time.
logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)

app = st.App(
    PROJECT_ROOT / "app.py",
    routes=[Route("/readyz", _readyz)],
    middleware=[
        Middleware(Surface),
        Middleware(TrustedHostMiddleware, allowed_hosts=st.get_option("server.allowedHosts")),
    ],
    on_script_error=_tell,
)
