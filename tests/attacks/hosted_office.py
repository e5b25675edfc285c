"""A hosted app with two clients, and cookies of every kind that somebody could come with.

The cookies are made with the app's own secret, as a company's sign-in would have them made.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from ledgersync import clock
from ledgersync.config import Mode
from ledgersync.services import people, signing_in
from ledgersync.services.workspace import command_actor, open_workspace
from tests.bankfeed.feed_server import FeedServer, Script
from tests.browser.company import COOKIE_SECRET, found_firm, invite_dana
from tests.browser.servers import Home, free_port, running_app
from tests.conftest import settings_in
from tests.services.company import claims
from tests.services.conftest import Office
from tests.services.two_clients import Things, script, set_up

PAGES = ("", "review", "clients", "rules", "import", "exports", "settings", "help")
# What changes by looking: who was seen when, on which account, and what was refused.
_LOOKED = ("audit_entries", "audit_head", "sign_ins", "users", "presence")


@dataclass(frozen=True)
class HostedOffice:
    """A running hosted app; the office works on the same database."""

    port: int
    home: Home
    office: Office
    clients: Mapping[str, Things]
    began: int = field(default_factory=lambda: int(clock.now().timestamp()))

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        return (self.home.root / "app.log").read_text(errors="replace")

    def content(self) -> list[str]:
        """Everything that the firm has written into its database."""
        with closing(sqlite3.connect(self.home.database)) as copy:
            return [line for line in copy.iterdump() if not _is_of(line, _LOOKED)]

    def claims_of(self, who: str, **others: Any) -> dict[str, Any]:
        """What the company says of a sign-in; each person has one."""
        return claims(f"{who}@firm.com", nonce=f"nonce of {who}", iat=self.began, **others)

    def cookie(self, who: str, secret: str = COOKIE_SECRET, **others: Any) -> str:
        """The cookie of somebody who has signed in at the company."""
        signed_in = {"origin": self.address, "is_logged_in": True, "provider": "default"}
        value = json.dumps({**self.claims_of(who), **signed_in, **others})
        return create_signed_value(secret, USER_COOKIE_NAME, value).decode()


def _is_of(line: str, tables: tuple[str, ...]) -> bool:
    return any(line.startswith(f'INSERT INTO "{table}"') for table in tables)


@contextmanager
def running_office(folder: Path, database_url: str = "") -> Iterator[HostedOffice]:
    """Ann administers; Dana sees the first client; Dan was disabled, Cid has signed out."""
    with founded_office(folder, script(), database_url) as made:
        ready = replace(made, clients=set_up(made.office))
        _invite(ready)
        with running_app(ready.home, ready.port):
            yield ready


@contextmanager
def founded_office(
    folder: Path, feed_script: Script, database_url: str = ""
) -> Iterator[HostedOffice]:
    """A hosted app that does not run yet, on a LedgerSync that the test writes.

    `database_url` is an empty PostgreSQL database; else it is on SQLite.
    """
    port = free_port()
    with FeedServer(feed_script) as feed, pytest.MonkeyPatch.context() as patch:
        patch.setattr("ledgersync.services.workspace.open_keychain", lambda: None)
        address, provider = f"http://localhost:{port}", "http://localhost:9"
        home = invite_dana(found_firm(folder / "firm", address, provider, database_url))
        more = {**home.more, "LEDGERSYNC_LOG_LEVEL": "DEBUG"}
        home = replace(home, api_url=feed.url, more=more)
        settings = settings_in(
            folder / "firm",
            mode=Mode.HOSTED,
            key_file=folder / "firm" / "firm.key",
            database_url=database_url,
        )
        workspace = open_workspace(settings, feed_address=feed.url)
        office = Office(workspace, command_actor(workspace), feed_script, feed)  # type: ignore[arg-type]
        try:
            yield HostedOffice(port, home, office, {})
        finally:
            workspace.close()


def _invite(made: HostedOffice) -> None:
    admin, workspace = made.office.admin, made.office.workspace
    dana = people.find_person(admin, workspace, "dana@firm.com")
    people.assign_clients(admin, workspace, dana.id, [made.clients["C1"].client])
    for name in ("dan", "cid"):
        people.invite(admin, workspace, f"{name}@firm.com", all_clients=True)
    actors = {
        name: signing_in.welcome(workspace, made.claims_of(name))
        for name in ("ann", "dana", "dan", "cid")
    }
    people.disable(admin, workspace, actors["dan"].user_id)
    signing_in.sign_out(workspace, actors["cid"])
