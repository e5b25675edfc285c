"""users invite, list, disable, enable: who may sign in."""

from typing import Annotated

import typer

from ledgersync.commands.opening import opened
from ledgersync.commands.options import JsonOption
from ledgersync.commands.output import say, say_json, table
from ledgersync.domain.actors import Role
from ledgersync.domain.people import Person
from ledgersync.services import people

app = typer.Typer(rich_markup_mode=None)
users = typer.Typer(
    rich_markup_mode=None, help="Invite and list people, turn their access off and on."
)
app.add_typer(users, name="users")

WhoArgument = Annotated[str, typer.Argument(metavar="EMAIL|ID", help="Whose access.")]


@users.callback()
def _users() -> None:
    """Invite and list people, turn their access off and on."""


@users.command()
def invite(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")],
    *,
    admin: Annotated[bool, typer.Option("--admin", help="As an administrator.")] = False,
    name: Annotated[str, typer.Option("--name", help="What to call them.")] = "",
    all_clients: Annotated[
        bool, typer.Option("--all-clients", help="Staff who work on every client.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Somebody known, who signs in with another account now.")
    ] = False,
    new_email: Annotated[
        str, typer.Option("--new-email", metavar="EMAIL", help="With --again: their new address.")
    ] = "",
) -> None:
    """Invite somebody; whoever signs in with that address first is that person from then on.

    Nothing is sent: tell them the app's address. Staff see no client until an administrator assigns
    some on Settings, or with --all-clients. The first administrator of a hosted app comes this way:

      ledgersync users invite you@firm.com --admin

    With --again a person keeps name, role, clients and history, and is whoever signs in with the
    address next: after another sign-in provider, a re-created account, or a mistyped address.
    """
    if new_email and not again:
        raise typer.BadParameter("it goes with --again.", param_hint="--new-email")
    if again:
        if admin or name or all_clients:
            raise typer.BadParameter("role, name and clients stay.", param_hint="--again")
        _invite_again(email, new_email)
        return
    role = Role.ADMIN if admin else Role.STAFF
    with opened() as (actor, workspace):
        person = people.invite(
            actor, workspace, email, name=name, role=role, all_clients=all_clients
        )
    what = "an administrator" if admin else "staff"
    say(f"Invited {person.email} as {what}. Tell them the app's address: nothing was sent.")


def _invite_again(email: str, new_email: str) -> None:
    with opened() as (actor, workspace):
        known = people.find_person(actor, workspace, email)
        person = people.invite_again(actor, workspace, known.id, new_email)
    say(
        f"Invited {person.name} again, as {person.email}: whoever signs in with that address next "
        "is that person. Nothing was sent."
    )


@users.command(name="list")
def list_(*, as_json: JsonOption = False) -> None:
    """List everybody who may act or was invited.

    The keys of --json, for each: id, name, email, role (admin, staff), standing (invited, active,
    disabled), all_clients, clients (ids of assigned clients), last_seen (UTC, or null).
    """
    with opened() as (actor, workspace):
        everybody = people.list_people(actor, workspace)
    if as_json:
        say_json([_as_json(person) for person in everybody])
        return
    heads = ("id", "name", "e-mail", "role", "sees", "state", "last seen")
    say(table(heads, [_row(person) for person in everybody]))


@users.command()
def disable(who: WhoArgument) -> None:
    """Turn somebody's access off: their next click is refused, and every sign-in ends."""
    with opened() as (actor, workspace):
        person = people.find_person(actor, workspace, who)
        people.disable(actor, workspace, person.id)
    say(f"{person.name} may no longer use the app.")


@users.command()
def enable(who: WhoArgument) -> None:
    """Turn somebody's access on again; they sign in anew."""
    with opened() as (actor, workspace):
        person = people.find_person(actor, workspace, who)
        people.enable(actor, workspace, person.id)
    say(f"{person.name} may use the app again.")


def _row(person: Person) -> tuple[str, ...]:
    seen = f"{person.last_seen_at.astimezone():%m/%d/%Y %H:%M}" if person.last_seen_at else "-"
    sees = "all clients" if person.sees_all else f"{len(person.client_ids)} assigned"
    return (
        person.id,
        person.name,
        person.email or "-",
        person.role.value,
        sees,
        person.standing.value.lower(),
        seen,
    )


def _as_json(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": person.role.value,
        "standing": person.standing.value.lower(),
        "all_clients": person.sees_all,
        "clients": sorted(person.client_ids),
        "last_seen": person.last_seen_at.isoformat() if person.last_seen_at else None,
    }
