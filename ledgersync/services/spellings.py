"""Spellings of vendors on statements: listed, changed, and proposed from people's corrections."""

from collections.abc import Iterable, Mapping, Sequence

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import Vendor
from ledgersync.domain.spellings import SpellingProposal, VendorSpellings
from ledgersync.errors import InvalidInput, ListChanged, NotFound
from ledgersync.matching.normalise import normalise_all
from ledgersync.matching.vendor_spellings import (
    propose,
    spelling_fault,
    spelling_key,
    starts_with,
)
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.knowledge import learned_since
from ledgersync.services.typed_texts import NAME_LENGTH, one_line
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, charts, clients, coded_lines, learning, suggestions
from ledgersync.storage.engine import Tx
from ledgersync.storage.turns import Turn, take_turn


def list_spellings(
    actor: Actor, workspace: Workspace, client_id: str
) -> tuple[VendorSpellings, ...]:
    """The vendors that a client's rows may get, by name, with their spellings; "" for the firm's.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        if client_id:
            access.client_in_scope(tx, client_id)
        return tuple(_listed(tx, client_id).values())


def set_spellings(
    actor: Actor, workspace: Workspace, seen: VendorSpellings, spellings: Sequence[str]
) -> VendorSpellings:
    """Give a vendor exactly these spellings; those of the firm's vendors hold for all clients.

    Args:
        actor: who asks.
        workspace: where.
        seen: the vendor with its spellings as the person saw them.
        spellings: in any case; equal ones are kept once, empty ones are passed over.

    Raises:
        InvalidInput: when one tells too little, or belongs to another vendor; the sentence says
            which.
        ListChanged: when somebody changed the spellings since.
        NotFound: when somebody deleted the vendor since.
    """
    owner = seen.vendor.client_id
    with access.writing(workspace, actor, access.to_change_list(owner)) as tx:
        take_turn(tx, Turn.FIRM_LISTS)
        listed = _listed(tx, owner)
        stored = _still(listed, seen.vendor)
        wanted = VendorSpellings(stored.vendor, _checked(spellings, stored.vendor, listed.values()))
        if wanted == stored:
            return stored
        if stored.spellings != seen.spellings:
            raise ListChanged(
                f"A colleague changed the spellings of {stored.vendor.name} in between.",
                "Look at them again, then repeat your change if it is still right.",
            )
        learning.replace_aliases(tx, stored.vendor.id, wanted.spellings, actor.name, clock.now())
        change = [stored.spellings, wanted.spellings]
        audit.record(tx, audit.entry(actor, "edit", "vendor", stored.vendor.id, spellings=change))
    _note(workspace, owner, set(stored.spellings) ^ set(wanted.spellings))
    return wanted


def propose_spellings(
    actor: Actor, workspace: Workspace, client_id: str
) -> tuple[SpellingProposal, ...]:
    """Spellings that the client's people have confirmed by choosing the vendor again and again.

    None where learning is off for the client, and none that somebody stopped suggesting.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        access.client_in_scope(tx, client_id)
        if learning.learning_state(tx, client_id).off:
            return ()
        coded = coded_lines.client_lines(tx, client_id, learned_since(clock.today()))
        listed = _listed(tx, client_id)
        stopped = {
            (one.descriptor, one.vendor_id) for one in learning.list_forgotten(tx, client_id)
        }
    names = {key: one.vendor.name for key, one in listed.items()}
    known = {spelling: key for key, one in listed.items() for spelling in one.spellings}
    return tuple(
        one
        for one in propose(coded, names, known)
        if not any(
            vendor_id == one.vendor_id and starts_with(text, one.spelling)
            for text, vendor_id in stopped
        )
    )


def give_back_spellings(tx: Tx, actor: Actor, vendor: Vendor, spellings: Sequence[str]) -> None:
    """Give a vendor that is there again its spellings, without those that another has by now."""
    listed = _listed(tx, vendor.client_id)
    taken = _taken(vendor, listed.values())
    free = [spelling for spelling in spellings if spelling_key(spelling) not in taken]
    learning.replace_aliases(tx, vendor.id, free, actor.name, clock.now())


def _listed(tx: Tx, client_id: str) -> dict[str, VendorSpellings]:
    """The vendors that a client's rows may get with their spellings, by id, in order of name."""
    found: dict[str, list[str]] = {}
    for alias in learning.aliases_for(tx, client_id):
        found.setdefault(alias.vendor_id, []).append(alias.spelling)
    vendors = charts.vendors_for(tx, client_id)
    return {one.id: VendorSpellings(one, tuple(sorted(found.get(one.id, ())))) for one in vendors}


def _still(listed: Mapping[str, VendorSpellings], seen: Vendor) -> VendorSpellings:
    """The stored vendor, of the very client that the permission was asked for."""
    stored = listed.get(seen.id)
    if stored is None or stored.vendor.client_id != seen.client_id:
        raise NotFound("There is no such vendor any more.", "Reload the page.")
    return stored


def _checked(
    spellings: Iterable[str], vendor: Vendor, listed: Iterable[VendorSpellings]
) -> tuple[str, ...]:
    """The spellings on one line each, every one that compares alike once."""
    taken = _taken(vendor, listed)
    by_key: dict[str, str] = {}
    for text in filter(None, (one_line(one, "spelling", NAME_LENGTH) for one in spellings)):
        if fault := spelling_fault(text):
            raise InvalidInput(
                f"The spelling {text} {fault}.",
                "Type the words that only this vendor's lines have.",
            )
        key = spelling_key(text)
        if other := taken.get(key):
            raise InvalidInput(
                f"The spelling {text} belongs to {other}.",
                "Take it from that vendor first, or choose a longer one.",
            )
        by_key.setdefault(key, text)
    return tuple(sorted(by_key.values()))


def _taken(vendor: Vendor, listed: Iterable[VendorSpellings]) -> dict[str, str]:
    """What already leads to other vendors: their spellings and their names, with those names.

    Of two vendors with the same name either may have it as a spelling, which tells them apart.
    """
    others = [one for one in listed if one.vendor.id != vendor.id]
    names = {spelling_key(one.vendor.name): one.vendor.name for one in others}
    names.pop(spelling_key(vendor.name), None)
    return names | {spelling_key(s): one.vendor.name for one in others for s in one.spellings}


def _note(workspace: Workspace, client_id: str, changed: Iterable[str]) -> None:
    """Ask again about the open rows of the client; of the firm's, where a row reads like that."""
    keys = [spelling_key(spelling) for spelling in changed]
    for one in [client_id] if client_id else _clients_reading(workspace, keys):
        suggesting.note_lists(workspace, one)


def _clients_reading(workspace: Workspace, keys: Sequence[str]) -> list[str]:
    with workspace.database.reading() as tx:
        everyone = [client.id for client in clients.list_clients(tx)]
        open_rows = {id_: suggestions.waiting_lines(tx, id_) for id_ in everyone}
    return [
        id_
        for id_, rows in open_rows.items()
        if any(
            starts_with(found.text, key)
            for found in normalise_all(row.line.description for row in rows)
            for key in keys
        )
    ]
