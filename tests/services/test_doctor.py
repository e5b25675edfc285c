"""doctor on a server: what of the hosted set-up is there, missing or unsafe, and never a secret."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from ledgersync import cli
from tests.bankfeed.feed_server import Call, FeedServer, Reply, plain
from tests.conftest import ROLE, ROLE_PASSWORD, PostgresServer, another_user_has
from tests.services.command_runs import install_in

SAFE = {
    "Strict-Transport-Security": "max-age=31536000",
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
}
SECRETS = """[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "{cookie}"
client_id = "ledgersync"
client_secret = "hunter2-of-the-firm"
server_metadata_url = "https://login.firm.example/openid-configuration"
"""
COOKIE = "c00kie" * 6


class Server:
    """A hosted installation in a folder, and the proxy that leads to it."""

    def __init__(self, folder: Path, proxy: FeedServer) -> None:
        self.folder = folder
        self.proxy = proxy
        self.headers = SAFE
        self.ready: dict[str, object] = {"ready": True, "missing": []}
        self.write(SECRETS.format(address=proxy.url, cookie=COOKIE))

    def write(self, secrets: str) -> None:
        file = self.folder / "sign-in.toml"
        file.write_text(secrets)
        file.chmod(0o600)

    def answer(self, _call: Call) -> Reply:
        reply = plain(self.ready)
        return Reply(reply.status, reply.body, {**reply.headers, **self.headers})


Doctor = Callable[[], tuple[int, str]]


@pytest.fixture
def hosted(
    tmp_path: Path, database_url: str, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Server]:
    with FeedServer(lambda _: plain({})) as proxy:
        install_in(tmp_path, monkeypatch)
        server = Server(tmp_path, proxy)
        proxy.script = server.answer
        monkeypatch.setenv("LEDGERSYNC_DATABASE_URL", database_url)
        monkeypatch.setenv("LEDGERSYNC_API_URL", proxy.url)
        monkeypatch.setenv("LEDGERSYNC_SECRETS_FILE", str(tmp_path / "sign-in.toml"))
        monkeypatch.setenv("PATH", f"{postgres.tools}{os.pathsep}{os.environ['PATH']}")
        assert cli.main(("keys", "show")) == 0  # makes the first key, in its own file
        monkeypatch.setenv("LEDGERSYNC_MODE", "hosted")
        yield server


@pytest.fixture
def doctor(hosted: Server, capsys: pytest.CaptureFixture[str]) -> Doctor:
    del hosted

    def run() -> tuple[int, str]:
        capsys.readouterr()
        code = cli.main(("doctor",))
        out, err = capsys.readouterr()
        for secret in ("hunter2", COOKIE, ROLE, ROLE_PASSWORD, quote_plus(ROLE_PASSWORD)):
            assert secret not in out + err
        return code, out

    return run


def test_a_server_that_is_set_up_well(doctor: Doctor, hosted: Server, backend: str) -> None:
    code, out = doctor()
    assert code == 0, out
    assert not re.search("^fail", out, re.MULTILINE)
    for words in (
        f"ok    Public address: {hosted.proxy.url}",
        "ok    Cookie secret: set, and long enough",
        "ok    Sign-in [auth]: client id and secret are set, people sign in at login.firm.example",
        f"ok    Key file: {hosted.folder / 'firm.key'} (600), outside the data folder",
        "leads to the app, which is ready",
        "carry the headers that keep them safe",
    ):
        assert words in out
    tools = re.findall(r"^ok    Backups: (\w+) \d", out, re.MULTILINE)
    assert tools == (["pg_dump", "pg_restore", "psql"] if backend == "postgresql" else [])


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX systems")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_folder_of_roots_may_be_entered_by_the_apps_group(
    doctor: Doctor, hosted: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = hosted.folder / "config"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o750)
    assert f"warn  Config folder {folder} is open to other users (750): chmod 700" in doctor()[1]
    another_user_has(folder, monkeypatch)
    assert f"ok    Config folder {folder} (750)" in doctor()[1]
    folder.chmod(0o755)
    assert f"warn  Config folder {folder} is open to other users (755): chmod 750" in doctor()[1]


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_is_missing_or_unsafe_is_named(
    doctor: Doctor, hosted: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted.headers = {}
    hosted.ready = {"ready": False, "missing": ["key"]}
    hosted.write(SECRETS.format(address=hosted.proxy.url, cookie="short").replace("ledgersync", ""))
    (hosted.folder / "firm.key").chmod(0o644)
    monkeypatch.setenv("PATH", "")
    code, out = doctor()
    assert code == 1
    for words in (
        "fail  .*cookie_secret of fewer than 32 characters",
        r"fail  .*has no client_id in \[auth\]",
        "fail  .*firm.key.*chmod 600",
        "fail  Proxy: 127.0.0.1 leads to the app, which lacks: key",
        "warn  Proxy: answers of 127.0.0.1 come without Strict-Transport-Security",
        "warn  Backups: pg_dump is not installed here",
    ):
        assert re.search(f"^{words}", out, re.MULTILINE), out
    hosted.write("[auth]\n")
    monkeypatch.setenv("LEDGERSYNC_KEY_FILE", str(hosted.folder / "gone.key"))
    code, out = doctor()
    assert code == 1
    assert re.search("^fail  .*names no redirect_uri that is safe", out, re.MULTILINE)
    assert re.search("^fail  A hosted app needs LEDGERSYNC_KEY_FILE", out, re.MULTILINE)
