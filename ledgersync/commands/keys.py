"""keys show, rotate, retire: where the encryption keys are, a new one, and an old one's end."""

from typing import Annotated

import typer

from ledgersync.commands.opening import opened
from ledgersync.commands.options import JsonOption
from ledgersync.commands.output import complain, say, say_json, table
from ledgersync.errors import RotationFailed
from ledgersync.services import key_care, key_rotation
from ledgersync.services.key_report import KeyReport, key_report

app = typer.Typer(rich_markup_mode=None)
keys = typer.Typer(rich_markup_mode=None, help="Show, change and retire encryption keys.")
app.add_typer(keys, name="keys")


@keys.callback()
def _keys() -> None:
    """Show, change and retire encryption keys."""


@keys.command()
def show(
    *,
    recovery_kit: Annotated[
        bool, typer.Option("--recovery-kit", help="Print the keys themselves, to be kept on paper.")
    ] = False,
    key: Annotated[
        str,
        typer.Option("--key", metavar="KEY_ID", help="Of the kit: an older key, not retired."),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Show where the encryption keys are and whether they fit; never a key.

    With --recovery-kit the page that restores the key on another computer: it holds the key, so
    print it and keep no copy beside the backups. Printing it is recorded. With --key the page of
    an older key, which backups from its time need. Exit 1 when a key that the database needs is
    missing or another one.
    """
    if key and not recovery_kit:
        raise typer.BadParameter("it goes with --recovery-kit.", param_hint="--key")
    with opened() as (actor, workspace):
        if recovery_kit:
            kit = key_care.recovery_kit(actor, workspace, key)
            complain("This page holds the encryption key. Print it, keep it in a safe.")
            say(kit)
            return
        report = key_report(actor, workspace)
    if as_json:
        say_json(_as_json(report))
    else:
        _tell(report)
    if not report.complete:
        complain("A key that the database needs is not here. Restore it from its recovery kit.")
        raise typer.Exit(1)


@keys.command()
def rotate() -> None:
    """Make a new key and seal every stored value with it, in one step that happens whole or not.

    Every value is read back with the new key. Exit 1 when one of them does not open or was not
    found; then nothing was changed.
    """
    with opened() as (actor, workspace):
        try:
            done = key_rotation.rotate_keys(actor, workspace)
        except RotationFailed as error:
            _figures(error.found, 0, error.failed)
            raise
    _figures(done.found, done.resealed, 0)
    say(f"The key in use is {done.key_id}. Print its recovery kit: keys show --recovery-kit")


@keys.command()
def retire(
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="The old key, such as K1.")],
) -> None:
    """Take an old key out of its places; refused while anything stored needs it.

    A backup from its time can be restored only with its recovery kit from then on.
    """
    with opened() as (actor, workspace):
        done = key_rotation.retire_key(actor, workspace, key_id)
    where = f"taken out of: {', '.join(done.places)}" if done.places else "in none of the places"
    say(f"{done.key_id} is retired and was {where}.")


def _figures(found: int, resealed: int, failed: int) -> None:
    say(f"found: {found}")
    say(f"re-sealed: {resealed}")
    say(f"failed: {failed}")


def _tell(report: KeyReport) -> None:
    rows = [
        (place.source, str(place.path or ""), " ".join(place.key_ids) or "-", place.note)
        for place in report.places
    ]
    say(table(("place", "path", "keys", "note"), rows))
    say()
    say(table(("key", "state"), [(key.id, key.state) for key in report.keys]))


def _as_json(report: KeyReport) -> dict[str, object]:
    return {
        "places": [
            {
                "source": place.source,
                "path": str(place.path) if place.path else None,
                "keys": list(place.key_ids),
                "note": place.note,
            }
            for place in report.places
        ],
        "keys": [{"id": key.id, "state": key.state, "usable": key.usable} for key in report.keys],
    }
