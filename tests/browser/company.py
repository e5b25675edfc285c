"""A company with a sign-in of its own, and a hosted installation that belongs to it."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.servers import Home, answers, free_port, run_command, wait_until
from tests.browser.steps import press, settled

PEOPLE = ("ann", "dana", "eve")
# The provider's own pages look for their style here.
STYLES = "cdn.jsdelivr.net"
# Long, and nowhere else: what is found of them has leaked.
COOKIE_SECRET = "cookie-secret-of-these-tests-7c1f09ab5e2d48f6"
CLIENT_SECRET = "client-secret-of-these-tests-91b2f07743ce5a0d"
_SECRETS = """
[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "{secret}"
client_id = "ledgersync"
client_secret = "{client_secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@contextmanager
def running_provider(folder: Path) -> Iterator[str]:
    """An OpenID Connect provider in a process of its own, with three people; yields its address."""
    people = [
        {"sub": name, "email": f"{name}@firm.com", "email_verified": True, "name": name.title()}
        for name in PEOPLE
    ]
    port, log = free_port(), folder / "provider.log"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    command += [part for one in people for part in ("--user-claims", json.dumps(one))]
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)  # noqa: S603  a test tool
    try:
        wait_until(lambda: answers(port), lambda: log.read_text(errors="replace"))
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)


def found_firm(
    root: Path, address: str, provider: str, database_url: str = "", api_url: str = ""
) -> Home:
    """Set a hosted installation up by the README's steps, with Ann as its administrator."""
    root.mkdir()
    secrets, key = root / "secrets.toml", root / "firm.key"
    text = _SECRETS.format(
        address=address, secret=COOKIE_SECRET, client_secret=CLIENT_SECRET, provider=provider
    )
    for file, content in (
        (secrets, text),
        (key, f"K1 {base64.b64encode(os.urandom(32)).decode()}\n"),
    ):
        file.touch(mode=0o600)
        file.write_text(content)
    more = {"LEDGERSYNC_SECRETS_FILE": str(secrets), "LEDGERSYNC_DATABASE_URL": database_url}
    home = Home(root, "hosted", api_url, more)
    run_command(home, "db", "upgrade")
    run_command(home, "users", "invite", "ann@firm.com", "--admin", "--name", "Ann Lee")
    return home


def invite_dana(home: Home) -> Home:
    """Let Dana in, who works on all clients."""
    run_command(home, "users", "invite", "dana@firm.com", "--all-clients")
    return home


def sign_in(page: Page, who: str) -> Page:
    """Sign in at the company, which asks who it is."""
    press(page, "Sign in")
    page.get_by_role("button", name=who, exact=True).click()
    return settled(page)
