"""deploy/ with Docker, line by line as its README has it: first export, new key, and back."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import Browser, Page

from ledgersync.config import PROJECT_ROOT
from tests.browser.company import COOKIE_SECRET, running_provider, sign_in
from tests.browser.documented import DEPLOY, README, block, replaced, run_lines
from tests.browser.first_export import first_export
from tests.browser.servers import free_port, wait_until
from tests.browser.steps import says, titled
from tests.browser.visits import new_visitor, told_chromium

pytestmark = pytest.mark.long

WORDS = DEPLOY / "README.md"
BOOKS, SIGN_IN, FEED = "books.firm.com", "sign-in.firm.test", "feed.firm.test"

# The world around the firm, which a test has not: LedgerSync, the sign-in, and who certifies them.
_AROUND = """
name: {name}
x-app: &app
  environment:
    LEDGERSYNC_CA_BUNDLE: /run/around/ca.pem
  volumes: ["{around}:/run/around:ro"]
services:
  app1: *app
  app2: *app
  proxy:
    command: [caddy, run, --config, /run/around/books, --adapter, caddyfile]
    ports: !override ["127.0.0.1:{books}:443"]
    volumes: ["{around}:/run/around:ro"]
  feed:
    image: ledgersync
    command: [ledgersync, demo-api, --port, "8600"]
    ports: ["127.0.0.1:{sign_in}:443"]
    extra_hosts: ["host.docker.internal:host-gateway"]
    networks:
      default:
        aliases: [{names}]
  certified:
    image: caddy:2
    network_mode: "service:feed"
    command: [caddy, run, --config, /run/around/others, --adapter, caddyfile]
    volumes: ["{around}:/run/around:ro"]
"""
_BOOKS = """
{
    local_certs
    skip_install_trust
}
import /etc/caddy/Caddyfile
"""
_OTHERS = f"""
https://{SIGN_IN} {{
    tls /run/around/own.pem /run/around/own.pem
    reverse_proxy host.docker.internal:%s
}}
https://{FEED} {{
    tls /run/around/own.pem /run/around/own.pem
    reverse_proxy 127.0.0.1:8600
}}
"""


@dataclass(frozen=True)
class Firm:
    """A firm's folder deploy/, and where this machine reaches its containers."""

    folder: Path
    environment: dict[str, str]
    books: int
    sign_in: int

    def run(self, lines: str) -> str:
        return run_lines(lines, self.folder, self.environment)

    def ask(self, path: str) -> str:
        """What the app answers behind its proxy."""
        to = f"{BOOKS}:443:127.0.0.1:{self.books}"
        return self.run(f"curl --silent --insecure --connect-to {to} https://{BOOKS}{path}")


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """The project in a folder of its own, whose containers and volumes are gone after the test."""
    _require_docker()
    project = tmp_path / "project"
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607
        cwd=PROJECT_ROOT, text=True, capture_output=True, check=True,
    )  # fmt: skip
    for name in listed.stdout.splitlines():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT_ROOT / name, project / name)
    around, tools = tmp_path / "around", tmp_path / "tools"
    typed = tmp_path / "typed.toml"
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    made = Firm(project / "deploy", environment, free_port(), free_port())
    _somebody_who_types(tools, typed)
    with running_provider(tmp_path, "--address", "0.0.0.0") as provider:  # noqa: S104  from a container
        typed.write_text(_sign_in_section())
        _surround(made, around, provider.rpartition(":")[2])
        try:
            yield made
        finally:
            made.run("docker compose logs --no-color > ../../containers.log 2>&1 || true")
            made.run("docker compose down --volumes --timeout 5")


def _require_docker() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: secrets are given to the user of the containers")
    asked = ("docker info", "docker compose version")
    if any(subprocess.run(line.split(), capture_output=True).returncode for line in asked):  # noqa: PLW1510, S603
        pytest.skip("Docker with its compose plugin is not running on this machine")


