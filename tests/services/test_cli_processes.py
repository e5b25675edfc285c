"""The commands that serve, as processes of their own: demo-api, run, demo."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from ledgersync import cli
from ledgersync.config import PROJECT_ROOT

COMMAND = (sys.executable, "-m", "ledgersync")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    ours = {
        "LEDGERSYNC_MODE": "local",
        "LEDGERSYNC_DATA_DIR": str(tmp_path / "data"),
        "LEDGERSYNC_CONFIG_DIR": str(tmp_path / "config"),
        "LEDGERSYNC_KEY_FILE": str(tmp_path / "firm.key"),
    }
    return {**os.environ, **ours}


@contextmanager
def serving(*args: str, env: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(  # noqa: S603  our own command
        [*COMMAND, *args], cwd=PROJECT_ROOT, env=env, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        with process:
            yield process
    finally:
        if process.poll() is None:
            process.kill()


def line_with(process: "subprocess.Popen[str]", words: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    raise AssertionError(f"ended without saying {words!r}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_demo_api_serves_another_process_until_it_is_stopped(
    stop: signal.Signals, environment: dict[str, str]
) -> None:
    size = ("--clients", "1", "--accounts", "1", "--transactions", "5", "--seed", "2")
    with serving("demo-api", "--port", "0", *size, env=environment) as server:
        name, _, url = line_with(server, "LEDGERSYNC_API_URL=").strip().partition("=")
        email = line_with(server, "e-mail: ").split()[1]
        password = line_with(server, "password: ").split()[1]
        connected = subprocess.run(  # noqa: S603  our own command
            [*COMMAND, "connect", "--email", email, "--password-stdin"],
            cwd=PROJECT_ROOT, env={**environment, name: url}, input=f"{password}\r\n",
            text=True, capture_output=True, check=False,
        )  # fmt: skip
        server.send_signal(stop)
        assert server.wait(30) == 0
    assert connected.returncode == 0, connected.stderr
    assert "1 clients, 1 bank accounts." in connected.stdout
    assert password not in connected.stdout + connected.stderr


def test_port_in_use_is_one_sentence(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LEDGERSYNC_DATA_DIR", environment["LEDGERSYNC_DATA_DIR"])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for args in (["run", "--port", port], ["demo-api", "--port", port]):
            assert cli.main(args) == 1
            err = capsys.readouterr().err
            assert f"Port {port}" in err
            assert "--port" in err
            assert err.count("\n") == 1
    assert not Path(environment["LEDGERSYNC_DATA_DIR"]).exists()


def test_run_starts_the_app_and_ends_it_with_the_command(environment: dict[str, str]) -> None:
    port = free_port()
    with serving("run", "--port", str(port), "--no-browser", env=environment) as app:
        assert f"Open http://localhost:{port}" in line_with(app, "Open ")
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        servers = psutil.Process(app.pid).children()
        for process in (app, *servers):  # as a terminal's Ctrl-C does
            process.send_signal(signal.SIGINT)
        assert app.wait(30) == 0
        assert app.stderr is not None
        assert not {"Traceback", "Aborted!"} & set(app.stderr.read().split())
    with pytest.raises(OSError, match=r"refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_demo_prepares_the_firm_and_opens_it(environment: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    with serving("demo", "--port", str(port), "--no-browser", env=environment) as app:
        line_with(app, "Preparing the demo firm")
        line_with(app, "Open http://localhost")
        app.send_signal(signal.SIGINT)
        assert app.wait(30) == 0
        assert app.stderr is not None
        assert "Loading 18 months of transactions" in app.stderr.read()
    assert (tmp_path / "data" / "demo" / "ledgersync.db").exists()
    assert not (tmp_path / "firm.key").exists()
