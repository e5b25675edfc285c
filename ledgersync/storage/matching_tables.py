"""Tables of matching: rules, suggestions, what was learned and unlearned, Accounting CS lists."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Table, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from ledgersync.storage.columns import UtcDateTime
from ledgersync.storage.tables import METADATA

__all__ = ["METADATA"]


class RuleRow(SQLModel, table=True):
    """A vendor or GL rule. A deleted rule stays, marked, so that deleting can be undone."""

    __tablename__ = "rules"

    id: str = Field(primary_key=True)
    number: int = Field(unique=True)
    client_id: str | None = Field(default=None, foreign_key="clients.id", index=True)
    account_id: str | None = Field(default=None, foreign_key="bank_accounts.id")
    patterns: str = Field(sa_type=Text)
    match_type: str
    direction: str
    lowest: int | None = Field(default=None, sa_type=BigInteger)
    highest: int | None = Field(default=None, sa_type=BigInteger)
    priority: int
    enabled: bool
    vendor_id: str | None = Field(default=None, foreign_key="vendors.id")
    gl_code: str = ""
    template_id: str | None = Field(default=None, foreign_key="split_templates.id")
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: str
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SuggestionRow(SQLModel, table=True):
    """What the matcher proposes for a transaction; written again whenever it is asked again."""

    __tablename__ = "suggestions"
    __table_args__ = (Index("ix_suggestions_rule_id", "rule_id"),)

    transaction_id: str = Field(primary_key=True, foreign_key="transactions.id")
    vendor_id: str | None = Field(default=None, foreign_key="vendors.id")
    gl_code: str = ""
    method: str
    confidence: float
    why: str = Field(sa_type=Text)
    rule_id: str | None = Field(default=None, foreign_key="rules.id")
    others: str = Field(default="[]", sa_type=Text)
    split: str = Field(default="[]", sa_type=Text)
    made_at: datetime = Field(sa_type=UtcDateTime)


class VendorAliasRow(SQLModel, table=True):
    """How a vendor's name is spelt on statements, of one client or the whole firm."""

    __tablename__ = "vendor_aliases"
    __table_args__ = (UniqueConstraint("vendor_id", "spelling"),)

    id: str = Field(primary_key=True)
    vendor_id: str = Field(foreign_key="vendors.id")
    spelling: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str


class ForgottenRow(SQLModel, table=True):
    """What a person told the matcher to stop suggesting for a client's descriptor."""

    __tablename__ = "forgotten"
    __table_args__ = (UniqueConstraint("client_id", "descriptor", "vendor_id", "gl_code"),)

    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="clients.id")
    descriptor: str
    vendor_id: str = ""
    gl_code: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
    by: str


class AcsClientRow(SQLModel, table=True):
    """A client as Accounting CS lists it, linked to LedgerSync's client once a person agrees."""

    __tablename__ = "acs_clients"

    id: str = Field(primary_key=True)
    code: str = Field(unique=True)
    name: str
    acs_id: str = ""
    email: str = ""
    status: str = ""
    client_id: str | None = Field(default=None, foreign_key="clients.id", unique=True)


class OutsideAiRow(SQLModel, table=True):
    """The outside model that an administrator has set up; one row at most. The key is sealed."""

    __tablename__ = "outside_ai"

    id: str = Field(primary_key=True)
    url: str
    model: str
    key_sealed: str | None = Field(default=None, sa_type=Text)
    enabled: bool = False
    rows_per_run: int
    changed_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: str
    last_used_on: date | None = None
    last_sentence: str = ""
    seal_mark: str = ""


class BatchRow(SQLModel, table=True):
    """Decisions that were made with one click, so that one click can take them back.

    A click on rows of several accounts has no `account_id`. `undoes` is what it took back.
    """

    __tablename__ = "batches"
    __table_args__ = (Index("ix_batches_account_id_at", "account_id", "at"),)

    id: str = Field(primary_key=True)
    kind: str
    client_id: str = Field(foreign_key="clients.id")
    account_id: str | None = Field(default=None, foreign_key="bank_accounts.id")
    at: datetime = Field(sa_type=UtcDateTime)
    user_id: str
    user_name: str
    rows: int
    words: str
    undoes: str = ""
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str = ""


class BatchItemRow(SQLModel, table=True):
    """A row of a batch: the version that the batch gave it, and what was there before."""

    __tablename__ = "batch_items"

    batch_id: str = Field(primary_key=True, foreign_key="batches.id")
    transaction_id: str = Field(primary_key=True, foreign_key="transactions.id", index=True)
    version: int
    vendor_id: str = ""
    gl_code: str = ""
    standing: str
    cleared: bool = False
    split: str = Field(default="[]", sa_type=Text)
    transfer_with: str = ""
    source_note: str = ""


RULES: Table = METADATA.tables["rules"]
SUGGESTIONS: Table = METADATA.tables["suggestions"]
VENDOR_ALIASES: Table = METADATA.tables["vendor_aliases"]
FORGOTTEN: Table = METADATA.tables["forgotten"]
ACS_CLIENTS: Table = METADATA.tables["acs_clients"]
OUTSIDE_AI: Table = METADATA.tables["outside_ai"]
BATCHES: Table = METADATA.tables["batches"]
BATCH_ITEMS: Table = METADATA.tables["batch_items"]
