"""Statement files: which runs took in a bank's file instead of asking LedgerSync."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statement_files",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_accounts.id"], name=op.f("fk_statement_files_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["sync_runs.id"], name=op.f("fk_statement_files_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_statement_files")),
    )
    op.create_index(
        "ix_statement_files_account_id_sha256", "statement_files", ["account_id", "sha256"]
    )


def downgrade() -> None:
    op.drop_table("statement_files")
