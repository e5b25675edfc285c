"""The books that faults are done to: connected, set up, October loaded, September still to come."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledgersync.services.workspace import local_actor, open_workspace
from tests.bankfeed.feed_server import FeedServer
from tests.faults.killing import Books
from tests.services.conftest import Office
from tests.services.scripted_ledgersync import ScriptedLedgerSync, row

_OCTOBER = [row("t1"), row("t2", "2026-10-06", -30.0, description="SHELL OIL 5521")]
_SEPTEMBER = [row(f"s{n}", f"2026-09-{n:02}", -5.0 * n) for n in (3, 4, 5)]


@contextmanager
def books_in(folder: Path, database_url: str = "") -> Iterator[Books]:
    """Make the books, and let their LedgerSync answer as long as the block runs.

    `database_url` is an empty PostgreSQL database; else they are in SQLite.
    """
    feed = ScriptedLedgerSync(clients={"C1": ["A1"]}, rows={"A1": [*_OCTOBER, *_SEPTEMBER]})
    with FeedServer(feed) as server:
        books = Books(folder, server.url, database_url)
        opened = open_workspace(books.settings, feed_address=server.url)
        office = Office(opened, local_actor(opened), feed, server)
        office.sync()
        office.set_up()
        office.load()
        opened.close()
        yield books