def _somebody_who_types(tools: Path, typed: Path) -> None:
    """Stand-ins for an editor with somebody at it, and for sudo, which root needs not have."""
    tools.mkdir()
    for name, does in {"nano": f'cat {typed} > "$1"', "sudo": '"$@"'}.items():
        (tools / name).write_text(f"#!/bin/sh\nset -e\n{does}\n")
        (tools / name).chmod(0o700)


def _sign_in_section() -> str:
    filled = {
        "at least 32 random characters": COOKIE_SECRET,
        'client_id = "..."': 'client_id = "ledgersync"',
        'client_secret = "..."': 'client_secret = "of-this-firm"',
        "https://login.microsoftonline.com/TENANT/v2.0": f"https://{SIGN_IN}",
    }
    return replaced(block(README, "[auth]"), filled)


def _surround(firm: Firm, around: Path, provider: str) -> None:
    around.mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(around / "ca.pem")
    own = authority.issue_cert(SIGN_IN, FEED)
    own.private_key_and_cert_chain_pem.write_to_path(around / "own.pem")
    (around / "books").write_text(_BOOKS)
    (around / "others").write_text(_OTHERS % provider)
    (firm.folder / "compose.override.yaml").write_text(
        _AROUND.format(
            name=f"ledgersync-{uuid.uuid4().hex[:8]}", around=around,
            books=firm.books, sign_in=firm.sign_in, names=f"{SIGN_IN}, {FEED}",
        )
    )  # fmt: skip


def names(firm: Firm) -> str:
    """Chromium's option to find the firm's names on this machine."""
    rules = f"MAP {BOOKS}:443 127.0.0.1:{firm.books},MAP {SIGN_IN}:443 127.0.0.1:{firm.sign_in}"
    return f"--host-resolver-rules={rules}"


def test_from_an_empty_folder_to_a_first_export_a_new_key_and_a_backup_brought_back(
    firm: Firm, browser: Browser, chromium: str, tmp_path: Path
) -> None:
    set_up = replaced(block(WORDS, "docker compose up"), {"you@firm.com": "ann@firm.com"})
    feed = f"echo LEDGERSYNC_API_URL=https://{FEED}/api/v1 >> .env\n"
    firm.run(set_up.replace("docker compose up", f"{feed}docker compose up"))
    wait_until(lambda: '"ready":true' in firm.ask("/readyz"), lambda: firm.ask("/readyz"))
    with told_chromium(browser, chromium, names(firm)) as own:

        def visit() -> Page:
            return new_visitor(own, any_certificate=True)

        first_export(visit, f"https://{BOOKS}", tmp_path / "first.xlsx")
        assert "K2" in firm.run(block(WORDS, "keys rotate"))
        firm.run("docker compose exec app1 ledgersync backup")
        [made] = firm.run("docker compose exec app1 ls /home/ledgersync/data/backups").split()
        firm.run(f"docker compose cp app1:/home/ledgersync/data/backups/{made} .")
        assert (firm.folder / made).read_bytes().startswith(b"PGDMP")
        firm.run(replaced(block(WORDS, "--no-deps app1 ledgersync restore"), {"FILE": made}))
        assert "dana@firm.com" in firm.run("docker compose exec app1 ledgersync users list")
        retired = firm.run("docker compose exec app1 ledgersync keys retire K1 2>&1 || true")
        assert "can't be written" in retired  # as the README says, and what to do then
        assert "intact" in firm.run("docker compose exec app1 ledgersync audit verify")

        wait_until(lambda: '"ready":true' in firm.ask("/readyz"), lambda: firm.ask("/readyz"))
        dana = visit()
        dana.goto(f"https://{BOOKS}")
        titled(sign_in(dana, "dana"), "Overview")
        dana.goto(f"https://{BOOKS}/exports")
        titled(dana, "Exports")
        says(dana, "1 export")
