"""The triggers by which the database itself refuses to change or delete an audit entry."""

from sqlalchemy import Connection, text

_REFUSED = "BEGIN SELECT RAISE(ABORT, 'the audit trail can only be added to'); END"
_SAME_NUMBER = "SELECT 1 FROM audit_entries WHERE seq = NEW.seq"
_SQLITE = {
    "audit_entries_no_update": f"BEFORE UPDATE ON audit_entries {_REFUSED}",
    "audit_entries_no_delete": f"BEFORE DELETE ON audit_entries {_REFUSED}",
    "audit_entries_no_replace": (
        f"BEFORE INSERT ON audit_entries WHEN EXISTS ({_SAME_NUMBER}) {_REFUSED}"
    ),
}
_POSTGRESQL = "audit_entries_no_change"
_MADE_ON_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail can only be added to'; END $$;
DROP TRIGGER IF EXISTS {_POSTGRESQL} ON audit_entries;
CREATE TRIGGER {_POSTGRESQL} BEFORE UPDATE OR DELETE OR TRUNCATE
    ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
"""
# Firing in every session but a replica's own, or in those, too.
_AT_WORK = text(
    "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entries'::regclass"
    " AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
)
_THERE = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")


def missing(tx: Connection) -> tuple[str, ...]:
    """The names of those that are gone, turned off or, on SQLite, rewritten."""
    if tx.dialect.name == "sqlite":
        # Quotes come and go as tables are rebuilt.
        there = {row.name: row.sql.replace('"', "") for row in tx.execute(_THERE)}
        return tuple(name for name in _SQLITE if there.get(name) != _made(name))
    return () if _POSTGRESQL in tx.execute(_AT_WORK).scalars() else (_POSTGRESQL,)


def put_back(tx: Connection) -> tuple[str, ...]:
    """Make those that are missing anew; returns their names."""
    names = missing(tx)
    if tx.dialect.name != "sqlite":
        if names:
            tx.exec_driver_sql(_MADE_ON_POSTGRESQL)
        return names
    for name in names:
        tx.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        tx.exec_driver_sql(_made(name))
    return names


def _made(name: str) -> str:
    return f"CREATE TRIGGER {name} {_SQLITE[name]}"
