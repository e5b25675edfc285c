"""Read by each Python that starts with this folder on its path: notes whom it calls.

Lines go to the file named by SOCKETS_NOTED_IN: one as the process starts, and one for each
address beyond this machine that it connects to or looks up.
"""

import os
import sys
from pathlib import Path

_CALLS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}
_NEAR = {None, "", "localhost", "127.0.0.1", "::1", b"localhost", b"127.0.0.1", b"::1"}


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _CALLS:
        return
    called = arguments[_CALLS[event]]
    host = called[0] if isinstance(called, tuple) else called
    is_file = isinstance(called, str) and called.startswith("/")  # a socket of this machine
    if host not in _NEAR and not is_file:
        _write(f"{event} {host}")


def _write(line: str) -> None:
    with Path(os.environ["SOCKETS_NOTED_IN"]).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


_write("watched")
sys.addaudithook(_note)
