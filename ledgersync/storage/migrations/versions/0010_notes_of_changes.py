"""What LedgerSync had changed of a row before a click, so that an undo tells of it again."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "batch_items", sa.Column("source_note", sa.String(), nullable=False, server_default="")
    )


def downgrade() -> None:
    op.drop_column("batch_items", "source_note")
