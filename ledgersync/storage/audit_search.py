"""Looking through the audit trail: entries that fit a filter, and what there is to filter by."""

import json
from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select

from ledgersync.domain.audit_trails import AuditEntry, TrailChoices, TrailFilter, TrailPerson
from ledgersync.storage import audit_names
from ledgersync.storage.tables import AUDIT_ENTRIES, USERS

_A = AUDIT_ENTRIES.c
# Of a word that more things have in their names, only entries about such a thing are found.
_MOST_NAMED = 50
# Signs that the table puts between what an entry holds.
_BETWEEN = ":;,\u2192"
# What stands in an entry for words of the table's.
_STORED_AS = {"none": ("null", '""', "[]", "{}"), "yes": ("true",), "no": ("false",)}
_SEARCHED = (_A.user_name, _A.action, _A.subject, _A.subject_id, _A.detail)


def find(tx: Connection, wanted: TrailFilter, limit: int | None = None) -> list[AuditEntry]:
    """The entries that fit, the newest first."""
    query = select(AUDIT_ENTRIES).where(*_conditions(tx, wanted)).order_by(_A.seq.desc())
    return [AuditEntry(*row) for row in tx.execute(query.limit(limit))]


def count(tx: Connection, wanted: TrailFilter) -> int:
    query = select(func.count()).select_from(AUDIT_ENTRIES).where(*_conditions(tx, wanted))
    return tx.execute(query).scalar_one()


def choices(tx: Connection) -> TrailChoices:
    """Who and what occurs in the trail, each once and in alphabetical order."""
    return TrailChoices(
        people=_people(tx),
        actions=_occurring(tx, _A.action),
        subjects=_occurring(tx, _A.subject),
    )


def _people(tx: Connection) -> tuple[TrailPerson, ...]:
    query = select(_A.user_id, _A.user_name).distinct().where(_A.user_name != "")
    found = sorted(tx.execute(query), key=lambda row: (row.user_name.lower(), row.user_id))
    emails = {row.id: row.email for row in tx.execute(select(USERS.c.id, USERS.c.email))}
    return tuple(TrailPerson(id_, name, emails.get(id_, "")) for id_, name in found)


def _occurring(tx: Connection, column: Column[str]) -> tuple[str, ...]:
    found = tx.execute(select(column).distinct()).scalars()
    return tuple(sorted((value for value in found if value), key=str.lower))


def _conditions(tx: Connection, wanted: TrailFilter) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (_A.user_name, wanted.person),
        (_A.user_id, wanted.user_id),
        (_A.action, wanted.action),
        (_A.subject, wanted.subject),
    ):
        if value:
            yield column == value
    if wanted.since:
        yield _A.at >= wanted.since
    if wanted.until:
        yield _A.at < wanted.until
    for word in wanted.words.split():
        if sought := word.strip(_BETWEEN):
            yield or_(*_has(sought), *_names(tx, sought))


def _has(word: str) -> Iterator[ColumnElement[bool]]:
    """Conditions of which one holds where a word stands anywhere in an entry.

    The detail is JSON in ASCII: there, a letter beyond it is a number, another one when small.
    """
    for stored in _STORED_AS.get(word.lower(), ()):
        yield _A.detail.contains(stored, autoescape=True)
    for column in _SEARCHED:
        yield column.icontains(word, autoescape=True)
    for spelt in {word.lower(), word.upper()}:
        yield _A.detail.icontains(json.dumps(spelt)[1:-1], autoescape=True)


def _names(tx: Connection, word: str) -> Iterator[ColumnElement[bool]]:
    """Conditions of which one holds where an entry is about something with the word in its name."""
    for query in audit_names.named(word):
        yield _A.subject_id.in_(query)
    for id_ in audit_names.ids_named(tx, word, _MOST_NAMED):
        yield _A.detail.contains(id_, autoescape=True)
