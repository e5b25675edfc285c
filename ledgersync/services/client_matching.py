"""Which of LedgerSync's clients is which of Accounting CS's: proposed, confirmed, taken back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ledgersync.domain.acs_clients import AcsClient, Choice, Matching, Proposal, propose
from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import Client
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import acs_clients, audit, clients
from ledgersync.storage.engine import Tx
from ledgersync.storage.turns import Turn, take_turn

__all__ = ["AcsClient", "Choice", "Matching", "Proposal"]


@dataclass(frozen=True, slots=True)
class Link:
    """A client on both sides. `code_before` is the code that taking the match back restores.

    Right after matching it is the one that LedgerSync's client had; later it is "".
    """

    acs: AcsClient
    client: Client
    code_before: str = ""


@dataclass(frozen=True, slots=True)
class MatchingList:
    """What is matched, what is proposed, and which of LedgerSync's clients are left to choose."""

    links: tuple[Link, ...]
    matching: Matching
    open_clients: tuple[Client, ...]


def matching_list(actor: Actor, workspace: Workspace) -> MatchingList:
    """All of Accounting CS's clients with what is known of each; nothing is matched by looking."""
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        listed = acs_clients.list_acs_clients(tx)
        everyone = {client.id: client for client in clients.list_clients(tx)}
        links = tuple(Link(acs, everyone[acs.client_id]) for acs in listed if acs.client_id)
        linked = {link.client.id for link in links}
        left = tuple(c for c in everyone.values() if c.id not in linked and not c.removed)
        return MatchingList(links, propose(listed, everyone.values()), left)


def link_clients(
    actor: Actor, workspace: Workspace, pairs: Sequence[tuple[str, str]]
) -> tuple[Link, ...]:
    """Match pairs of (Accounting CS's client, LedgerSync's client); all of them, or none.

    LedgerSync's client gets the other's code. Pairs that stand already are left out.

    Returns:
        What was matched, with the codes from before: `unlink_clients` takes it back.

    Raises:
        InvalidInput: when one of the two is matched with another client.
        NotFound: when there is no such client.
    """
    with _changing(actor, workspace) as tx:
        taken = {acs.client_id: acs for acs in acs_clients.list_acs_clients(tx) if acs.client_id}
        links = []
        for acs_id, client_id in pairs:
            acs, client = _acs_in_scope(tx, acs_id), access.client_in_scope(tx, client_id)
            if acs.client_id == client.id:
                continue
            _require_free(acs, client, taken)
            taken[client.id] = acs
            acs_clients.change_acs_client(tx, acs.id, client_id=client.id)
            clients.change_client(tx, client.id, acs_code=acs.code)
            _record(tx, actor, "match", client.id, acs, [client.acs_code, acs.code])
            links.append(Link(acs, client, client.acs_code))
        return tuple(links)


def unlink_clients(actor: Actor, workspace: Workspace, links: Sequence[Link]) -> int:
    """Take matches back, and give LedgerSync's clients the codes from before.

    A code that somebody set since stays. Matches that are gone already are left out.

    Returns:
        How many were taken back.
    """
    with _changing(actor, workspace) as tx:
        done = 0
        for link in links:
            acs = _acs_in_scope(tx, link.acs.id)
            client = access.client_in_scope(tx, link.client.id)
            if acs.client_id != client.id:
                continue
            acs_clients.change_acs_client(tx, acs.id, client_id=None)
            code = link.code_before if client.acs_code == acs.code else client.acs_code
            clients.change_client(tx, client.id, acs_code=code)
            _record(tx, actor, "unmatch", client.id, acs, [client.acs_code, code])
            done += 1
        return done


@contextmanager
def _changing(actor: Actor, workspace: Workspace) -> Iterator[Tx]:
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        take_turn(tx, Turn.FIRM_LISTS)
        yield tx


def _acs_in_scope(tx: Tx, acs_id: str) -> AcsClient:
    acs = acs_clients.find_acs_client(tx, acs_id, lock=True)
    if acs is None:
        raise NotFound(
            "There is no such client of Accounting CS any more.", "Choose one from the list."
        )
    return acs


def _require_free(acs: AcsClient, client: Client, taken: dict[str, AcsClient]) -> None:
    if acs.client_id:
        raise InvalidInput(
            f"{acs.name} ({acs.code}) is matched with another client.",
            "Take that match back first.",
        )
    if client.id in taken:
        raise InvalidInput(
            f"{client.name} is matched with {taken[client.id].name} ({taken[client.id].code}).",
            "Take that match back first.",
        )


def _record(
    tx: Tx, actor: Actor, action: str, client_id: str, acs: AcsClient, code: list[str]
) -> None:
    detail = {"acs_client": acs.id, "acs_code": code}
    audit.record(tx, audit.entry(actor, action, "client", client_id, **detail))
