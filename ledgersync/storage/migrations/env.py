"""Alembic runs this: it migrates the connection that `upgrading` hands over."""

from typing import Any, Literal

from alembic import context
from sqlmodel import AutoString

from ledgersync.storage.columns import UtcDateTime
from ledgersync.storage.statement_file_tables import METADATA


def write_type(kind: str, thing: Any, _context: object) -> str | Literal[False]:  # noqa: ANN401  Alembic's hook
    """Name our own types in new migrations by what they are."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "UtcDateTime()"
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=write_type,
)
with context.begin_transaction():
    context.run_migrations()
