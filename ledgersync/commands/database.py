"""db upgrade, db check: the database's schema and health."""

import typer

from ledgersync.commands.opening import read_settings
from ledgersync.commands.options import JsonOption
from ledgersync.commands.output import complain, say, say_json
from ledgersync.services import upkeep

app = typer.Typer(rich_markup_mode=None)
db = typer.Typer(rich_markup_mode=None, help="Upgrade or check the database.")
app.add_typer(db, name="db")


@db.callback()
def _db() -> None:
    """Upgrade or check the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version; a copy of it is taken first."""
    done = upkeep.upgrade_database(read_settings())
    if done.before == done.after:
        say(f"The database is at revision {done.after} already.")
        return
    say(f"The database went from revision {done.before or 'none'} to {done.after}.")
    if done.copy:
        say(f"The copy from before is {done.copy}.")


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
