"""The demo LedgerSync server: a real HTTP server on this machine's loopback, and nothing else."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import uvicorn

from ledgersync.demo.api import BASE_PATH, api
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.sign_in import DEMO_EMAIL, DEMO_PASSWORD, LOCK_SECONDS
from ledgersync.demo.wire import Listings
from ledgersync.errors import InvalidInput

__all__ = ["DEMO_EMAIL", "DEMO_PASSWORD", "DemoServer", "run"]

_HOST = "127.0.0.1"
_PATIENCE = 10.0


class DemoServer:
    """Serves a firm while the `with` block lasts, or from start() to stop().

    Args:
        firm: What is served.
        port: 0 takes a free one.
        latency_ms: How long every answer is held back.
        lock_seconds: How long five wrong passwords lock an e-mail.
        clock: Counts the seconds of locks and tokens.

    Attributes:
        url: The base URL for the feed client, up to and including /api/v1.
        email, password: A log-in that works.
    """

    email = DEMO_EMAIL
    password = DEMO_PASSWORD

    def __init__(
        self,
        firm: DemoFirm,
        *,
        port: int = 0,
        latency_ms: int = 0,
        lock_seconds: float = LOCK_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listings = Listings(firm)
        self._app = api(
            self._listings, latency_ms=latency_ms, lock_seconds=lock_seconds, clock=clock
        )
        self._port = port
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        if self._socket is None:
            raise RuntimeError("the demo server has not been started")
        return f"http://{_HOST}:{self._socket.getsockname()[1]}{BASE_PATH}"

    def start(self) -> None:
        """Bind the port, start the thread and wait until it answers.

        Raises:
            InvalidInput: when another program has the port.
        """
        self._socket = _bound(self._port)
        self._server = _Server(_quiet(self._app))
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="demo-ledgersync", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(_PATIENCE):
            raise RuntimeError("the demo server did not start")

    def warm_up(self) -> None:
        """Write all rows before they are asked for: a benchmark then measures its client alone."""
        self._listings.write_all()

    def stop(self) -> None:
        """End the thread and free the port; does nothing when it isn't running."""
        if self._server and self._thread and self._socket:
            self._server.should_exit = True
            self._thread.join(_PATIENCE)
            self._socket.close()
        self._server = self._thread = self._socket = None

    def wait(self) -> None:
        """Wait until the server ends by itself; Ctrl-C gets through."""
        while self._thread and self._thread.is_alive():
            self._thread.join(1.0)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()


def run(firm: DemoFirm, port: int, latency_ms: int, on_ready: Callable[[str], None]) -> None:
    """Serve until Ctrl-C; `on_ready` is told the base URL as soon as it answers.

    Raises:
        InvalidInput: when another program has the port.
    """
    with (
        DemoServer(firm, port=port, latency_ms=latency_ms) as server,
        contextlib.suppress(KeyboardInterrupt),
    ):
        on_ready(server.url)
        server.wait()


class _Server(uvicorn.Server):
    """uvicorn, telling when it answers; in a thread of its own it leaves signals alone."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


def _quiet(app: Callable[..., Any]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        # Longer than clients keep idle connections: none is closed under a request on its way.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )


def _bound(port: int) -> socket.socket:
    # Named as TCP, so that asyncio turns off the 40 ms wait between an answer's head and body.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((_HOST, port))
    except OSError:
        bound.close()
        raise InvalidInput(
            f"Port {port} on this machine is taken by another program.",
            "Choose another with --port, or 0 for any free one.",
        ) from None
    return bound
