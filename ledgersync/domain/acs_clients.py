"""Clients as Accounting CS lists them, and which of LedgerSync's clients each of them is.

A match is proposed, never made: a person confirms it.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ledgersync.domain.clients import Client

# Legal forms at the end of a name say nothing about who it is.
_LEGAL_FORMS = frozenset(
    {
        *("inc", "incorporated", "llc", "llp", "lllp", "lp", "pllc", "pc", "pa", "plc", "apc"),
        *("corp", "corporation", "co", "company", "ltd", "limited", "pty", "gmbh"),
    }
)
_DROPPED = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}`.]")


@dataclass(frozen=True, slots=True)
class AcsClient:
    """A client of Accounting CS. `client_id` is LedgerSync's client, "" until a person agreed."""

    id: str
    code: str
    name: str
    acs_id: str
    email: str
    status: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One client on each side that fits no other, and why."""

    acs: AcsClient
    client: Client
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A client of Accounting CS that fits several of LedgerSync's, or shares one with another."""

    acs: AcsClient
    clients: tuple[Client, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Matching:
    """What can be said of all clients that are not matched yet."""

    proposals: tuple[Proposal, ...]
    choices: tuple[Choice, ...]
    alone: tuple[AcsClient, ...]


def propose(acs_clients: Iterable[AcsClient], clients: Iterable[Client]) -> Matching:
    """Match by code, by e-mail address, by name, then by its words in any order.

    Only pairs that are unique both ways are proposed.

    Args:
        acs_clients: all of Accounting CS; those with a client already are left out.
        clients: all of LedgerSync; likewise.
    """
    listed = list(acs_clients)
    taken = {acs.client_id for acs in listed if acs.client_id}
    open_clients = [client for client in clients if client.id not in taken and not client.removed]
    fits = _Fits(open_clients)
    found = {acs.id: fits.of(acs) for acs in listed if not acs.client_id}
    wanted = Counter(client.id for candidates, _ in found.values() for client in candidates)
    proposals, choices, alone = [], [], []
    for acs in listed:
        if acs.client_id:
            continue
        candidates, reason = found[acs.id]
        if len(candidates) == 1 and wanted[candidates[0].id] == 1:
            proposals.append(Proposal(acs, candidates[0], reason))
        elif candidates:
            choices.append(Choice(acs, tuple(candidates), reason))
        else:
            alone.append(acs)
    return Matching(tuple(proposals), tuple(choices), tuple(alone))


class _Fits:
    """LedgerSync's clients by what they can be found by."""

    def __init__(self, clients: Sequence[Client]) -> None:
        self._by_code = _grouped(clients, lambda client: client.acs_code.casefold())
        self._by_email = _grouped(clients, lambda client: client.email.strip().casefold())
        self._by_name = _grouped(clients, lambda client: plain_name(client.name))
        self._by_words = _grouped(clients, lambda client: _words_of(client.name))

    def of(self, acs: AcsClient) -> tuple[list[Client], str]:
        """The clients that fit, best sign first, and the sign in words.

        Where e-mail and name point to different clients, both are given: a person decides.
        """
        if by_code := self._by_code.get(acs.code.casefold()):
            return by_code, "has this code already"
        by_email = self._by_email.get(acs.email.strip().casefold(), [])
        by_name = self._by_name.get(plain_name(acs.name), [])
        both = [client for client in by_email if client in by_name]
        if both:
            return both, "same e-mail address and name"
        if by_email and by_name:
            return [*by_email, *by_name], "e-mail address and name fit different clients"
        if by_email:
            return by_email, "same e-mail address"
        if by_name:
            return by_name, "same name"
        return self._by_words.get(_words_of(acs.name), []), "same name in another order"


def _grouped(clients: Sequence[Client], key: Callable[[Client], str]) -> dict[str, list[Client]]:
    groups: defaultdict[str, list[Client]] = defaultdict(list)
    for client in clients:
        if key(client):
            groups[key(client)].append(client)
    return dict(groups)


def _words_of(name: str) -> str:
    """The words of a name in any order: people are listed as "Hale, Nora" too."""
    return " ".join(sorted(plain_name(name).split()))


def plain_name(name: str) -> str:
    """A name without what is spelt differently from list to list.

    "The Blue Heron Bistro, L.L.C." and "BLUE HERON BISTRO" are both "blue heron bistro"; "&" is
    "and". A name of nothing but such words stays whole.
    """
    letters = unicodedata.normalize("NFKD", _DROPPED.sub("", name.casefold()))
    spelled = "".join(sign for sign in letters if not unicodedata.combining(sign))
    words = re.sub(r"[\W_]+", " ", spelled.replace("&", " and ")).split()
    kept = words[1:] if words[:1] == ["the"] else words
    while kept and kept[-1] in _LEGAL_FORMS:
        kept = kept[:-1]
    return " ".join(kept or words)
