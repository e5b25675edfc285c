"""Every table, as it is after the newest migration. Money is integer cents, ids are text."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from ledgersync.storage.columns import UtcDateTime

METADATA: MetaData = SQLModel.metadata
METADATA.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class InstallationRow(SQLModel, table=True):
    """Facts about this database as a whole, such as whether it holds a firm or the demo."""

    __tablename__ = "installation"

    key: str = Field(primary_key=True)
    value: str


class UserRow(SQLModel, table=True):
    """A person. Issuer and subject, once bound at the first sign-in, are who it is; "" before.

    `email` is the address of the invitation: it counts until then, and afterwards only shows.
    Sign-ins made before `valid_after` are over. `all_clients` is false for staff who see the
    clients in client_assignments alone.
    """

    __tablename__ = "users"
    __table_args__ = (
        Index(
            "uq_users_issuer_subject",
            "issuer",
            "subject",
            unique=True,
            sqlite_where=text("issuer <> ''"),
            postgresql_where=text("issuer <> ''"),
        ),
    )

    id: str = Field(primary_key=True)
    name: str
    role: str
    disabled: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    email: str = ""
    issuer: str = ""
    subject: str = ""
    all_clients: bool = True
    valid_after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SealingKeyRow(SQLModel, table=True):
    """A check value per encryption key: tells a wrong key from tampered data. Never the key."""

    __tablename__ = "sealing_keys"

    key_id: str = Field(primary_key=True)
    check_value: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# Entries of the things that hold sealed values: few among very many.
OF_SEALED = text("subject IN ('connection', 'outside model')")


class ConnectionRow(SQLModel, table=True):
    """The stored LedgerSync log-in of one person. Sealed columns are empty after Disconnect.

    `shared` lets everybody load with it; connection_shares names people who may besides. The marks
    are of the storing that sealed the values: see `services.seal_marks`.
    """

    __tablename__ = "connections"

    id: str = Field(primary_key=True)
    owner_id: str = Field(foreign_key="users.id", unique=True)
    email_sealed: str | None = Field(default=None, sa_type=Text)
    password_sealed: str | None = Field(default=None, sa_type=Text)
    token_sealed: str | None = Field(default=None, sa_type=Text)
    token_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str
    failure: str | None = None
    sentence: str = ""
    next_step: str = ""
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checked_by: str = ""
    client_count: int = 0
    attempt_sentence: str = ""
    attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    checking_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shared: bool = False
    seal_mark: str = ""
    token_mark: str = ""


class ClientRow(SQLModel, table=True):
    """A client. LedgerSync's id is its identity, so a reconnection finds the same clients again.

    `coded_version` grows with every decision on its rows: what was learned is as old as that.
    `fiscal_year_end` is "MM-DD"; it, the open period, `gl_mask` and `undistributed_gl` are what
    Accounting CS is set to for this client, empty while nobody has said.
    """

    __tablename__ = "clients"

    id: str = Field(primary_key=True)
    source_id: str = Field(unique=True)
    name: str
    email: str = ""
    status: str = ""
    acs_code: str = ""
    learning_off: bool = False
    coded_version: int = 0
    fiscal_year_end: str = ""
    open_from: date | None = None
    open_to: date | None = None
    gl_mask: str = ""
    undistributed_gl: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BankAccountRow(SQLModel, table=True):
    """A bank account. `data_version` grows with every change to its rows: caches key on it.

    `source_id` is LedgerSync's; of accounts that people added it begins with `hand:`.
    """

    __tablename__ = "bank_accounts"
    __table_args__ = (UniqueConstraint("client_id", "source_id"),)

    id: str = Field(primary_key=True)
    client_id: str = Field(foreign_key="clients.id", index=True)
    source_id: str
    name: str
    institution: str = ""
    type: str = ""
    mask: str = ""
    currency: str = "USD"
    balance: int | None = Field(default=None, sa_type=BigInteger)
    balance_date: date | None = None
    feed_word: str = ""
    acs_description: str = ""
    gl_code: str = ""
    last_loaded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    data_version: int = 0
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TransactionRow(SQLModel, table=True):
    """A transaction as the feed gives it now. `raw` is its JSON text, untouched.

    `source_key` is the feed's id, or an occurrence-counted fingerprint where the feed has none; of
    rows from statement files it begins with `file:`, and `raw` is what the file has of the row.
    `source_note` says what LedgerSync changed after a person had reviewed the row. `load_id` names
    the run that added it, so that one load can be taken back; "" for rows that came before.
    """

    __tablename__ = "transactions"
    __table_args__ = (
        UniqueConstraint("account_id", "source_key"),
        Index("ix_transactions_account_id_date", "account_id", "date"),
        Index("ix_transactions_date", "date"),
        Index(
            "ix_transactions_pending",
            "account_id",
            "date",
            sqlite_where=text("pending = 1"),
            postgresql_where=text("pending"),
        ),
    )

    id: str = Field(primary_key=True)
    account_id: str = Field(foreign_key="bank_accounts.id")
    source_key: str
    source_id: str = ""
    date: date
    description: str
    amount: int = Field(sa_type=BigInteger)
    payee: str = ""
    check_number: str = ""
    memo: str = ""
    pending: bool = False
    raw: str = Field(sa_type=Text)
    source_note: str = ""
    load_id: str = ""
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class VendorRow(SQLModel, table=True):
    """A vendor of one client, or of the whole firm where `client_id` is empty."""

    __tablename__ = "vendors"

    id: str = Field(primary_key=True)
    client_id: str | None = Field(default=None, foreign_key="clients.id", index=True)
    code: str = ""
    name: str
    default_gl: str = ""


class GlAccountRow(SQLModel, table=True):
    """A GL account of one client's chart, or of the firm's where `client_id` is empty."""

    __tablename__ = "gl_accounts"
    __table_args__ = (
        UniqueConstraint("client_id", "code"),
        # NULLs differ from each other in a unique constraint: the firm's own codes need this one.
        Index(
            "uq_gl_accounts_firm_code",
            "code",
            unique=True,
            sqlite_where=text("client_id IS NULL"),
            postgresql_where=text("client_id IS NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    client_id: str | None = Field(default=None, foreign_key="clients.id")
    code: str
    name: str = ""
    type: str = ""


class DecisionRow(SQLModel, table=True):
    """What a person decided for a transaction, and whether that has left in an export.

    `export_id` is the newest export that it left with and that was not taken back.
    `descriptor` is the transaction's normalised description: other clients learn by it. `split` is
    JSON, read and written whole with its decision. `transfer_with` is the other leg of a transfer.
    """

    __tablename__ = "decisions"

    transaction_id: str = Field(primary_key=True, foreign_key="transactions.id")
    vendor_id: str | None = Field(default=None, foreign_key="vendors.id")
    gl_code: str = ""
    standing: str
    version: int
    decided_by: str
    decided_at: datetime = Field(sa_type=UtcDateTime)
    export_id: str | None = Field(default=None, foreign_key="exports.id")
    exported_version: int | None = None
    unlocked: bool = False
    cleared: bool = False
    split: str = Field(default="[]", sa_type=Text)
    transfer_with: str = ""
    descriptor: str = Field(default="", index=True)


class SyncRunRow(SQLModel, table=True):
    """One run of a sync or of Load Transactions, with its counts."""

    __tablename__ = "sync_runs"

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id")
    started_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str
    accounts_wanted: int = 0
    sentence: str = ""


class AccountLoadRow(SQLModel, table=True):
    """What one run did to one bank account; done rows are the periods that are loaded."""

    __tablename__ = "account_loads"
    __table_args__ = (Index("ix_account_loads_account_id_at", "account_id", "at"),)

    run_id: str = Field(primary_key=True, foreign_key="sync_runs.id")
    account_id: str = Field(primary_key=True, foreign_key="bank_accounts.id")
    at: datetime = Field(sa_type=UtcDateTime)
    start: date
    end: date
    state: str
    new: int = 0
    updated: int = 0
    removed: int = 0
    unchanged: int = 0
    set_aside: int = 0
    sentence: str = ""
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str = ""


class SetAsideRow(SQLModel, table=True):
    """A row of the feed that could not be read in a run: shown, never guessed, never dropped."""

    __tablename__ = "set_aside_rows"

    id: str = Field(primary_key=True)
    run_id: str = Field(foreign_key="sync_runs.id", index=True)
    account_id: str | None = Field(default=None, foreign_key="bank_accounts.id")
    reason: str
    raw: str = Field(sa_type=Text)


class ExportRow(SQLModel, table=True):
    """An export batch: the very bytes that left, what is in them, and who sent them.

    The bytes go when they expire, the record stays. `confirmed` are the kinds of warnings that the
    person said yes to, as a JSON list. `audit_seq` and `audit_chain` are the newest entry of the
    audit trail when the file left, "" for files that left before the trail was a chain.
    `taken_back_with` is the batch of the click that took the export back, "" while it stands.
    """

    __tablename__ = "exports"

    id: str = Field(primary_key=True)
    number: int = Field(unique=True)
    account_id: str = Field(foreign_key="bank_accounts.id", index=True)
    layout: str
    guard: str
    start: date
    end: date
    created_at: datetime = Field(sa_type=UtcDateTime)
    created_by: str
    file_name: str
    media_type: str
    data: bytes | None = Field(default=None, sa_type=LargeBinary)
    expired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sha256: str
    rows: int
    total: int = Field(sa_type=BigInteger)
    guarded_cells: int = 0
    again: bool = False
    findings: str = Field(default="[]", sa_type=Text)
    confirmed: str = Field(default="[]", sa_type=Text)
    override_reason: str = ""
    audit_seq: int = 0
    audit_chain: str = ""
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    taken_back_by: str = ""
    taken_back_reason: str = ""
    taken_back_with: str = Field(default="", index=True)


class ExportItemRow(SQLModel, table=True):
    """A transaction in an export batch, with the version of its decision that left.

    `left` is what the file said of it, as JSON: what changed since can be told from that.
    """

    __tablename__ = "export_items"

    export_id: str = Field(primary_key=True, foreign_key="exports.id")
    transaction_id: str = Field(primary_key=True, foreign_key="transactions.id", index=True)
    version: int
    left: str = Field(default="{}", sa_type=Text)


class AuditEntryRow(SQLModel, table=True):
    """Who did what, before and after; the database refuses to change or delete a row.

    `chain` binds a row to all before it and `mac` signs that, under the key `key_id`: see
    `domain.audit_trails`.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(
            "ix_audit_entries_sealed",
            "subject_id",
            "seq",
            sqlite_where=OF_SEALED,
            postgresql_where=OF_SEALED,
        ),
    )

    seq: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    user_id: str
    user_name: str
    action: str
    subject: str
    subject_id: str
    detail: str = Field(default="{}", sa_type=Text)
    chain: str = ""
    key_id: str = ""
    mac: str = ""


