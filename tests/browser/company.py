"""A company with a sign-in of its own, and a hosted installation that belongs to it."""

import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from ledgersync.config import PROJECT_ROOT
from tests.browser.documented import (
    DEPLOY,
    README,
    block,
    replaced,
    run_lines,
    unit_line,
    variables,
)
from tests.browser.servers import (
    Home,
    answers,
    free_port,
    run_command,
    running_command,
    wait_until,
)
from tests.browser.steps import press, settled

# The provider's own pages look for their style here.
STYLES = "cdn.jsdelivr.net"
# Long, and nowhere else: what is found of them has leaked.
COOKIE_SECRET = "cookie-secret-of-these-tests-7c1f09ab5e2d48f6"
CLIENT_SECRET = "client-secret-of-these-tests-91b2f07743ce5a0d"
# What only a real server has, as the documents write it, and what these tests put in its place.
_ADMINISTRATOR = {"you@firm.com": "ann@firm.com"}
_SIGN_IN = {
    "https://books.firm.com": "{address}",
    "at least 32 random characters": COOKIE_SECRET,
    'client_id = "..."': 'client_id = "ledgersync"',
    'client_secret = "..."': f'client_secret = "{CLIENT_SECRET}"',
    "https://login.microsoftonline.com/TENANT/v2.0": "{provider}",
}
_FOLDERS = {
    "/var/lib/ledgersync": "{root}/data",
    "/etc/ledgersync": "{root}",
    "postgresql+psycopg://ledgersync:PASSWORD@127.0.0.1/ledgersync": "{database_url}",
}


@contextmanager
def running_provider(folder: Path, *options: str, scheme: str = "http") -> Iterator[str]:
    """An OpenID Connect provider in a process of its own, with these people; yields its address."""
    port, log = free_port(), folder / "provider.log"
    command = [sys.executable, "-m", "tests.browser.sign_in_provider", str(port), *options]
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=out, stderr=out)  # noqa: S603  ours
    try:
        wait_until(lambda: answers(port), lambda: log.read_text(errors="replace"))
        yield f"{scheme}://localhost:{port}"
    finally:
        process.terminate()
        process.wait(20)


def found_firm(
    root: Path, address: str, provider: str, database_url: str = "", api_url: str = ""
) -> Home:
    """Set a hosted installation up by the documents' own steps, with Ann as its administrator."""
    root.mkdir()
    given = {"address": address, "provider": provider, "root": root, "database_url": database_url}
    environment = block(DEPLOY / "README.md", "LEDGERSYNC_MODE=hosted")
    told = variables(replaced(environment, _filled(_FOLDERS, given)))
    home = Home(root, "hosted", api_url, told)
    secrets = Path(told["LEDGERSYNC_SECRETS_FILE"])
    secrets.touch(mode=0o600)
    secrets.write_text(replaced(block(README, "[auth]"), _filled(_SIGN_IN, given)))
    run_lines(block(README, "> firm.key"), root, home.environment)
    for file in (secrets, Path(told["LEDGERSYNC_KEY_FILE"])):
        file.chmod(0o400)
    first_steps, start = block(README, "ledgersync db upgrade").rsplit("ledgersync run", 1)
    assert not start.strip(), "the app is started last: see running_app"
    run_lines(replaced(first_steps, _ADMINISTRATOR), root, home.environment)
    return home


def _filled(table: Mapping[str, str], given: Mapping[str, object]) -> dict[str, str]:
    return {written: here.format_map(given) for written, here in table.items()}


@contextmanager
def running_unit(home: Home, port: int) -> Iterator[None]:
    """A process of the app as the systemd unit starts it."""
    run_lines(shlex.join(unit_line("ExecStartPre", port)), PROJECT_ROOT, home.environment)
    with running_command(unit_line("ExecStart", port), home, port):
        yield


def invite_dana(home: Home) -> Home:
    """Let Dana in, who works on all clients."""
    run_command(home, "users", "invite", "dana@firm.com", "--all-clients")
    return home


def sign_in(page: Page, who: str) -> Page:
    """Sign in at the company, which asks who it is."""
    press(page, "Sign in")
    page.get_by_role("button", name=who, exact=True).click()
    return settled(page)
