"""The hosted set-up of deploy/: two processes behind Caddy, one PostgreSQL, a browser over TLS."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ledgersync.config import PROJECT_ROOT
from tests.browser.company import STYLES, found_firm, running_provider, sign_in
from tests.browser.servers import answers, free_port, running_app, wait_until
from tests.browser.steps import titled
from tests.conftest import PostgresServer

_OPTIONS = """{{
    admin off
    skip_install_trust
    auto_https disable_redirects
    storage file_system {folder}
}}
import {caddyfile}
"""


@contextmanager
def running_caddy(folder: Path, port: int, apps: list[int]) -> Iterator[None]:
    """Caddy with the file of deploy/; its certificate is of an authority of its own."""
    config, log = folder / "Caddyfile", folder / "caddy.log"
    config.write_text(
        _OPTIONS.format(folder=folder / "caddy", caddyfile=PROJECT_ROOT / "deploy" / "Caddyfile")
    )
    told = {
        "LEDGERSYNC_HOST": f"localhost:{port}",
        "LEDGERSYNC_APPS": " ".join(f"127.0.0.1:{app}" for app in apps),
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
    }
    command = ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=told, stdout=out, stderr=out)  # noqa: S603  a test tool
    try:
        wait_until(lambda: answers(port), lambda: log.read_text(errors="replace"))
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """Somebody who trusts the firm's certificate."""
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.route(f"https://{STYLES}/**", lambda route: route.abort())
    yield page
    context.close()


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not installed on this machine")
def test_a_person_stays_signed_in_when_the_process_that_served_them_ends(
    postgres: PostgresServer, visitor: Page, tmp_path: Path
) -> None:
    port, apps = free_port(), [free_port(), free_port()]
    address, database = f"https://localhost:{port}", postgres.url(postgres.create())
    with ExitStack() as stack:
        provider = stack.enter_context(running_provider(tmp_path))
        home = found_firm(tmp_path / "firm", address, provider, database)
        running = {f"127.0.0.1:{app}": ExitStack() for app in apps}
        for app, own in zip(apps, running.values(), strict=True):
            stack.enter_context(own)
            own.enter_context(running_app(home, app))
        stack.enter_context(running_caddy(tmp_path, port, apps))

        answer = visitor.goto(address)
        assert answer
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert visitor.request.get(f"{address}/_stcore/metrics").status == 404
        titled(sign_in(visitor, "ann"), "Overview")

        first = next(iter(running.values()))
        first.close()
        visitor.goto(f"{address}/settings")
        titled(visitor, "Settings")
        expect(visitor.get_by_text("Users and roles").first).to_be_visible()
