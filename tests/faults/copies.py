"""Copies of the books to be struck at, each with a database of its own, and the blow itself."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from ledgersync.storage.engine import Database
from tests.conftest import PostgresServer
from tests.faults.killing import Books, make_older, require_whole, strike

_END_OTHERS = text(
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
)


class Copies:
    """Makes copies of the books; `server` is where those in PostgreSQL live."""

    def __init__(self, books: Books, server: PostgresServer | None = None) -> None:
        self._books = books
        self._server = server

    def strike(self, job: str, folder: Path, seconds: float, *, at_server: bool = False) -> int:
        """Strike at a copy in that folder and see that it is whole; returns what was told last."""
        with self._copy(folder) as copy:
            if job == "migrate":
                make_older(copy)
            killing = self._server if at_server else None
            told = strike(job, copy, seconds, killing.kill if killing else None)
            if killing:
                killing.start()
            if copy.database_url:
                _end_what_goes_on(copy)
            require_whole(job, copy, told)
        return told

    @contextmanager
    def _copy(self, folder: Path) -> Iterator[Books]:
        if not self._server:
            yield self._books.copied_to(folder)
        else:
            name = self._server.create(self._books.database_url.split("?")[0].rsplit("/", 1)[1])
            yield self._books.copied_to(folder, self._server.url(name))
            self._server.drop(name)
        shutil.rmtree(folder)


def _end_what_goes_on(copy: Books) -> None:
    """The server may still be at work for a client that is gone, up to the end of its commit."""
    database = Database(copy.database_url)
    with database.writing() as tx:
        tx.execute(_END_OTHERS).all()
    database.close()
