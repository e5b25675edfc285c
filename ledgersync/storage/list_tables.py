"""Tables of what was done to lists and rules, so that it can be taken back."""

from datetime import datetime

from sqlalchemy import Index, Table, Text
from sqlmodel import Field, SQLModel

from ledgersync.storage.columns import UtcDateTime
from ledgersync.storage.people_tables import METADATA

__all__ = ["METADATA"]


class ListChangeRow(SQLModel, table=True):
    """One import of a list, or one click on rules. `client_id` is empty for the whole firm's."""

    __tablename__ = "list_changes"
    __table_args__ = (Index("ix_list_changes_at", "at"),)

    id: str = Field(primary_key=True)
    subject: str
    client_id: str | None = Field(default=None, foreign_key="clients.id")
    at: datetime = Field(sa_type=UtcDateTime)
    user_id: str
    user_name: str
    words: str
    added: int
    changed: int
    removed: int
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str = ""


class ListChangeItemRow(SQLModel, table=True):
    """An entry of a change with its values before and after as JSON; null where there was none.

    Entries may be gone by now, so that `entry_id` is no foreign key.
    """

    __tablename__ = "list_change_items"

    change_id: str = Field(primary_key=True, foreign_key="list_changes.id")
    entry_id: str = Field(primary_key=True, index=True)
    name: str
    before: str = Field(sa_type=Text)
    after: str = Field(sa_type=Text)
    undone: bool = False


LIST_CHANGES: Table = METADATA.tables["list_changes"]
LIST_CHANGE_ITEMS: Table = METADATA.tables["list_change_items"]
