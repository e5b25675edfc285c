"""The outside model's set-up: one row at most, its key sealed. Nothing here can open it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from ledgersync.storage.matching_tables import OUTSIDE_AI
from ledgersync.storage.tables import GL_ACCOUNTS, VENDORS

TABLE = OUTSIDE_AI.name
ROW_ID = "firm"
# Key, quotes, colon and comma around each name of a list.
_AROUND_A_NAME = 12


@dataclass(frozen=True, slots=True)
class StoredOutsideAi:
    """The row as it is stored; `last_sentence` says what went wrong at the last use, or ""."""

    id: str
    url: str
    model: str
    key_sealed: str | None
    enabled: bool
    rows_per_run: int
    changed_at: datetime
    changed_by: str
    last_used_on: date | None
    last_sentence: str
    seal_mark: str


def find(tx: Connection, *, lock: bool = False) -> StoredOutsideAi | None:
    query = select(OUTSIDE_AI)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return StoredOutsideAi(*row) if row else None


def save(tx: Connection, **values: object) -> None:
    """Change the row, or make it; the caller keeps others from making it at the same time."""
    if not tx.execute(update(OUTSIDE_AI).values(**values)).rowcount:
        tx.execute(insert(OUTSIDE_AI), [{"id": ROW_ID, "last_sentence": "", **values}])


def note_use(tx: Connection, on: date, sentence: str) -> None:
    """Remember the day of the last use and what went wrong at it; no row, no note."""
    tx.execute(update(OUTSIDE_AI).values(last_used_on=on, last_sentence=sentence))


def remove(tx: Connection) -> None:
    tx.execute(delete(OUTSIDE_AI))


def longest_lists(tx: Connection) -> int:
    """How many characters the vendors and GL accounts of one client have, where they are most."""
    lengths = Counter[str]()
    for table in (VENDORS, GL_ACCOUNTS):
        size = func.sum(func.length(table.c.name) + _AROUND_A_NAME)
        for client_id, characters in tx.execute(
            select(table.c.client_id, size).group_by(table.c.client_id)
        ):
            lengths[client_id or ""] += int(characters)
    firm = lengths.pop("", 0)
    return firm + max(lengths.values(), default=0)