class AuditHeadRow(SQLModel, table=True):
    """The newest audit entry's number and link, signed by itself; one row."""

    __tablename__ = "audit_head"

    id: str = Field(primary_key=True)
    seq: int
    chain: str
    key_id: str = ""
    mac: str = ""


# Queries are written against these: one name per table, columns under `.c`.
INSTALLATION: Table = METADATA.tables["installation"]
USERS: Table = METADATA.tables["users"]
SEALING_KEYS: Table = METADATA.tables["sealing_keys"]
CONNECTIONS: Table = METADATA.tables["connections"]
CLIENTS: Table = METADATA.tables["clients"]
BANK_ACCOUNTS: Table = METADATA.tables["bank_accounts"]
TRANSACTIONS: Table = METADATA.tables["transactions"]
VENDORS: Table = METADATA.tables["vendors"]
GL_ACCOUNTS: Table = METADATA.tables["gl_accounts"]
DECISIONS: Table = METADATA.tables["decisions"]
SYNC_RUNS: Table = METADATA.tables["sync_runs"]
ACCOUNT_LOADS: Table = METADATA.tables["account_loads"]
SET_ASIDE_ROWS: Table = METADATA.tables["set_aside_rows"]
EXPORTS: Table = METADATA.tables["exports"]
EXPORT_ITEMS: Table = METADATA.tables["export_items"]
AUDIT_ENTRIES: Table = METADATA.tables["audit_entries"]
AUDIT_HEAD: Table = METADATA.tables["audit_head"]
