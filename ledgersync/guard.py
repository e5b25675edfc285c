"""What stands before Streamlit in every mode: who may ask, what is closed, headers of answers."""

import json
from collections.abc import Collection, Mapping
from typing import Any, cast

import anyio.to_thread
from google.protobuf.message import DecodeError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime import Runtime

# Streamlit has no public way to read its own sign-in cookie outside of a page.
from streamlit.web.server.starlette.starlette_auth_routes import _get_cookie_value_from_request
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from ledgersync.errors import LedgerSyncError
from ledgersync.services import signing_in
from ledgersync.ui import shell

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
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_FILES = "/media/"
_UPLOADS = "/_stcore/upload_file/"
_CLOSED = ("/_stcore/metrics", "/_stcore/agent")
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
    """Puts the headers on every answer, and keeps everything from pages of other sites.

    A hosted app also keeps files and what serves no page from people who have not signed in.

    Args:
        app: what is guarded.
        hosted_at: the origins that people open a hosted app at; None on one's own machine, where
            it is the name and port that the browser asks for.
    """

    def __init__(self, app: ASGIApp, hosted_at: Collection[str] | None) -> None:
        self.app = app
        self.hosted_at = hosted_at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self._limit_messages(receive)
            await self.app(scope, receive, send)
            return
        guarded = _with_headers(scope, send)
        if refusal := await self._refusal(scope):
            await refusal(scope, receive, guarded)
        elif scope["type"] == "websocket":
            await self._allow_long_messages(scope, receive)
            await self.app(scope, _asked_by_pages(receive), guarded)
        else:
            await _answer(self.app, scope, receive, guarded)

    async def _refusal(self, scope: Scope) -> ASGIApp | None:
        """What somebody is told who may not ask for this; Streamlit then never hears of it."""
        headers, path = Headers(scope=scope), str(scope["path"])
        if not is_host_allowed(headers.get("host")):
            return PlainTextResponse("This is not an address of the app.", 400)
        if not self._is_own_page(headers):
            return PlainTextResponse("Pages of other sites get no answer.", 403)
        if path.startswith(_CLOSED):
            return PlainTextResponse("Not found", 404)
        if self.hosted_at is not None and not await _may_ask_for(path, scope):
            return PlainTextResponse("Sign in to the app first.", 403)
        return None

    def _is_own_page(self, headers: Headers) -> bool:
        """Whether the page that asks is the app's own; what is no page names no origin.

        Streamlit would let in every port of this machine, and to find out whether a foreign name
        is this machine's, it would ask a server on the internet for its address.
        """
        own = self.hosted_at
        if own is None:
            own = {f"http://{headers.get('host')}"}
        return set(headers.getlist("origin")) <= set(own)

    def _limit_messages(self, receive: Receive) -> None:
        """Lower the server's own limit as it starts: strangers get no more of it.

        Streamlit has one setting for what comes in and what goes out, and a large grid going out
        needs much.
        """
        server: Any = getattr(receive, "__self__", None)
        if hasattr(server, "config"):
            strangers = self.hosted_at is not None
            server.config.ws_max_size = _LONGEST_OF_A_STRANGER if strangers else _LONGEST_MESSAGE

    async def _allow_long_messages(self, scope: Scope, receive: Receive) -> None:
        """Raise the limit for the connection of somebody who has signed in."""
        server: Any = getattr(receive, "__self__", None)
        if self.hosted_at is not None and hasattr(server, "conn") and await _claims(scope):
            server.conn.max_message_size = _LONGEST_MESSAGE


def _with_headers(scope: Scope, send: Send) -> Send:
    async def send_guarded(message: Message) -> None:
        if message["type"].endswith("http.response.start"):  # also a refusal of a WebSocket
            headers = MutableHeaders(scope=message)
            headers.update(_HEADERS)
            if str(scope["path"]).startswith(_FILES):
                headers["Cache-Control"] = "no-store"
        await send(message)

    return send_guarded


async def _answer(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer also when the app fails: the answer of the server around it has no headers."""
    begun = False

    async def send_noted(message: Message) -> None:
        nonlocal begun
        begun = True
        await send(message)

    try:
        await app(scope, receive, send_noted)
    except Exception:
        if not begun:
            await PlainTextResponse("Something went wrong here.", 500)(scope, receive, send)
        raise  # for the log


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


async def _may_ask_for(path: str, scope: Scope) -> bool:
    """Whether it is a page, which asks for itself who has signed in, or a file for who asks.

    A file is uploaded by the person of its session alone. One to download is for everybody who has
    signed in and knows its address: Streamlit does not keep whose it is once it is made. The
    address is a digest of its name and content, so nobody comes by it without the file or the page.
    """
    if not path.startswith((_FILES, _UPLOADS)):
        return True
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
