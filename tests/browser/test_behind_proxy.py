"""The hosted set-up of deploy/: two processes behind Caddy, one PostgreSQL, a browser over TLS."""

import base64
import hashlib
import re
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
from playwright.sync_api import Browser, Error, Page, expect
from python_calamine import CalamineWorkbook

from ledgersync.config import PROJECT_ROOT
from ledgersync.demo.server import DEMO_EMAIL, DEMO_PASSWORD
from tests.browser.company import STYLES, found_firm, running_provider, running_unit, sign_in
from tests.browser.conftest import OPTIONS
from tests.browser.servers import answers, free_port, running_demo_api, wait_until
from tests.browser.steps import Grid, box, choose, close_popover, press, says, settled, titled
from tests.conftest import PostgresServer

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not shutil.which("caddy"), reason="Caddy is not installed on this machine"),
]

CLIENT, MASK = "Cobalt Fern Software LLC", "1288"

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


@contextmanager
def trusting_browser(browser: Browser, chromium: str, authority: Path) -> Iterator[Browser]:
    """A Chromium that takes what this authority issues, and refuses other unknown ones.

    It reads no authority from a file, but can be told the key that signs.
    """
    issuer = x509.load_pem_x509_certificate((authority / "intermediate.crt").read_bytes())
    key = issuer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(key).digest()).decode()
    started = browser.browser_type.launch(
        executable_path=chromium, args=[*OPTIONS, f"--ignore-certificate-errors-spki-list={pin}"]
    )
    try:
        yield started
    finally:
        started.close()


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
        trusting = stack.enter_context(trusting_browser(browser, chromium, authority))

        def visit() -> Page:
            context = trusting.new_context(viewport={"width": 1280, "height": 1200})
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(30_000)
            page.route(f"https://{STYLES}/**", lambda route: route.abort())
            return page

        yield Hosted(address, authority / "root.crt", processes, visit)


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
    ann = hosted.visit()
    ann.goto(hosted.address)
    titled(sign_in(ann, "ann"), "Overview")
    ann.goto(f"{hosted.address}/settings")
    titled(ann, "Settings")
    _connect(ann)
    _share_with_everybody(ann)
    _invite_for_one_client(ann)

    dana = hosted.visit()
    dana.goto(hosted.address)
    titled(sign_in(dana, "dana"), "Overview")
    dana.get_by_role("link", name="Review", exact=True).first.click()
    titled(dana, "Review")
    expect(box(dana, "Client")).to_have_value(re.compile(CLIENT))
    choose(dana, "Bank account", MASK, re.compile(MASK))
    press(dana, "Load Transactions")
    says(dana, re.compile(r"Loaded: \d+ new, 0 updated"))
    _code_one_row(dana)
    _export(dana, tmp_path / "first.xlsx")


def _connect(ann: Page) -> None:
    ann.get_by_label("LedgerSync Email", exact=True).fill(DEMO_EMAIL)
    ann.get_by_label("LedgerSync Password", exact=True).fill(DEMO_PASSWORD)
    press(ann, "Save Integration")
    says(ann, re.compile(r"Connected · checked .+ by Ann · 12 clients"))
    says(ann, "12 clients and 36 bank accounts found")


def _share_with_everybody(ann: Page) -> None:
    settled(ann).get_by_text("Everybody", exact=True).click()
    press(ann, "Save sharing")
    says(ann, "Saved who may load with this connection")


def _invite_for_one_client(ann: Page) -> None:
    press(settled(ann), "Invite somebody")
    ann.get_by_label("E-mail that they sign in with", exact=True).fill("dana@firm.com")
    ann.keyboard.press("Tab")
    settled(ann)
    press(ann.get_by_test_id("stPopoverBody"), re.compile("^Invite$"))
    says(ann, re.compile("^Invited dana"))
    close_popover(ann)
    expect(box(ann, "Person")).to_have_value("dana@firm.com")
    clients = box(ann, "Assigned clients")
    clients.click()
    clients.fill("cobalt")
    clients.press("Enter")
    ann.keyboard.press("Escape")
    press(settled(ann), "Save clients")
    says(ann, "works on 1 client now")


def _code_one_row(dana: Page) -> None:
    press(settled(dana), "New GL account")
    dana.get_by_label("GL code", exact=True).fill("61999")
    dana.get_by_label("Account name", exact=True).fill("Browser Testing")
    press(dana, "Add GL account")
    says(dana, "Added 61999 - Browser Testing.")
    close_popover(dana)
    grid = Grid(dana)
    grid.edit(0, "GL code", "brows", "61999 - Browser Testing")
    expect(grid.cell(0, "Status")).to_have_text("✓ Reviewed")


def _export(dana: Page, file: Path) -> None:
    press(settled(dana), "Export to ACS Format")
    says(dana, re.compile("Export to ACS Format: 1 row"))
    press(dana, re.compile("^I have seen these 2 warnings"))
    says(dana, re.compile(r"Export 1: 1 row, "))
    with dana.expect_download() as download:
        press(dana, "Download export 1")
    download.value.save_as(file)
    [_, row] = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert "61999" in map(str, row)
