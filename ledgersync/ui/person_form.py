"""One person on Settings: role, clients, access, and signing them out."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

import streamlit as st

from ledgersync.domain.actors import Role
from ledgersync.domain.listing import listed_names
from ledgersync.domain.people import Person, Standing
from ledgersync.services import people
from ledgersync.ui.feedback import keep_toast, kept
from ledgersync.ui.own_choices import choice_kept, offer_own_choice
from ledgersync.ui.shell import Viewer
from ledgersync.ui.texts import counted, plain

ROLES: Mapping[Role, str] = {Role.ADMIN: "Administrator", Role.STAFF: "Staff"}

Change = Callable[[], object]
Scope: TypeAlias = tuple[bool, frozenset[str]]  # all clients, or these


def show_person(viewer: Viewer, person: Person, clients: Mapping[str, str]) -> None:
    """What can be changed about a person; `clients` are names by id."""
    with st.container(border=True):
        st.subheader(plain(person.name), anchor=False)
        _show_standing(person)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _role(viewer, person)
            _access(viewer, person)
            _invite_again(viewer, person)
        if person.role is Role.STAFF:
            _clients(viewer, person, clients)


def _show_standing(person: Person) -> None:
    match person.standing:
        case Standing.INVITED:
            st.caption(
                f":material/mail: Invited as {plain(person.email)}; has not signed in with it yet."
            )
        case Standing.DISABLED:
            st.caption(":material/block: Access is turned off.")
        case Standing.ACTIVE:
            st.caption(":material/check_circle: May sign in.")


def _role(viewer: Viewer, person: Person) -> None:
    key = f"person_role_{person.id}_{person.role}"

    def change() -> None:
        role = Role(st.session_state[key])
        st.session_state[key] = person.role  # until it is stored, and shown with a key of its own
        _do(
            lambda: people.change_role(viewer.actor, viewer.workspace, person.id, role),
            f"{person.name} is {'an administrator' if role is Role.ADMIN else 'staff'} now",
        )

    st.segmented_control(
        "Role",
        list(Role)[::-1],
        default=person.role,
        format_func=ROLES.__getitem__,
        key=key,
        required=True,
        on_change=change,
    )


def _access(viewer: Viewer, person: Person) -> None:
    actor, workspace = viewer.actor, viewer.workspace
    if person.standing is Standing.DISABLED:
        st.button(
            "Turn access on",
            icon=":material/check:",
            key=f"person_on_{person.id}",
            on_click=_do,
            args=(
                lambda: people.enable(actor, workspace, person.id),
                f"{person.name} may sign in again",
            ),
        )
        return
    _asking(
        "Turn access off",
        "block",
        f"{plain(person.name)} is signed out everywhere, and can't sign in until you turn it on "
        "again. What they did stays; a LedgerSync log-in of theirs loads nothing meanwhile.",
        f"person_off_{person.id}",
        lambda: people.disable(actor, workspace, person.id),
        f"Access of {person.name} is turned off",
    )
    _asking(
        "Sign out everywhere",
        "devices_off",
        f"Every computer and phone on which {plain(person.name)} is signed in asks for a new "
        "sign-in.",
        f"person_out_{person.id}",
        lambda: people.sign_out_everywhere(actor, workspace, person.id),
        f"{person.name} is signed out everywhere",
    )


def _invite_again(viewer: Viewer, person: Person) -> None:
    """For an account that was made anew, another sign-in provider, or a mistyped address."""
    key = f"person_again_{person.id}_{person.email}"
    with st.popover("Invite again", icon=":material/mail:"):
        if person.standing is Standing.INVITED:
            st.write("Correct the address: whoever signs in with it first is this person.")
        else:
            st.write(
                f"For when {plain(person.name)} signs in with another account now: after a change "
                "of your company's sign-in, or of the address. The account they used so far opens "
                "nothing any more, and whoever signs in with this address next is this person. "
                "Role, clients and what they did stay."
            )
        email = st.text_input(
            "E-mail that they sign in with now",
            person.email,
            persist_state="page",
            key=f"{key}_email",
            max_chars=200,
        )
        st.button(
            "Yes, invite again",
            type="primary",
            key=key,
            on_click=_do,
            args=(
                lambda: people.invite_again(viewer.actor, viewer.workspace, person.id, email),
                f"{person.name} can take up the invitation of {email.strip()} now",
            ),
        )


def _asking(label: str, icon: str, about: str, key: str, change: Change, done: str) -> None:
    with st.popover(label, icon=f":material/{icon}:"):
        st.write(about)
        st.button(
            f"Yes, {label[0].lower()}{label[1:]}",
            type="primary",
            key=key,
            on_click=_do,
            args=(change, done),
        )


def _clients(viewer: Viewer, person: Person, clients: Mapping[str, str]) -> None:
    # What a colleague assigned meanwhile is shown, not overwritten by what stood here before.
    key = f"person_clients_{person.id}_{hash((person.all_clients, person.client_ids))}"
    now: Scope = (person.all_clients, person.client_ids)

    def save(wanted: Scope) -> None:
        with kept(), choice_kept(person.id, wanted):
            all_clients, ids = wanted
            people.assign_clients(
                viewer.actor,
                viewer.workspace,
                person.id,
                ids,
                all_clients=all_clients,
                seen=person,
            )
            keep_toast(f"{person.name} works on {_scope_words(wanted)} now")

    offer_own_choice(person.id, now, lambda wanted: _scope_names(wanted, clients), save)
    every = st.toggle(
        "All clients", value=person.all_clients, persist_state="page", key=f"{key}_all"
    )
    chosen: list[str] = []
    if not every:
        known = [id_ for id_ in clients if id_ in person.client_ids]
        chosen = st.multiselect(
            "Assigned clients",
            list(clients),
            default=known,
            format_func=clients.__getitem__,
            persist_state="page",
            key=f"{key}_some",
            placeholder="Type to search",
        )
    wanted: Scope = (every, person.client_ids if every else frozenset(chosen))
    if wanted != now:
        st.button(
            "Save clients",
            type="primary",
            icon=":material/save:",
            key=f"{key}_save",
            on_click=save,
            args=(wanted,),
        )


def _scope_words(scope: Scope) -> str:
    every, ids = scope
    return "all clients" if every else counted(len(ids), "client")


def _scope_names(scope: Scope, clients: Mapping[str, str]) -> str:
    every, ids = scope
    names = [name for id_, name in clients.items() if id_ in ids]
    return "all clients" if every else listed_names(names) or "no client"


def _do(change: Change, done: str) -> None:
    with kept():
        change()
        keep_toast(done)
