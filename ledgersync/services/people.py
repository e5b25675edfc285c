"""People: inviting them, what they may do and see, turning their access off and on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ledgersync import clock
from ledgersync.config import Mode
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.listing import listed_names
from ledgersync.domain.people import Person, Standing, address_key
from ledgersync.errors import InvalidInput, NotFound, PeopleChanged
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.typed_texts import NAME_LENGTH, one_address, one_line
from ledgersync.services.workspace import LOCAL_USER_ID, Workspace
from ledgersync.storage import audit, clients, sign_ins, users
from ledgersync.storage.columns import new_id
from ledgersync.storage.engine import Tx
from ledgersync.storage.turns import Turn, take_turn
from ledgersync.storage.users import User

__all__ = ["Person"]


def list_people(actor: Actor, workspace: Workspace) -> list[Person]:
    """Everybody who may act or was invited, by name."""
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        assigned = users.assignments(tx)
        return [_person(workspace, user, assigned) for user in users.list_users(tx)]


def invite(
    actor: Actor,
    workspace: Workspace,
    email: str,
    *,
    name: str = "",
    role: Role = Role.STAFF,
    all_clients: bool = False,
) -> Person:
    """Invite an address; whoever signs in with it first is that person from then on.

    Nothing is sent: tell them the app's address.

    Raises:
        InvalidInput: for no address, or one that was invited already.
    """
    with _changing(actor, workspace) as tx:
        address = one_address(email)
        known = users.find_by_email(tx, address)
        if known:
            raise InvalidInput(
                f"{address} was invited already, as {known.name}.",
                "Change that person in the list instead. If they sign in with another account now, "
                "invite them again there, or with `ledgersync users invite --again`.",
            )
        called = one_line(name, "name", NAME_LENGTH) or address
        user = User(new_id(), called, role, disabled=False, email=address, all_clients=all_clients)
        users.add_user(tx, user)
        detail = {"email": address, "role": role.value, "all_clients": all_clients}
        audit.record(tx, audit.entry(actor, "invite", "user", user.id, **detail))
        return _person(workspace, user, {})


def invite_again(actor: Actor, workspace: Workspace, user_id: str, email: str = "") -> Person:
    """Let a person sign in with another account, or correct the address of an open invitation.

    Whoever signs in with the address first is that person from then on; the account that was bound
    before opens nothing any more. `email` is another address than the invitation's.

    Raises:
        InvalidInput: for no address or somebody else's, or when nobody would be left to administer.
        NotFound: when there is no such person.
    """
    with _changing(actor, workspace) as tx:
        user = _found(tx, workspace, user_id)
        address = one_address(email or user.email)
        known = users.find_by_email(tx, address)
        if known and known.id != user.id:
            raise InvalidInput(f"{address} is {known.name}'s address.", "Type another one.")
        if (user.issuer, address) == ("", user.email):
            return _again(tx, workspace, user_id)
        if actor.user_id != LOCAL_USER_ID:  # the server's administrator is not locked out by it
            _require_another_admin(tx, workspace, user)
        users.change_user(tx, user.id, email=address, issuer="", subject="")
        _end_sign_ins(tx, user)
        before = {"issuer": user.issuer, "by_subject": user.subject}
        change = [user.email, address]
        audit.record(
            tx, audit.entry(actor, "invite again", "user", user.id, email=change, **before)
        )
        return _again(tx, workspace, user_id)


def change_role(actor: Actor, workspace: Workspace, user_id: str, role: Role) -> Person:
    """Make somebody an administrator or staff; it counts from their next click on.

    Raises:
        InvalidInput: when nobody would be left to administer.
        NotFound: when there is no such person.
    """
    with _changing(actor, workspace) as tx:
        user = _found(tx, workspace, user_id)
        if user.role is role:
            return _again(tx, workspace, user_id)
        if role is not Role.ADMIN:
            _require_another_admin(tx, workspace, user)
        users.change_user(tx, user.id, role=role.value)
        change = [user.role.value, role.value]
        audit.record(tx, audit.entry(actor, "edit", "user", user.id, role=change))
        return _again(tx, workspace, user_id)


def assign_clients(
    actor: Actor,
    workspace: Workspace,
    user_id: str,
    client_ids: Iterable[str],
    *,
    all_clients: bool = False,
    seen: Person | None = None,
) -> Person:
    """Say which clients a member of staff works on: all, or these and no others.

    `seen` is the person as they were on the screen; None asks for no comparison.

    Raises:
        PeopleChanged: when somebody assigned other clients since.
        NotFound: when there is no such person or client; nothing is changed then.
    """
    with _changing(actor, workspace) as tx:
        user = _found(tx, workspace, user_id)
        wanted = frozenset(access.client_in_scope(tx, one).id for one in set(client_ids))
        before = users.assignments(tx).get(user.id, frozenset())
        if (user.all_clients, before) != (all_clients, wanted):
            if seen and (user.all_clients, before) != (seen.all_clients, seen.client_ids):
                raise _assigned_since(tx, user, before)
            users.change_user(tx, user.id, all_clients=all_clients)
            users.assign(tx, user.id, wanted)
            change = {
                "all_clients": [user.all_clients, all_clients],
                "clients": [sorted(before), sorted(wanted)],
            }
            audit.record(tx, audit.entry(actor, "assign", "user", user.id, **change))
        return _again(tx, workspace, user_id)


def disable(actor: Actor, workspace: Workspace, user_id: str) -> Person:
    """Turn somebody's access off: their next click is refused, and every sign-in ends.

    Raises:
        InvalidInput: when nobody would be left to administer.
        NotFound: when there is no such person.
    """
    with _changing(actor, workspace) as tx:
        user = _found(tx, workspace, user_id)
        if not user.disabled:
            _require_another_admin(tx, workspace, user)
            users.change_user(tx, user.id, disabled=True)
            _end_sign_ins(tx, user)
            audit.record(tx, audit.entry(actor, "disable", "user", user.id))
        return _again(tx, workspace, user_id)


def enable(actor: Actor, workspace: Workspace, user_id: str) -> Person:
    """Turn somebody's access on again; they sign in anew.

    Raises:
        NotFound: when there is no such person.
    """
    with _changing(actor, workspace) as tx:
        user = _found(tx, workspace, user_id)
        if user.disabled:
            users.change_user(tx, user.id, disabled=False)
            audit.record(tx, audit.entry(actor, "enable", "user", user.id))
        return _again(tx, workspace, user_id)


def sign_out_everywhere(actor: Actor, workspace: Workspace, user_id: str) -> int:
    """End every sign-in of a person, on whatever device.

    Returns:
        How many were open.

    Raises:
        NotFound: when there is no such person.
    """
    with _changing(actor, workspace) as tx:
        return _sign_out(tx, actor, _found(tx, workspace, user_id))


def sign_me_out_everywhere(actor: Actor, workspace: Workspace) -> int:
    """End every sign-in of one's own, this one too; like `sign_out_everywhere`."""
    with access.writing(workspace, actor, Permission.SEE_CLIENTS) as tx:
        user = users.find_user(tx, actor.user_id)
        return _sign_out(tx, actor, user) if user else 0


