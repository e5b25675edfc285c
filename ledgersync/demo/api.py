"""The demo LedgerSync API: routes and answers, over one firm."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ledgersync.demo.sign_in import EMPTY_EMAIL, LOCK_SECONDS, TOKEN_SECONDS, Refused, SignIn
from ledgersync.demo.wire import Listing, Listings
from ledgersync.errors import NotFound

BASE_PATH = "/api/v1"
_DEFAULT_SIZE = 100
_LARGEST_SIZE = 1000
_POLLS_UNTIL_DONE = 2
_CAN_REFRESH = "active"


def api(
    listings: Listings,
    *,
    latency_ms: int = 0,
    lock_seconds: float = LOCK_SECONDS,
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """The API as an ASGI application; `clock` counts the life of tokens and locks, in seconds."""
    answers = _Answers(listings, SignIn(clock, lock_seconds))
    account = f"{BASE_PATH}/accounts/{{account_id}}"
    routes = [
        Route(f"{BASE_PATH}/authenticate", answers.authenticate, methods=["POST"]),
        Route(f"{BASE_PATH}/clients", answers.clients),
        Route(f"{BASE_PATH}/clients/{{client_id}}/accounts", answers.accounts),
        Route(f"{account}/transactions", answers.transactions),
        Route(f"{account}/statements", answers.statements),
        Route(f"{account}/refresh", answers.start_refresh, methods=["POST"]),
        Route(f"{account}/refresh", answers.refresh_status),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _http_error})
    return _delayed(app, latency_ms / 1000) if latency_ms else app


@dataclass
class _Answers:
    """One method for each operation of the profile."""

    listings: Listings
    sign_in: SignIn
    refreshes: dict[str, int] = field(default_factory=dict)

    async def authenticate(self, request: Request) -> Response:
        email, password = await _credentials(request)
        try:
            token = self.sign_in.token(email, password)
        except Refused as refused:
            return _problem(refused.status, refused.error, refused.message)
        return JSONResponse({"token": token, "expiresIn": TOKEN_SECONDS})

    async def clients(self, request: Request) -> Response:
        if self._signed_in(request) == EMPTY_EMAIL:
            return _page(request, Listing(()))
        return _page(request, self.listings.clients())

    async def accounts(self, request: Request) -> Response:
        return self._listed(request, self.listings.accounts, "client_id")

    async def statements(self, request: Request) -> Response:
        return self._listed(request, self.listings.statements, "account_id")

    async def transactions(self, request: Request) -> Response:
        return self._listed(request, self.listings.transactions, "account_id")

    async def start_refresh(self, request: Request) -> Response:
        account_id = self._account(request)
        self.refreshes[account_id] = 0
        return JSONResponse({"status": self._refresh_word(account_id)}, 202)

    async def refresh_status(self, request: Request) -> Response:
        account_id = self._account(request)
        if account_id in self.refreshes:
            self.refreshes[account_id] += 1
        return JSONResponse({"status": self._refresh_word(account_id)})

    def _listed(self, request: Request, make: Callable[[str], Listing], key: str) -> Response:
        self._require_firm(request)
        try:
            listing = make(request.path_params[key])
        except NotFound as error:
            raise HTTPException(404, error.sentence) from None
        return _page(request, listing)

    def _account(self, request: Request) -> str:
        self._require_firm(request)
        account_id = str(request.path_params["account_id"])
        if self.listings.firm.status(account_id) is None:
            raise HTTPException(404, f"There is no bank account {account_id}.")
        return account_id

    def _refresh_word(self, account_id: str) -> str:
        """A refresh runs for a few questions, then is done; a broken feed can't be refreshed."""
        if self.listings.firm.status(account_id) != _CAN_REFRESH:
            return "failed"
        polls = self.refreshes.get(account_id, _POLLS_UNTIL_DONE)
        return "running" if polls < _POLLS_UNTIL_DONE else "done"

    def _signed_in(self, request: Request) -> str:
        email = self.sign_in.email(request.headers.get("authorization", ""))
        if email is None:
            raise HTTPException(401, "The token is missing, wrong or expired.")
        return email

    def _require_firm(self, request: Request) -> None:
        if self._signed_in(request) == EMPTY_EMAIL:
            raise HTTPException(404, "This account has no clients.")


async def _credentials(request: Request) -> tuple[str, str]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise HTTPException(400, "The body is not JSON.") from None
    found = (body.get("email"), body.get("password")) if isinstance(body, dict) else (None, None)
    match found:
        case (str() as email, str() as password):
            return email, password
    raise HTTPException(422, "The body needs an email and a password.")


def _page(request: Request, listing: Listing) -> Response:
    page = _whole(request, "page", 1)
    size = _whole(request, "pageSize", _DEFAULT_SIZE)
    if size > _LARGEST_SIZE:
        raise HTTPException(400, f"pageSize can be {_LARGEST_SIZE} at most.")
    start, end = _day(request, "startDate"), _day(request, "endDate")
    if start and end and end < start:
        raise HTTPException(400, "endDate lies before startDate.")
    rows = listing.between(start, end) if listing.days else range(len(listing.texts))
    return Response(listing.page(rows, page, size), media_type="application/json")


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):  # noqa: PLR2004
        raise HTTPException(400, f"{name} must be a whole number from 1.")
    return int(text)


def _day(request: Request, name: str) -> date | None:
    text = request.query_params.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HTTPException(400, f"{name} must be a date such as 2026-10-31.") from None


async def _http_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return _problem(error.status_code, _ERRORS.get(error.status_code, "error"), error.detail)


_ERRORS = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    422: "unprocessable",
}


def _problem(status: int, error: str, message: str) -> Response:
    return JSONResponse({"error": error, "message": message}, status)


def _delayed(app: ASGIApp, seconds: float) -> ASGIApp:
    async def delayed(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(seconds)
        await app(scope, receive, send)

    return delayed
