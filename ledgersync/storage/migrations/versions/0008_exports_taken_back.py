"""Exports can be taken back; the record says by whom, when and why."""

import sqlalchemy as sa
from alembic import op

from ledgersync.storage.columns import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXTS = ("taken_back_by", "taken_back_reason", "taken_back_with")


def upgrade() -> None:
    op.add_column("exports", sa.Column("taken_back_at", UtcDateTime(), nullable=True))
    for name in _TEXTS:
        op.add_column("exports", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.create_index(op.f("ix_exports_taken_back_with"), "exports", ["taken_back_with"])


def downgrade() -> None:
    # The rows of an export that was taken back count as not exported, and go on doing so.
    op.drop_index(op.f("ix_exports_taken_back_with"), "exports")
    for name in (*_TEXTS, "taken_back_at"):
        op.drop_column("exports", name)
