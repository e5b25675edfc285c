"""What the ids in the audit trail stand for, as far as the things are still there."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Column, ColumnElement, Connection, Select, or_, select, union_all

from ledgersync.storage.columns import in_parts
from ledgersync.storage.tables import (
    BANK_ACCOUNTS,
    CLIENTS,
    EXPORTS,
    TRANSACTIONS,
    USERS,
    VENDORS,
)

_NAMES = (
    (VENDORS.c.id, VENDORS.c.name),
    (CLIENTS.c.id, CLIENTS.c.name),
    (BANK_ACCOUNTS.c.id, BANK_ACCOUNTS.c.name),
    (EXPORTS.c.id, EXPORTS.c.file_name),
    (USERS.c.id, USERS.c.name),
)


def names_of(tx: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Names by id: of vendors, clients, accounts, files, people; a transaction's date and text.

    Ids that stand for nothing of these are left out.
    """
    found: dict[str, str] = {}
    t = TRANSACTIONS.c
    for some in in_parts(ids):
        for id_, name in _NAMES:
            named = tx.execute(select(id_, name).where(id_.in_(some)))
            found.update((key, value) for key, value in named)
        rows = tx.execute(select(t.id, t.date, t.description).where(t.id.in_(some)))
        found.update({id_: f"{day:%m/%d/%Y} {words}" for id_, day, words in rows})
    return found


def named(word: str) -> Iterator[Select[tuple[str]]]:
    """Queries for the ids of everything that has the word in its name, or, a row, in its text."""
    t = TRANSACTIONS.c
    for id_, name in (*_NAMES, (t.id, t.description)):
        yield select(id_).where(_holds(name, word))


def ids_named(tx: Connection, word: str, most: int) -> list[str]:
    """The ids of what has the word in its name, rows apart; none where there are too many."""
    queries = [select(id_).where(_holds(name, word)) for id_, name in _NAMES]
    found = list(tx.execute(union_all(*queries).limit(most + 1)).scalars())
    return found if len(found) <= most else []


def _holds(name: Column[str], word: str) -> ColumnElement[bool]:
    """SQLite makes only ASCII letters small; so each way to write the word is looked for."""
    spelt = {word, word.lower(), word.upper(), word.capitalize()}
    return or_(*(name.icontains(one, autoescape=True) for one in sorted(spelt)))
