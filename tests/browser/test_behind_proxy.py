"""The hosted set-up of deploy/: two processes behind Caddy, one PostgreSQL, a browser over TLS."""

import base64
import hashlib
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, Error, Page

from ledgersync.config import PROJECT_ROOT
from tests.browser.company import found_firm, running_provider, running_unit, sign_in
from tests.browser.first_export import first_export
from tests.browser.servers import answers, free_port, running_demo_api, wait_until
from tests.browser.steps import says, titled
from tests.browser.visits import new_visitor, told_chromium
from tests.conftest import PostgresServer

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not installed on this machine"),
]

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


def trusting(authority: Path) -> str:
    """Chromium's option to take what this authority issues, and still refuse other unknown ones.

    It reads no authority from a file, but can be told the key that signs.
    """
    issuer = x509.load_pem_x509_certificate((authority / "intermediate.crt").read_bytes())
    key = issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
    return f"--ignore-certificate-errors-spki-list={pin}"


@dataclass(frozen=True)
class Hosted:
    """A firm's app as its staff reach it, and the processes behind it, each to be ended alone.

    `authority` vouches for the proxy's certificate.
    """

    address: str
    authority: Path
    processes: list[ExitStack]
    visit: Callable[[], Page]


@pytest.fixture
def hosted(
    postgres: PostgresServer, browser: Browser, chromium: str, tmp_path: Path
) -> Iterator[Hosted]:
    """The files of deploy/ at work: Caddy, two processes of the app, PostgreSQL."""
    port, apps = free_port(), [free_port(), free_port()]
    address = f"https://localhost:{port}"
    with ExitStack() as stack:
        provider = stack.enter_context(running_provider(tmp_path))
        feed = stack.enter_context(running_demo_api(tmp_path))
        database = postgres.url(postgres.create())
        home = found_firm(tmp_path / "firm", address, provider, database, feed)
        processes = [stack.enter_context(ExitStack()) for _ in apps]
        for app, own in zip(apps, processes, strict=True):
            own.enter_context(running_unit(home, app))
        stack.enter_context(running_caddy(tmp_path, port, apps))
        authority = tmp_path / "caddy" / "pki" / "authorities" / "local"
        told = stack.enter_context(told_chromium(browser, chromium, trusting(authority)))
        yield Hosted(address, authority / "root.crt", processes, lambda: new_visitor(told))


def test_a_browser_that_does_not_know_the_authority_goes_no_further(
    hosted: Hosted, browser: Browser
) -> None:
    page = browser.new_page()
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto(hosted.address)
    page.close()


def test_a_person_stays_signed_in_when_the_process_that_served_them_ends(hosted: Hosted) -> None:
    trusting = ssl.create_default_context(cafile=hosted.authority)
    assert httpx.get(f"{hosted.address}/readyz", verify=trusting).json()["ready"]
    closed = httpx.get(f"{hosted.address}/_stcore/metrics", verify=trusting)
    assert closed.status_code == 404
    assert "frame-ancestors 'none'" in closed.headers["content-security-policy"]
    assert closed.headers["x-content-type-options"] == "nosniff"
    ann = hosted.visit()
    answer = ann.goto(hosted.address)
    assert answer
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    titled(sign_in(ann, "ann"), "Overview")

    hosted.processes[0].close()
    ann.goto(f"{hosted.address}/settings")
    titled(ann, "Settings")
    says(ann, "Users and roles")

    hosted.processes[1].close()
    nobody = httpx.get(f"{hosted.address}/readyz", verify=trusting, timeout=30)
    assert nobody.status_code in {502, 503}  # while it is still thought to be there, and after
    assert nobody.headers["x-content-type-options"] == "nosniff"
    assert "The app does not answer" in nobody.text


def test_from_the_first_sign_in_to_an_invited_colleagues_first_export(
    hosted: Hosted, tmp_path: Path
) -> None:
    first_export(hosted.visit, hosted.address, tmp_path / "first.xlsx")
