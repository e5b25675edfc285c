"""People: company sign-in, assigned clients, sign-ins that end, shared connections."""

import sqlalchemy as sa
from alembic import op

from ledgersync.storage.columns import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("email", "issuer", "subject"):
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("users", column)
    # Whoever was there before could see all clients, and still can.
    op.add_column("users", _flag("all_clients", default=sa.true()))
    for name in ("valid_after", "last_seen_at"):
        op.add_column("users", sa.Column(name, UtcDateTime(), nullable=True))
    op.create_index(
        "uq_users_issuer_subject",
        "users",
        ["issuer", "subject"],
        unique=True,
        sqlite_where=sa.text("issuer <> ''"),
        postgresql_where=sa.text("issuer <> ''"),
    )
    op.add_column("connections", _flag("shared", default=sa.false()))
    _create_tables()


def _flag(name: str, *, default: sa.ColumnElement[bool]) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=default)


def _create_tables() -> None:
    op.create_table(
        "client_assignments",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_client_assignments_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("fk_client_assignments_client_id")
        ),
        sa.PrimaryKeyConstraint("user_id", "client_id", name=op.f("pk_client_assignments")),
    )
    op.create_index(op.f("ix_client_assignments_client_id"), "client_assignments", ["client_id"])
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"])
    op.create_table(
        "connection_shares",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["connections.id"], name=op.f("fk_connection_shares_connection_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_connection_shares_user_id")
        ),
        sa.PrimaryKeyConstraint("connection_id", "user_id", name=op.f("pk_connection_shares")),
    )


def downgrade() -> None:
    for table in ("connection_shares", "sign_ins", "client_assignments"):
        op.drop_table(table)
    op.drop_column("connections", "shared")
    op.drop_index("uq_users_issuer_subject", "users")
    for name in ("last_seen_at", "valid_after", "all_clients", "subject", "issuer", "email"):
        op.drop_column("users", name)
