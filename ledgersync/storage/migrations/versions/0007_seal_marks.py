"""Sealed values are bound to a mark of their own, so that an earlier one does not open again."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is sealed already has no mark, and opens as it did until it is stored anew.
    for table, name in (
        ("connections", "seal_mark"),
        ("connections", "token_mark"),
        ("outside_ai", "seal_mark"),
    ):
        op.add_column(table, sa.Column(name, sa.String(), nullable=False, server_default=""))
    where = sa.text("subject IN ('connection', 'outside model')")
    op.create_index(
        "ix_audit_entries_sealed",
        "audit_entries",
        ["subject_id", "seq"],
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    _forget_marked()
    op.drop_index("ix_audit_entries_sealed", "audit_entries")
    op.drop_column("outside_ai", "seal_mark")
    for name in ("token_mark", "seal_mark"):
        op.drop_column("connections", name)


def _forget_marked() -> None:
    """Without its mark a value can't be opened: the log-in has to be entered again."""
    op.execute(
        "UPDATE connections SET email_sealed = NULL, password_sealed = NULL, token_sealed = NULL, "
        "token_expires_at = NULL, state = 'not_connected' WHERE seal_mark <> ''"
    )
    op.execute("UPDATE connections SET token_sealed = NULL WHERE token_mark <> ''")
    op.execute("UPDATE outside_ai SET key_sealed = NULL WHERE seal_mark <> ''")
