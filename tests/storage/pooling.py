"""A pooler before a PostgreSQL, as the program meets one."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import make_url

_SOCKET = ".s.PGSQL.5432"


@contextmanager
def pooled(url: str, folder: Path) -> Iterator[str]:
    """The address of that database through a pooler whose door is in the folder."""
    direct = make_url(url)
    pooler = Pooler(f"{direct.query['host']}/{_SOCKET}", folder)
    there = direct.update_query_dict({"host": str(folder)})
    yield there.render_as_string(hide_password=False)
    pooler.close()


class Pooler:
    """A pooler that passes everything on, but has process ids of its own."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server = server
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / _SOCKET))
        self._door.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                person, _ = self._door.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                for source, target in ((person, server), (server, person)):
                    threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket) -> None:
        key = b"K\0\0\0\x0c"  # the message with the process id
        with suppress(OSError), target:
            while some := source.recv(65_536):
                before, found, after = some.partition(key)
                target.sendall(before + found + (b"\0\0\0\x07" + after[4:] if found else after))
