"""Review workspace: splits, transfers, statements, closings, presence, views, undone loads."""

import sqlalchemy as sa
from alembic import op

from ledgersync.storage.columns import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _list(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="[]")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def upgrade() -> None:
    _create_split_templates()
    _create_tables_of_accounts()
    _create_tables_of_people()
    _add_columns()
    with op.batch_alter_table("rules") as rules:
        rules.add_column(sa.Column("template_id", sa.String(), nullable=True))
        rules.create_foreign_key(
            op.f("fk_rules_template_id"), "split_templates", ["template_id"], ["id"]
        )
    with op.batch_alter_table("batches") as batches:
        batches.alter_column("account_id", existing_type=sa.String(), nullable=True)
    with op.batch_alter_table("exports") as exports:
        exports.alter_column("data", existing_type=sa.LargeBinary(), nullable=True)


def _create_split_templates() -> None:
    op.create_table(
        "split_templates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=True),
        sa.Column("vendor_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("fk_split_templates_client_id")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendors.id"], name=op.f("fk_split_templates_vendor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_split_templates")),
    )
    for column in ("client_id", "vendor_id"):
        op.create_index(op.f(f"ix_split_templates_{column}"), "split_templates", [column])


def _create_tables_of_accounts() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("opening", sa.BigInteger(), nullable=True),
        sa.Column("closing", sa.BigInteger(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_accounts.id"], name=op.f("fk_statements_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
    )
    op.create_index("ix_statements_account_id_end", "statements", ["account_id", "end"])
    op.create_table(
        "closings",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("closing", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("reopened_at", UtcDateTime(), nullable=True),
        sa.Column("reopened_by", sa.String(), nullable=False),
        sa.Column("reopen_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_accounts.id"], name=op.f("fk_closings_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closings")),
    )
    op.create_index("ix_closings_account_id_end", "closings", ["account_id", "end"])
    op.create_table(
        "load_changes",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["sync_runs.id"], name=op.f("fk_load_changes_run_id")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["transactions.id"], name=op.f("fk_load_changes_transaction_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "transaction_id", name=op.f("pk_load_changes")),
    )
    op.create_index(op.f("ix_load_changes_transaction_id"), "load_changes", ["transaction_id"])


def _create_tables_of_people() -> None:
    op.create_table(
        "pair_answers",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first_id", sa.String(), nullable=False),
        sa.Column("second_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"], ["transactions.id"], name=op.f("fk_pair_answers_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["transactions.id"], name=op.f("fk_pair_answers_second_id")
        ),
        sa.PrimaryKeyConstraint("kind", "first_id", "second_id", name=op.f("pk_pair_answers")),
    )
    op.create_index(op.f("ix_pair_answers_second_id"), "pair_answers", ["second_id"])
    op.create_table(
        "presence",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["bank_accounts.id"], name=op.f("fk_presence_account_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_presence_user_id")),
        sa.PrimaryKeyConstraint("account_id", "user_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_views_user_id_name")),
    )


def _add_columns() -> None:
    for table in ("decisions", "batch_items"):
        op.add_column(table, _list("split"))
        op.add_column(table, _text("transfer_with"))
    op.add_column("suggestions", _list("split"))
    op.add_column("batches", _text("undoes"))
    op.create_index(op.f("ix_batch_items_transaction_id"), "batch_items", ["transaction_id"])
    op.add_column("transactions", _text("load_id"))
    op.add_column("account_loads", sa.Column("undone_at", UtcDateTime(), nullable=True))
    op.add_column("account_loads", _text("undone_by"))
    for name in ("fiscal_year_end", "gl_mask", "undistributed_gl"):
        op.add_column("clients", _text(name))
    for name in ("open_from", "open_to"):
        op.add_column("clients", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("exports", sa.Column("expired_at", UtcDateTime(), nullable=True))
    op.add_column("exports", _list("confirmed"))
    op.add_column("export_items", sa.Column("left", sa.Text(), nullable=False, server_default="{}"))


def downgrade() -> None:
    # Expired bytes are gone: an empty file stands for them where bytes are required.
    op.execute("UPDATE exports SET data = '' WHERE data IS NULL")
    with op.batch_alter_table("exports") as exports:
        exports.alter_column("data", existing_type=sa.LargeBinary(), nullable=False)
    # The older schema knows no click on several accounts: it is kept with one of them.
    op.execute(
        "UPDATE batches SET account_id = (SELECT MIN(id) FROM bank_accounts"
        " WHERE bank_accounts.client_id = batches.client_id) WHERE account_id IS NULL"
    )
    with op.batch_alter_table("batches") as batches:
        batches.alter_column("account_id", existing_type=sa.String(), nullable=False)
    with op.batch_alter_table("rules") as rules:
        rules.drop_constraint(op.f("fk_rules_template_id"), type_="foreignkey")
        rules.drop_column("template_id")
    op.drop_column("export_items", "left")
    for name in ("confirmed", "expired_at"):
        op.drop_column("exports", name)
    for name in ("open_to", "open_from", "undistributed_gl", "gl_mask", "fiscal_year_end"):
        op.drop_column("clients", name)
    op.drop_index(op.f("ix_batch_items_transaction_id"), "batch_items")
    op.drop_column("batches", "undoes")
    for name in ("undone_by", "undone_at"):
        op.drop_column("account_loads", name)
    op.drop_column("transactions", "load_id")
    op.drop_column("suggestions", "split")
    for table in ("batch_items", "decisions"):
        op.drop_column(table, "transfer_with")
        op.drop_column(table, "split")
    for table in (
        "saved_views",
        "presence",
        "pair_answers",
        "load_changes",
        "closings",
        "statements",
        "split_templates",
    ):
        op.drop_table(table)
