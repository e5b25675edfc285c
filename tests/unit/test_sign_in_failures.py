"""Who comes back from the company without being signed in reads so; everybody else is led on."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from ledgersync.sign_in_failures import SignInFailures

REFUSED, UNREACHABLE = "/?sign_in=refused", "/?sign_in=unreachable"


def asked(address: str, *, provider_answers: bool = True) -> httpx.Response:
    """The answer behind Streamlit's own routes; the code "good" is one that the provider gave."""

    def login(_request: Request) -> Response:
        if provider_answers:
            return RedirectResponse("https://login.firm.com/authorize")
        return PlainTextResponse("Authentication error", 400)

    def callback(request: Request) -> Response:
        answer = RedirectResponse("/")
        if request.query_params.get("code") == "good":
            answer.set_cookie("_streamlit_user", "somebody")
        else:
            answer.delete_cookie("_streamlit_user")
        return answer

    routes = [Route("/auth/login", login), Route("/oauth2callback", callback)]
    app = Starlette(routes=routes, middleware=[Middleware(SignInFailures)])

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            return await client.get(address)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("code=good&state=x", "/"),
        ("code=used&state=x", REFUSED),
        ("error=access_denied&state=x", REFUSED),
        ("state=x", "/"),  # back from signing out
    ],
)
def test_coming_back_from_the_company(query: str, leads_to: str) -> None:
    assert asked(f"/oauth2callback?{query}").headers["location"] == leads_to


def test_on_the_way_to_the_company() -> None:
    answer = asked("/auth/login?provider=x")
    assert answer.headers["location"] == "https://login.firm.com/authorize"
    answer = asked("/auth/login?provider=x", provider_answers=False)
    assert (answer.status_code, answer.headers["location"], answer.text) == (302, UNREACHABLE, "")
