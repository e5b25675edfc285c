"""Profiles: what LedgerSync's API calls things, read from a TOML file and checked key by key."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ledgersync.config import require_safe_address
from ledgersync.errors import ProfileInvalid

DEFAULT_PROFILE = Path(__file__).with_name("default.toml")

_LONGEST = 32_000  # ten times the shipped one; dotted keys take time by the square of their length
_LONGEST_KEY = 80  # as far as it is told
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def _dotted(path: str) -> str:
    if not all(path.split(".")):
        raise ValueError('must be a dotted path such as "data.items"')
    return path


def _dotted_or_empty(path: str) -> str:
    return _dotted(path) if path else path


def _address(address: str) -> str:
    require_safe_address(address)
    if "?" in address or "#" in address:
        raise ValueError("must not carry a query or a fragment")
    return address.rstrip("/")


def _route(path: str) -> str:
    if not path or not path.isprintable() or any(mark in path for mark in (" ", "#", "://")):
        raise ValueError('must be a path such as "/clients"')
    return path if path.startswith("/") else f"/{path}"


def _header_name(name: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError('must be the name of a header such as "Authorization"')
    return name


def _header_word(word: str) -> str:
    if not (word.isascii() and word.isprintable()):
        raise ValueError('must be a word such as "Bearer", or ""')
    return word


Dotted = Annotated[str, AfterValidator(_dotted)]
DottedOrEmpty = Annotated[str, AfterValidator(_dotted_or_empty)]
Route = Annotated[str, AfterValidator(_route)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Auth(_Part):
    path: Route
    email_field: Dotted = "email"
    password_field: Dotted = "password"  # noqa: S105  the name of a field
    token_field: Dotted
    expires_in_field: DottedOrEmpty = ""
    header: Annotated[str, AfterValidator(_header_name)] = "Authorization"
    scheme: Annotated[str, AfterValidator(_header_word)] = "Bearer"


class Paging(_Part):
    style: Literal["page", "offset", "cursor", "none"]
    page_param: str = ""
    size_param: str = ""
    size: int = Field(default=500, ge=1)
    first_page: int = Field(default=1, ge=0)
    cursor_param: str = ""
    next_field: DottedOrEmpty = ""
    items_field: DottedOrEmpty = "items"
    total_field: DottedOrEmpty = ""


class ClientFields(_Part):
    id: Dotted
    name: Dotted
    email: DottedOrEmpty = ""
    status: DottedOrEmpty = ""


class Clients(_Part):
    path: Route
    fields_: ClientFields = Field(alias="fields")


class AccountFields(_Part):
    id: Dotted
    name: Dotted
    institution: DottedOrEmpty = ""
    type: DottedOrEmpty = ""
    mask: DottedOrEmpty = ""
    currency: DottedOrEmpty = ""
    balance: DottedOrEmpty = ""
    balance_date: DottedOrEmpty = ""
    status: DottedOrEmpty = ""


class Accounts(_Part):
    path: Route
    fields_: AccountFields = Field(alias="fields")


class TransactionFields(_Part):
    id: DottedOrEmpty = ""
    date: Dotted
    description: Dotted
    amount: DottedOrEmpty = ""
    debit: DottedOrEmpty = ""
    credit: DottedOrEmpty = ""
    type: DottedOrEmpty = ""
    payee: DottedOrEmpty = ""
    check_number: DottedOrEmpty = ""
    memo: DottedOrEmpty = ""
    pending: DottedOrEmpty = ""


DateFormat = Literal["iso", "us", "epoch_ms"]
AmountSign = Literal[
    "negative_is_money_out", "positive_is_money_out", "debit_credit_fields", "type_field"
]


class Transactions(_Part):
    path: Route
    start_param: str = "startDate"
    end_param: str = "endDate"
    date_format: DateFormat = "iso"
    amount_sign: AmountSign
    fields_: TransactionFields = Field(alias="fields")


class StatementFields(_Part):
    id: DottedOrEmpty = ""
    start_date: Dotted
    end_date: Dotted
    opening_balance: DottedOrEmpty = ""
    closing_balance: DottedOrEmpty = ""


class Statements(_Part):
    path: Route
    fields_: StatementFields = Field(alias="fields")


class Refresh(_Part):
    path: Route
    status_path: Route
    status_field: Dotted = "status"


class Profile(_Part):
    """One API, as far as this program speaks to it; "" stands for what the API doesn't have."""

    base_url: Annotated[str, AfterValidator(_address)]
    auth: Auth
    paging: Paging
    clients: Clients
    accounts: Accounts
    transactions: Transactions
    statements: Statements | None = None
    refresh: Refresh | None = None


