"""A sign-in that came to nothing at the company's: people come back to a page that says so.

Streamlit leads them back without a word, or ends in a bare line of text.
"""

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from ledgersync.ui.gate import SignInFailure

_LOGIN, _CALLBACK = "/auth/login", "/oauth2callback"
_FAILED = 400
_ANSWERED = {"code", "error"}  # without either, somebody comes back from signing out


class SignInFailures:
    """Puts what failed into the address that people are led back to."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path == _LOGIN:
            await self._replaced(scope, receive, send)
        elif path == _CALLBACK and _ANSWERED & set(QueryParams(scope["query_string"])):
            await self.app(scope, receive, _with_failure(send))
        else:
            await self.app(scope, receive, send)

    async def _replaced(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead back those whom the app could not lead to the company's sign-in."""
        failed = False

        async def send_unless_failed(message: Message) -> None:
            nonlocal failed
            failed = failed or message.get("status", 0) >= _FAILED
            if not failed:
                await send(message)

        await self.app(scope, receive, send_unless_failed)
        if failed:
            back = RedirectResponse(_page_about(SignInFailure.UNREACHABLE), 302)
            await back(scope, receive, send)


def _with_failure(send: Send) -> Send:
    async def send_told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if not _signs_in(headers):
                headers["Location"] = _page_about(SignInFailure.REFUSED)
        await send(message)

    return send_told


def _signs_in(answer: Headers) -> bool:
    """Whether somebody gets a cookie of their own, not one that takes an old one away."""
    cookies = (cookie.lower() for cookie in answer.getlist("set-cookie"))
    return any(one.startswith(USER_COOKIE_NAME) and "max-age=0" not in one for one in cookies)


def _page_about(failure: SignInFailure) -> str:
    return f"/?sign_in={failure}"
