"""Matching: rules, suggestions, aliases, what was unlearned, lists of Accounting CS."""

import sqlalchemy as sa
from alembic import op

from ledgersync.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outside_ai",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("key_sealed", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("rows_per_run", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("last_sentence", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_ai")),
    )
    op.create_table(
        "acs_clients",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("acs_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("fk_acs_clients_client_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acs_clients")),
        sa.UniqueConstraint("client_id", name=op.f("uq_acs_clients_client_id")),
        sa.UniqueConstraint("code", name=op.f("uq_acs_clients_code")),
    )
    op.create_table(
        "forgotten",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("descriptor", sa.String(), nullable=False),
        sa.Column("vendor_id", sa.String(), nullable=False),
        sa.Column("gl_code", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_forgotten_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgotten")),
        sa.UniqueConstraint(
            "client_id",
            "descriptor",
            "vendor_id",
            "gl_code",
            name=op.f("uq_forgotten_client_id_descriptor_vendor_id_gl_code"),
        ),
    )
    op.create_table(
        "rules",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("patterns", sa.Text(), nullable=False),
        sa.Column("match_type", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("lowest", sa.BigInteger(), nullable=True),
        sa.Column("highest", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("vendor_id", sa.String(), nullable=True),
        sa.Column("gl_code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_accounts.id"], name=op.f("fk_rules_account_id")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_rules_client_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors.id"], name=op.f("fk_rules_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("number", name=op.f("uq_rules_number")),
    )
    op.create_index(op.f("ix_rules_client_id"), "rules", ["client_id"], unique=False)

    op.create_table(
        "batches",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_accounts.id"], name=op.f("fk_batches_account_id")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["clients.id"], name=op.f("fk_batches_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_account_id_at", "batches", ["account_id", "at"], unique=False)
    op.create_table(
        "batch_items",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("vendor_id", sa.String(), nullable=False),
        sa.Column("gl_code", sa.String(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_items_batch_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["transactions.id"], name=op.f("fk_batch_items_transaction_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "transaction_id", name=op.f("pk_batch_items")),
    )
    op.create_table(
        "vendor_aliases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("vendor_id", sa.String(), nullable=False),
        sa.Column("spelling", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendors.id"], name=op.f("fk_vendor_aliases_vendor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_aliases")),
        sa.UniqueConstraint(
            "vendor_id", "spelling", name=op.f("uq_vendor_aliases_vendor_id_spelling")
        ),
    )
    op.create_table(
        "suggestions",
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("vendor_id", sa.String(), nullable=True),
        sa.Column("gl_code", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=True),
        sa.Column("others", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rules.id"], name=op.f("fk_suggestions_rule_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["transactions.id"], name=op.f("fk_suggestions_transaction_id")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendors.id"], name=op.f("fk_suggestions_vendor_id")
        ),
        sa.PrimaryKeyConstraint("transaction_id", name=op.f("pk_suggestions")),
    )
    op.create_index("ix_suggestions_rule_id", "suggestions", ["rule_id"], unique=False)

    op.add_column(
        "clients",
        sa.Column("learning_off", sa.Boolean(), nullable=False, server_default=sa.false()),
    )

    op.add_column(
        "clients", sa.Column("coded_version", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "decisions", sa.Column("descriptor", sa.String(), nullable=False, server_default="")
    )
    op.add_column(
        "decisions", sa.Column("cleared", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(op.f("ix_decisions_descriptor"), "decisions", ["descriptor"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_decisions_descriptor"), table_name="decisions")
    op.drop_column("decisions", "cleared")
    op.drop_column("decisions", "descriptor")

    op.drop_column("clients", "coded_version")
    op.drop_column("clients", "learning_off")

    op.drop_index("ix_suggestions_rule_id", table_name="suggestions")

    op.drop_table("suggestions")
    op.drop_table("vendor_aliases")
    op.drop_table("batch_items")
    op.drop_index("ix_batches_account_id_at", table_name="batches")
    op.drop_table("batches")
    op.drop_index(op.f("ix_rules_client_id"), table_name="rules")

    op.drop_table("rules")
    op.drop_table("forgotten")
    op.drop_table("acs_clients")
    op.drop_table("outside_ai")
