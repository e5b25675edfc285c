"""Column types and ids that behave the same on SQLite and PostgreSQL."""

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count, islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, DateTime, true
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite forgets time zones; this puts UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("moments are stored with their time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, ANN401
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# Below SQLite's limit of bound values, on every version.
VALUES_AT_ONCE = 500


def in_parts(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists short enough to be bound to one statement."""
    rest = iter(values)
    while some := list(islice(rest, VALUES_AT_ONCE)):
        yield some


def among(column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    """Restrict a query to a few values; too many are left for the caller to pick from."""
    return column.in_(values) if len(values) <= VALUES_AT_ONCE else true()


_PROCESS = secrets.token_hex(4)
_COUNT = count()


def new_id() -> str:
    """A new id of 32 hexadecimal digits; ids made later sort later, so rows keep their order.

    Time, a random mark of the process and a counter: unique without asking anybody.
    """
    return new_ids(1)[0]


def new_ids(many: int) -> list[str]:
    """Like `new_id`, very many at once: they share their time and differ in their counter."""
    stem = f"{time.time_ns():016x}{_PROCESS}"
    return [f"{stem}{number & 0xFFFFFFFF:08x}" for number in islice(_COUNT, many)]
