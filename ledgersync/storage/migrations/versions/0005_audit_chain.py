"""The audit trail becomes a chain, exports record how far it went, keys can be retired."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledgersync.domain.audit_trails import START, AuditEntry, link
from ledgersync.storage.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("chain", "key_id", "mac"):
        op.add_column("audit_entries", _text(name))
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    seq, chain = _end_of_the_old_trail()
    op.bulk_insert(head, [{"id": "head", "seq": seq, "chain": chain, "key_id": "", "mac": ""}])
    op.add_column(
        "exports", sa.Column("audit_seq", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("exports", _text("audit_chain"))
    op.add_column("sealing_keys", sa.Column("retired_at", UtcDateTime(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # INSERT OR REPLACE takes the old row away without asking the triggers of DELETE.
        op.execute(
            "CREATE TRIGGER audit_entries_no_replace BEFORE INSERT ON audit_entries "
            "WHEN EXISTS (SELECT 1 FROM audit_entries WHERE seq = NEW.seq) "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail can only be added to'); END"
        )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def _end_of_the_old_trail() -> tuple[int, str]:
    """The number of the newest entry and the link that binds all entries so far."""
    names = ("seq", "at", "user_id", "user_name", "action", "subject", "subject_id", "detail")
    columns: list[sa.ColumnClause[Any]] = [
        sa.column(name, UtcDateTime() if name == "at" else None) for name in names
    ]
    rows = op.get_bind().execute(
        sa.select(*columns).select_from(sa.table("audit_entries")).order_by(sa.column("seq"))
    )
    seq, chain = 0, START
    for row in rows:
        entry = AuditEntry(*tuple(row))
        seq, chain = entry.seq, link(chain, entry)
    return seq, chain


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_entries_no_replace")
    op.drop_column("sealing_keys", "retired_at")
    for name in ("audit_chain", "audit_seq"):
        op.drop_column("exports", name)
    op.drop_table("audit_head")
    for name in ("mac", "key_id", "chain"):
        op.drop_column("audit_entries", name)
