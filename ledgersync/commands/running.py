"""run and demo: the app in the browser."""

import http.client
import os
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Sequence
from typing import Annotated

import typer

from ledgersync.commands import hosting, safe_options
from ledgersync.commands.opening import open_books, read_settings
from ledgersync.commands.output import complain, say
from ledgersync.commands.stopping import stop_on_signals
from ledgersync.config import LOOPBACK, PROJECT_ROOT, Mode
from ledgersync.errors import LedgerSyncError, SettingsInvalid

app = typer.Typer(rich_markup_mode=None)

_SERVER = ("-m", "ledgersync.serving", "run", "app.py")
_HOST = "127.0.0.1"
_PATIENCE = 60.0
_STOPPING = 10.0

PortOption = Annotated[int, typer.Option("--port", min=1, max=65535, help="The app's port.")]
NoBrowserOption = Annotated[
    bool, typer.Option("--no-browser", help="Only print the address, open no browser.")
]


@app.command()
def run(
    port: PortOption = 8501,
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="With the demo firm: no account, nothing leaves here.")
    ] = False,
    no_browser: NoBrowserOption = False,
    address: Annotated[
        str, typer.Option("--address", help="Where a hosted app listens for its proxy.")
    ] = _HOST,
) -> None:
    """Start the app in the browser.

    Settings and database are checked first, so that what is wrong is said here. Ctrl-C ends it.
    """
    _start(port, demo=demo, browser=not no_browser, address=address)


@app.command()
def demo(port: PortOption = 8501, *, no_browser: NoBrowserOption = False) -> None:
    """Start the app with the demo firm, ready to click.

    The same as `ledgersync run --demo`: the demo has its own data and key, and its own LedgerSync
    server on this machine.
    """
    _start(port, demo=True, browser=not no_browser)


def _start(port: int, *, demo: bool, browser: bool, address: str = _HOST) -> None:
    if demo:
        os.environ["LEDGERSYNC_MODE"] = Mode.DEMO.value
    _require_free(address, port)
    settings = read_settings()
    if settings.mode is Mode.DEMO:
        say("Preparing the demo firm; the first time takes some seconds.")
    is_hosted = settings.mode is Mode.HOSTED
    if not is_hosted and address not in LOOPBACK:
        raise SettingsInvalid(
            f"With --address {address} the app would answer to other machines, and asks nobody "
            "to sign in.",
            "Leave --address out, or set the app up as hosted with a company sign-in.",
        )
    options = hosting.require_safe(settings) if is_hosted else safe_options.own_machine()
    open_books(settings).close()
    if settings.ca_bundle:  # the company's sign-in is asked by Streamlit, not by our own client
        os.environ["SSL_CERT_FILE"] = str(settings.ca_bundle)
    _serve(address, port, options, browser=browser and not is_hosted)


def _require_free(address: str, port: int) -> None:
    """Raise before Streamlit would take another port in silence, or fail with a trace."""
    host = _near(address)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # a port that was just left is free; on Windows this would share it
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise SettingsInvalid(
                f"Port {port} is in use, perhaps by the app itself.",
                f"Open http://localhost:{port} to see, or choose another port with --port.",
            ) from None


def _near(address: str) -> str:
    """Where on this machine an app that listens at the address is reached."""
    return address if address in LOOPBACK else _HOST


def _serve(address: str, port: int, options: Sequence[str], *, browser: bool) -> None:
    shown = f"http://localhost:{port}"
    child = _streamlit(address, port, options)
    stop_on_signals()
    try:
        _wait_until_ready(child, _near(address), port)
        say(f"Open {shown} - Ctrl-C stops the app.")
        sys.stdout.flush()
        if browser and _has_desktop():
            webbrowser.open(shown)
        code = child.wait()
    except KeyboardInterrupt:
        say("The app was stopped.")
        return
    finally:
        _stop(child)
    if code:
        complain("The app ended by itself; what it logged is above. Start it again.")
        raise typer.Exit(1)


def _streamlit(address: str, port: int, options: Sequence[str]) -> "subprocess.Popen[bytes]":
    if not (PROJECT_ROOT / "app.py").exists():
        raise SettingsInvalid(
            "The app's pages are not installed here.", "Run this from the project's own folder."
        )
    place = (f"--server.address={address}", f"--server.port={port}")
    command = [sys.executable, *_SERVER, *place, *safe_options.flags(), *options]
    # Its banner would name other addresses; its log stays on stderr.
    return subprocess.Popen(  # noqa: S603
        command, cwd=PROJECT_ROOT, env=safe_options.environment(), stdout=subprocess.DEVNULL
    )


def _wait_until_ready(child: "subprocess.Popen[bytes]", host: str, port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while not _answers(host, port):
        if child.poll() is not None or time.monotonic() > until:
            raise LedgerSyncError(
                "The app did not start; what it logged is above.",
                "Run `ledgersync doctor` to see what is missing.",
            )
        time.sleep(0.1)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health", headers={"Host": _HOST})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _has_desktop() -> bool:
    """Whether a browser can show; elsewhere one would open inside this terminal."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _stop(child: "subprocess.Popen[bytes]") -> None:
    """End the app with its command; Ctrl-C reaches both, a signal to this process only one."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(_STOPPING)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
