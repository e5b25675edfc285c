"""Changes of lists and rules: what imports and clicks did, kept so that it can be undone."""

import sqlalchemy as sa
from alembic import op

from ledgersync.storage.columns import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "list_changes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("fk_list_changes_client_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_changes")),
    )
    op.create_index("ix_list_changes_at", "list_changes", ["at"])
    op.create_table(
        "list_change_items",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["list_changes.id"], name=op.f("fk_list_change_items_change_id")
        ),
        sa.PrimaryKeyConstraint("change_id", "entry_id", name=op.f("pk_list_change_items")),
    )
    op.create_index(op.f("ix_list_change_items_entry_id"), "list_change_items", ["entry_id"])


def downgrade() -> None:
    op.drop_table("list_change_items")
    op.drop_table("list_changes")