def myself(actor: Actor, workspace: Workspace) -> Person:
    """The actor as a person: what they may do and see, for pages that offer only that."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        return _again(tx, workspace, actor.user_id)


def find_person(actor: Actor, workspace: Workspace, text: str) -> Person:
    """Whoever has this id or this address.

    Raises:
        NotFound: when nobody has.
    """
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        user = users.find_user(tx, text) or users.find_by_email(tx, address_key(text))
        if user is None:
            raise NotFound(
                f"There is nobody with the id or address {text}.",
                "Run `ledgersync users list` to see who there is.",
            )
        return _person(workspace, user, users.assignments(tx))


@contextmanager
def _changing(actor: Actor, workspace: Workspace) -> Iterator[Tx]:
    """One at a time: of two administrators who demote each other, one has to stay."""
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        take_turn(tx, Turn.PEOPLE)
        yield tx


def _found(tx: Tx, workspace: Workspace, user_id: str) -> User:
    user = users.find_user(tx, user_id)
    if user is None:
        raise NotFound("There is no such person.", "Reload the page.")
    if _is_command_line(workspace, user):
        raise InvalidInput(
            f"{user.name} is whoever runs commands on the server, and can't be changed here.",
            "Who may log in to the server is decided there.",
        )
    return user


def _assigned_since(tx: Tx, user: User, now: frozenset[str]) -> PeopleChanged:
    who = audit.last_by(tx, "user", user.id, "assign") or "A colleague"
    names = [client.name for client in clients.list_clients(tx) if client.id in now]
    what = "all clients" if user.all_clients else listed_names(names) or "no client"
    return PeopleChanged(
        f"{who} changed the clients of {user.name} in between, to {what}; yours were not saved.",
        "Keep theirs, or use yours.",
    )


def _require_another_admin(tx: Tx, workspace: Workspace, leaving: User) -> None:
    """Raise when this is the last person who can sign in and administer."""
    able = {user.id for user in users.list_users(tx) if _can_administer(workspace, user)}
    if able == {leaving.id}:
        raise InvalidInput(
            f"{leaving.name} is the only administrator.",
            "Make somebody else an administrator first, who has signed in once.",
        )


def _can_administer(workspace: Workspace, user: User) -> bool:
    hosted = workspace.settings.mode is Mode.HOSTED
    comes = bool(user.issuer) or (user.id == LOCAL_USER_ID and not hosted)
    return comes and user.role is Role.ADMIN and not user.disabled


def _is_command_line(workspace: Workspace, user: User) -> bool:
    return user.id == LOCAL_USER_ID and workspace.settings.mode is Mode.HOSTED


def _sign_out(tx: Tx, actor: Actor, user: User) -> int:
    ended = _end_sign_ins(tx, user)
    detail = {"sign_ins": ended}
    audit.record(tx, audit.entry(actor, "sign out everywhere", "user", user.id, **detail))
    return ended


def _end_sign_ins(tx: Tx, user: User) -> int:
    # Providers give whole seconds: a sign-in that follows at once is not older than this.
    users.change_user(tx, user.id, valid_after=clock.now().replace(microsecond=0))
    return sign_ins.end_all(tx, user.id, clock.now())


def _again(tx: Tx, workspace: Workspace, user_id: str) -> Person:
    user = users.find_user(tx, user_id)
    assert user is not None  # noqa: S101  found before, within this transaction
    return _person(workspace, user, users.assignments(tx))


def _person(workspace: Workspace, user: User, assigned: dict[str, frozenset[str]]) -> Person:
    here = bool(user.issuer) or not user.email
    standing = Standing.ACTIVE if here else Standing.INVITED
    return Person(
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        standing=Standing.DISABLED if user.disabled else standing,
        all_clients=user.all_clients,
        client_ids=assigned.get(user.id, frozenset()),
        last_seen_at=user.last_seen_at,
        is_command_line=_is_command_line(workspace, user),
    )
