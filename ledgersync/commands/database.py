"""db upgrade, db check, db move: the database's schema, health and home."""

from typing import Annotated

import typer

from ledgersync.commands.opening import read_settings
from ledgersync.commands.options import JsonOption
from ledgersync.commands.output import complain, say, say_json
from ledgersync.services import moving, upkeep

app = typer.Typer(rich_markup_mode=None)
db = typer.Typer(rich_markup_mode=None, help="Upgrade, check or move the database.")
app.add_typer(db, name="db")


@db.callback()
def _db() -> None:
    """Upgrade, check or move the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version; a copy of it is taken first.

    PostgreSQL is copied by its own pg_dump; where that is not here, a sentence says that there is
    no copy. Triggers of the audit trail that `ledgersync audit verify` misses are put back.
    """
    done = upkeep.upgrade_database(read_settings())
    if done.put_back:
        say(f"These triggers of the audit trail were put back: {', '.join(done.put_back)}.")
    if done.before == done.after:
        say(f"The database is at revision {done.after} already.")
        return
    say(f"The database went from revision {done.before or 'none'} to {done.after}.")
    if done.copy.file:
        say(f"The copy from before is {done.copy.file}.")
    if done.copy.why_not:
        complain(done.copy.why_not)


@db.command()
def check(*, as_json: JsonOption = False) -> None:
    """Check revision, integrity and references, and count the rows; changes nothing.

    The keys of --json: revision, newest_revision, integrity ("ok", or what is wrong), orphans
    (rows without their parent), rows (a count for each table). Exit 1 when something is wrong.
    """
    found = upkeep.check_database(read_settings())
    if as_json:
        say_json(
            {
                "revision": found.revision,
                "newest_revision": found.newest,
                "integrity": found.integrity,
                "orphans": found.orphans,
                "rows": found.rows,
            }
        )
    else:
        say(f"revision: {found.revision or 'none'} (this version needs {found.newest})")
        say(f"integrity: {found.integrity}")
        say(f"rows without their parent: {found.orphans}")
        for name, count in found.rows.items():
            say(f"{name}: {count:,}")
    if problem := found.problem:
        complain(problem)
        raise typer.Exit(1)


@db.command()
def move(
    to: Annotated[
        str,
        typer.Option("--to", metavar="URL", help="postgresql+psycopg://user@host/database"),
    ],
) -> None:
    """Copy a SQLite database into an empty PostgreSQL, all of it or nothing.

    Compared before it is kept: the rows of each table, the sums of cents, the audit trail. The
    SQLite file is only read; stop the app first. Leave the password out of the URL: PostgreSQL's
    own PGPASSWORD or .pgpass keep it off the command line.
    """
    done = moving.move_database(read_settings(), to)
    for name, count in done.rows.items():
        say(f"{name}: {count:,}")
    say(f"audit trail: {done.audit_entries:,} entries checked")
    say("Moved. Set LEDGERSYNC_DATABASE_URL to the new address, then start the app.")
