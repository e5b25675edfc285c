"""The table of statement files that people imported."""

from sqlalchemy import Index, Table
from sqlmodel import Field, SQLModel

from ledgersync.storage.list_tables import METADATA

__all__ = ["METADATA"]


class StatementFileRow(SQLModel, table=True):
    """A run that took in a file instead of asking LedgerSync; its load says how many rows.

    `statement_id` is the statement that holds the file's balance, "" where the file has none or it
    was there already. It may be gone by now, so that it is no foreign key.
    """

    __tablename__ = "statement_files"
    __table_args__ = (Index("ix_statement_files_account_id_sha256", "account_id", "sha256"),)

    run_id: str = Field(primary_key=True, foreign_key="sync_runs.id")
    account_id: str = Field(foreign_key="bank_accounts.id")
    file_name: str
    sha256: str
    format: str
    statement_id: str = ""


STATEMENT_FILES: Table = METADATA.tables["statement_files"]
