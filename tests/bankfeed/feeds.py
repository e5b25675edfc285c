"""What the tests of the feed share: credentials, rows, short deadlines, and a well-behaved API."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from ledgersync.bankfeed.client import Backoff, Credentials, Deadlines, Feed, Session, Token
from ledgersync.bankfeed.profiles import Profile, load_profile
from ledgersync.domain.clients import AccountKey
from ledgersync.domain.periods import Period
from tests.bankfeed.feed_server import Call, FeedServer, Reply, Script, plain

EMAIL = "bookkeeper+feeds@harbor-accounting.example"
PASSWORD = "Tr0ub4dor&Harbor"
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
TRANSACTIONS = "/accounts/A1/transactions"

QUICK = Deadlines(connect=1, read=0.5, write=1, log_in=1.5, listing=3, sync=20)
HASTY = Backoff(attempts=4, first=0.01, longest=0.05, jitter=0.01)


def credentials() -> Credentials:
    return Credentials(SecretStr(EMAIL), SecretStr(PASSWORD))


def account(name: str, client: str = "C1") -> AccountKey:
    return AccountKey(client, name)


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A transaction of the default profile."""
    return {
        "id": f"T{number}",
        "postedDate": "2026-10-05",
        "description": f"CARD PURCHASE {number}",
        "amount": -10.25 - number,
        **changes,
    }


def listed(rows: list[Any], total: int | None = None) -> Reply:
    return plain({"items": rows, "total": len(rows) if total is None else total})


def logs_in(script: Script) -> Script:
    """The script, with a log-in before it that always works and gives token-1, token-2 ..."""
    given = iter(range(1, 1000))
    lock = threading.Lock()

    def answer(call: Call) -> Reply:
        if call.path == "/authenticate":
            with lock:
                return plain({"token": f"token-{next(given)}"})
        return script(call)

    return answer


def in_turn(*replies: Reply) -> Script:
    """One reply after the other; the last one stays."""
    waiting = list(replies)
    lock = threading.Lock()

    def answer(_: Call) -> Reply:
        with lock:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return answer


def profile_for(url: str, **changes: dict[str, Any] | None) -> Profile:
    """The default profile at `url`, with sections changed: paging={"style": "none"}; None: none."""
    values = load_profile(api_url=url).model_dump(by_alias=True)
    for section, keys in changes.items():
        if keys is None:
            values[section] = None
            continue
        for key, value in keys.items():
            if isinstance(value, dict):
                values[section][key] = values[section][key] | value
            else:
                values[section][key] = value
    return Profile.model_validate(values)


@contextmanager
def connected(
    script: Script,
    *,
    deadlines: Deadlines = QUICK,
    backoff: Backoff = HASTY,
    profile: Callable[[str], Profile] = profile_for,
) -> Iterator[tuple[FeedServer, Feed]]:
    with (
        FeedServer(script) as server,
        Feed(profile(server.url), deadlines=deadlines, backoff=backoff) as feed,
    ):
        yield server, feed


@contextmanager
def reading(
    script: Script,
    *,
    token: Token | None = Token(SecretStr("stored")),  # noqa: B008  frozen
    deadlines: Deadlines = QUICK,
    profile: Callable[[str], Profile] = profile_for,
) -> Iterator[tuple[FeedServer, Session]]:
    """A session over a server that runs `script`, starting with a stored token."""
    with (
        connected(script, deadlines=deadlines, profile=profile) as (server, feed),
        feed.session(credentials, token) as session,
    ):
        yield server, session


def write_profile(folder: Path, content: str) -> Path:
    file = folder / "profile.toml"
    file.write_text(content, encoding="utf-8")
    return file
