"""The real app and the demo LedgerSync, as processes that a test starts and stops."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ledgersync.config import PROJECT_ROOT

_COMMAND = (sys.executable, "-m", "ledgersync")
_PATIENCE = 90.0
_STOPPING = 20.0
# The keychain of whoever runs the tests is never asked, and no setting of theirs is taken over.
_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}


@dataclass(frozen=True)
class Home:
    """An installation's folders, and the environment that leads the app to them."""

    root: Path
    mode: str = "local"
    api_url: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            "LEDGERSYNC_MODE": self.mode,
            "LEDGERSYNC_DATA_DIR": str(self.root / "data"),
            "LEDGERSYNC_CONFIG_DIR": str(self.root / "config"),
            "LEDGERSYNC_KEY_FILE": str(self.root / "firm.key"),
            "LEDGERSYNC_API_URL": self.api_url,
        }
        theirs = {k: v for k, v in os.environ.items() if not k.startswith("LEDGERSYNC_")}
        return {**theirs, **_KEYRING, **ours, **self.more}

    @property
    def database(self) -> Path:
        folder = self.root / "data" / "demo" if self.mode == "demo" else self.root / "data"
        return folder / "ledgersync.db"

    def copy_to(self, root: Path) -> "Home":
        shutil.copytree(self.root, root)
        return Home(root, self.mode, self.api_url)


@contextmanager
def running_app(home: Home, port: int = 0) -> Iterator[str]:
    """Start the app as a user does, and yield its address once it answers."""
    port = port or free_port()
    command = "demo" if home.mode == "demo" else "run"
    home.root.mkdir(parents=True, exist_ok=True)
    line = [*_COMMAND, command, "--port", str(port), "--no-browser"]
    with running_command(line, home, port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running_command(command: list[str], home: Home, port: int) -> Iterator[None]:
    """Run a command line that starts the app at a port, and go on once it answers."""
    log = home.root / "app.log"
    with log.open("ab") as out, _running(command, home, out, PROJECT_ROOT):
        wait_until(lambda: _is_healthy(port), lambda: log.read_text(errors="replace"))
        yield


@contextmanager
def running_script(script: Path) -> Iterator[str]:
    """Serve a script of Streamlit's own, without the app, and yield its address once it answers."""
    port = free_port()
    options = {"port": port, "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
    flags = [f"--server.{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *flags]
    log = script.with_suffix(".log")
    with log.open("ab") as out, _running(command, Home(script.parent), out, script.parent):
        wait_until(lambda: _is_healthy(port), lambda: log.read_text(errors="replace"))
        yield f"http://127.0.0.1:{port}"


@contextmanager
def running_demo_api(root: Path) -> Iterator[str]:
    """Start the demo LedgerSync alone, and yield its address."""
    home, log, name = Home(root), root / "demo-api.log", "LEDGERSYNC_API_URL="

    def address() -> str:
        found = [line for line in log.read_text().splitlines() if line.startswith(name)]
        return found[0].removeprefix(name) if found else ""

    with log.open("ab") as out, _process(["demo-api", "--port", "0"], home, out):
        wait_until(lambda: bool(address()), log.read_text)
        yield address()


def run_command(home: Home, *args: str, typed: str = "") -> str:
    """Run one command of the installation and return what it says."""
    done = subprocess.run(  # noqa: S603  our own command
        [*_COMMAND, *args],
        cwd=PROJECT_ROOT, env=home.environment, input=typed,
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def wait_until(holds: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Wait for a condition; when it never comes, fail with what `otherwise` says."""
    until = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < until, otherwise()
        time.sleep(0.05)


def _process(args: list[str], home: Home, out: object) -> AbstractContextManager[None]:
    return _running([*_COMMAND, *args], home, out, PROJECT_ROOT)


@contextmanager
def _running(command: list[str], home: Home, out: object, folder: Path) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603  our own command
        command,
        cwd=folder, env=home.environment,
        stdout=out, stderr=subprocess.STDOUT,
    )  # type: ignore[call-overload]  # fmt: skip
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOPPING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def answers(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