def load_profile(path: Path | None = None, api_url: str = "") -> Profile:
    """The profile in `path`, or the one that ships with the program; `api_url` replaces its base.

    Raises:
        ProfileInvalid: for the first key that is unknown, missing or wrong, by its dotted name.
    """
    source = path or DEFAULT_PROFILE
    values = _read(source)
    if api_url:
        values["base_url"] = api_url
    try:
        profile = Profile.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        key = ".".join(str(part) for part in first["loc"])[:_LONGEST_KEY]
        problem = _problem(key, first["type"], first["msg"])
    else:
        problem = next(_contradictions(profile), "")
    if problem:
        raise _invalid(source, problem)
    return profile


def _read(source: Path) -> dict[str, object]:
    try:
        text = source.read_text(encoding="utf-8-sig")
        if len(text) <= _LONGEST:
            return tomllib.loads(text)
        problem = f"it has more than {_LONGEST:,} characters"
    except OSError as error:
        problem = f"it can't be read ({error.strerror or 'not a readable file'})"
    except (ValueError, RecursionError) as error:  # wrong TOML, or not text at all
        problem = f"it is not valid TOML: {str(error).splitlines()[0][:120]}"
    raise _invalid(source, problem)


def _invalid(source: Path, problem: str) -> ProfileInvalid:
    return ProfileInvalid(
        f"The feed profile {source.name} is not usable: {problem}.",
        "Correct the file that LEDGERSYNC_API_PROFILE names; default.toml shows every key.",
    )


def _problem(key: str, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"the key {key} is unknown"
    if kind == "missing":
        return f"the key {key} is missing"
    words = message.removeprefix("Value error, ").removeprefix("Input ").rstrip(".")
    return f"the key {key} {words}"


def _contradictions(profile: Profile) -> Iterator[str]:
    """What only shows when keys are seen together: each line names the key to correct."""
    for key in _unfilled(profile):
        yield f"the key {key} is missing"
    routes = {
        "auth.path": (profile.auth.path, ""),
        "clients.path": (profile.clients.path, ""),
        "accounts.path": (profile.accounts.path, "{client_id}"),
        "transactions.path": (profile.transactions.path, "{account_id}"),
    }
    if profile.statements:
        routes["statements.path"] = (profile.statements.path, "{account_id}")
    if profile.refresh:
        routes["refresh.path"] = (profile.refresh.path, "{account_id}")
        routes["refresh.status_path"] = (profile.refresh.status_path, "{account_id}")
    for key, (route, needed) in routes.items():
        yield from _misplaced(key, route, needed)


def _unfilled(profile: Profile) -> Iterator[str]:
    by_style = {"page": ["page_param"], "offset": ["page_param"], "cursor": ["cursor_param"]}
    if profile.paging.style == "cursor":
        by_style["cursor"].append("next_field")
    for name in by_style.get(profile.paging.style, []):
        if not getattr(profile.paging, name):
            yield f"paging.{name}"
    by_sign = {"debit_credit_fields": ["debit", "credit"], "type_field": ["amount", "type"]}
    for name in by_sign.get(profile.transactions.amount_sign, ["amount"]):
        if not getattr(profile.transactions.fields_, name):
            yield f"transactions.fields.{name}"


def _misplaced(key: str, route: str, needed: str) -> Iterator[str]:
    found = set(_PLACEHOLDER.findall(route))
    if needed and needed not in found:
        yield f"the key {key} must contain {needed}"
    allowed = {"{client_id}"} if needed == "{client_id}" else {"{client_id}", "{account_id}"}
    for other in sorted(found - (allowed if needed else set())):
        yield f"the key {key} contains {other[:_LONGEST_KEY]}, which can't be filled in"
