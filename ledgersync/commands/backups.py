"""backup and restore: the database as a file, checked on the way out and on the way in."""

from pathlib import Path
from typing import Annotated

import typer

from ledgersync.commands.opening import read_settings
from ledgersync.commands.output import complain, say
from ledgersync.services import restoring, upkeep

app = typer.Typer(rich_markup_mode=None)


@app.command()
def backup(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR|FILE", help="Where to; the data folder's backups if left out."
        ),
    ] = None,
) -> None:
    """Back the database up; the encryption key is not in it.

    While people work in the app, too. The copy is checked before it gets its name, and only its
    owner can read it; the audit trail notes its name and sha256. A PostgreSQL database needs
    PostgreSQL's pg_dump. Prints the file's path.
    """
    made = upkeep.back_up(read_settings(), out.expanduser().absolute() if out else None)
    say(str(made.file))
    if made.unnoted:
        complain(f"The backup is made, but the audit trail has no word of it. {made.unnoted}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    *,
    without_key: Annotated[
        bool,
        typer.Option(
            "--without-key", help="Although its key is not here: the log-in stays locked then."
        ),
    ] = False,
) -> None:
    """Put a backup in the place of the database.

    First the backup is checked: that it is sound, of this program, of a firm or the demo as fits,
    not newer, and that its encryption keys are here. Then what is there is copied. Nothing is
    touched when a check fails, or while the app or a command has the database open. A PostgreSQL
    database needs PostgreSQL's pg_restore and psql, and is exchanged in one transaction.
    """
    path = file.expanduser().absolute()
    done = restoring.restore(read_settings(), path, without_key=without_key)
    say(f"{path} is in place, at revision {done.revision}.")
    if done.kept:
        say(f"The database from before is {done.kept}.")
