"""Tables of the review workspace: split templates, statements, closings, answers, presence, views.

What a single transaction is given (its split, its other leg) stands with its decision.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Table, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledgersync.storage.columns import UtcDateTime
from ledgersync.storage.matching_tables import METADATA

__all__ = ["METADATA"]


class SplitTemplateRow(SQLModel, table=True):
    """How a payment is usually split, such as a loan's; a firm's own where `client_id` is empty.

    `lines` is a JSON list of [GL code, hundredths of a percent or null, cents or null, memo]; the
    line that has neither takes what is left.
    """

    __tablename__ = "split_templates"

    id: str = Field(primary_key=True)
    client_id: str | None = Field(default=None, foreign_key="clients.id", index=True)
    vendor_id: str | None = Field(default=None, foreign_key="vendors.id", index=True)
    name: str
    lines: str = Field(sa_type=Text)
    version: int = 1
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: str
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LoadChangeRow(SQLModel, table=True):
    """What a load changed of a stored transaction: `before` is its feed values as JSON."""

    __tablename__ = "load_changes"

    run_id: str = Field(primary_key=True, foreign_key="sync_runs.id")
    transaction_id: str = Field(primary_key=True, foreign_key="transactions.id", index=True)
    before: str = Field(sa_type=Text)


class PairAnswerRow(SQLModel, table=True):
    """Two transactions of which a person said that they do not belong together.

    `kind` is transfer or duplicate; the smaller id stands first.
    """

    __tablename__ = "pair_answers"

    kind: str = Field(primary_key=True)
    first_id: str = Field(primary_key=True, foreign_key="transactions.id")
    second_id: str = Field(primary_key=True, foreign_key="transactions.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str


class StatementRow(SQLModel, table=True):
    """A bank statement's figures in cents: from the feed, or typed in (`source_key` is empty)."""

    __tablename__ = "statements"
    __table_args__ = (Index("ix_statements_account_id_end", "account_id", "end"),)

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="bank_accounts.id")
    source_key: str = ""
    start: date
    end: date
    opening: int | None = Field(default=None, sa_type=BigInteger)
    closing: int | None = Field(default=None, sa_type=BigInteger)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str = ""
    version: int = 1


class ClosingRow(SQLModel, table=True):
    """A period of an account that was closed; reopening keeps the row and says why."""

    __tablename__ = "closings"
    __table_args__ = (Index("ix_closings_account_id_end", "account_id", "end"),)

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="bank_accounts.id")
    start: date
    end: date
    closing: int = Field(sa_type=BigInteger)
    rows: int
    closed_at: datetime = Field(sa_type=UtcDateTime)
    closed_by: str
    reopened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reopened_by: str = ""
    reopen_reason: str = ""


class PresenceRow(SQLModel, table=True):
    """Who looked at which bank account, and when last."""

    __tablename__ = "presence"

    account_id: str = Field(primary_key=True, foreign_key="bank_accounts.id")
    user_id: str = Field(primary_key=True, foreign_key="users.id")
    seen_at: datetime = Field(sa_type=UtcDateTime)


class SavedViewRow(SQLModel, table=True):
    """A person's own name for a filter, search and order; `query` is that part of Review's URL."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id")
    name: str
    query: str
    at: datetime = Field(sa_type=UtcDateTime)


SPLIT_TEMPLATES: Table = METADATA.tables["split_templates"]
LOAD_CHANGES: Table = METADATA.tables["load_changes"]
PAIR_ANSWERS: Table = METADATA.tables["pair_answers"]
STATEMENTS: Table = METADATA.tables["statements"]
CLOSINGS: Table = METADATA.tables["closings"]
PRESENCE: Table = METADATA.tables["presence"]
SAVED_VIEWS: Table = METADATA.tables["saved_views"]
