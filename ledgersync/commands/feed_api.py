"""api probe: LedgerSync's API beside the feed profile, in names and types, never in values."""

from typing import Annotated

import typer
from pydantic import SecretStr

from ledgersync.commands.connection import read_password
from ledgersync.commands.opening import opened
from ledgersync.commands.output import complain, say
from ledgersync.services import probing

app = typer.Typer(rich_markup_mode=None)
api = typer.Typer(rich_markup_mode=None, help="Compare LedgerSync's API with the feed profile.")
app.add_typer(api, name="api")


@api.callback()
def _api() -> None:
    """Compare LedgerSync's API with the feed profile."""


@api.command()
def probe(
    email: Annotated[
        str | None,
        typer.Option("--email", metavar="E", help="Another log-in than the stored one."),
    ] = None,
    *,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read its password from standard input.")
    ] = False,
) -> None:
    """Log in once, call each operation once, and show the fields seen beside those expected.

    Names and types only, never values; the end names what was not tried. Exit 1 when an operation
    failed or a field that is needed is missing: correct the feed profile (LEDGERSYNC_API_PROFILE)
    and probe again.
    """
    given = None
    if email is not None:
        given = SecretStr(email), read_password(password_stdin=password_stdin)
    elif password_stdin:
        raise typer.BadParameter("It goes with --email.", param_hint="--password-stdin")
    with opened() as (actor, workspace):
        found = probing.probe_feed(actor, workspace, given)
    for line in found.lines:
        say(line)
    if not found.fits:
        complain(
            "The API and the feed profile do not fit. Correct the profile that "
            "LEDGERSYNC_API_PROFILE names, then probe again."
        )
        raise typer.Exit(1)
