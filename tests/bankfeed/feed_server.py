"""A real HTTP server on loopback that answers as a script says, misbehaves on order, and counts."""

import gzip
import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, TCPServer, ThreadingMixIn
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Call:
    """A request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def params(self) -> dict[str, str]:
        query = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: values[-1] for name, values in query.items()}

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "")


@dataclass(frozen=True)
class Reply:
    """An answer; `raw` takes the socket over instead, until the server stops."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    raw: Callable[[socket.socket, threading.Event], None] | None = None


Script = Callable[[Call], Reply]


def plain(value: Any, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})


def text(body: str | bytes, status: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, body.encode() if isinstance(body, str) else body, named)


def zipped(body: bytes) -> Reply:
    return Reply(200, gzip.compress(body), {"Content-Encoding": "gzip"})


def cut(body: bytes, *, announced: bool) -> Reply:
    """Half of the body, then the connection ends - with or without a Content-Length before."""

    def send(out: socket.socket, _: threading.Event) -> None:
        length = f"Content-Length: {len(body)}\r\n" if announced else ""
        out.sendall(f"HTTP/1.1 200 OK\r\n{length}Connection: close\r\n\r\n".encode())
        out.sendall(body[: len(body) // 2])

    return Reply(raw=send)


def hang() -> Reply:
    return Reply(raw=lambda _, stopping: (stopping.wait(30), None)[1])


def drip(start: bytes) -> Reply:
    """Sends `start`, then a byte at a time: each in time, the whole never."""

    def send(out: socket.socket, stopping: threading.Event) -> None:
        out.sendall(start)
        while not stopping.wait(0.02):
            out.sendall(b" ")

    return Reply(raw=send)


def reset() -> Reply:
    """Ends the connection without a word."""
    return Reply(raw=lambda _out, _stopping: None)


class FeedServer:
    """Runs a script on a free port of loopback; a context manager."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self.calls: list[Call] = []
        self.script = script
        self.connections = 0
        self.busiest = 0
        self._busy = 0
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        owner = self

        class Handler(StreamRequestHandler):
            timeout = 30
            disable_nagle_algorithm = True

            def handle(self) -> None:
                owner._serve(self)

        class Server(ThreadingMixIn, TCPServer):
            daemon_threads = True
            request_queue_size = 64

            def get_request(self) -> tuple[socket.socket, Any]:
                connection, address = super().get_request()
                owner.connections += 1
                if context:
                    connection = context.wrap_socket(
                        connection, server_side=True, do_handshake_on_connect=False
                    )
                return connection, address

            def handle_error(self, *_: object) -> None:
                """Clients that go away are what these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def count(self, path: str) -> int:
        return sum(call.path == path for call in self.calls)

    def _serve(self, handler: StreamRequestHandler) -> None:
        while (call := _read_call(handler)) is not None:
            with self._lock:
                self.calls.append(call)
                self._busy += 1
                self.busiest = max(self.busiest, self._busy)
            try:
                reply = self.script(call)
            finally:
                with self._lock:
                    self._busy -= 1
            if reply.raw:
                reply.raw(handler.connection, self._stopping)
                return
            _send(handler.connection, reply)


def _read_call(handler: StreamRequestHandler) -> Call | None:
    first = handler.rfile.readline().decode("latin-1").split()
    if len(first) < 3:
        return None
    headers = {}
    while line := handler.rfile.readline().decode("latin-1").strip():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = handler.rfile.read(int(headers.get("content-length", 0)))
    return Call(first[0], first[1], headers, body)


def _send(out: socket.socket, reply: Reply) -> None:
    headers = {"Content-Length": str(len(reply.body)), **reply.headers}
    lines = [f"HTTP/1.1 {reply.status} Status", *(f"{k}: {v}" for k, v in headers.items())]
    out.sendall("\r\n".join([*lines, "", ""]).encode() + reply.body)
