"""What was learned from a client's reviewed rows: looked over, stopped, taken up again, turned off.

Reviewed rows stay as they are; only what is suggested for open ones changes.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.learned import (
    LearnedText,
    Names,
    ReviewedRow,
    Stop,
    Stopped,
    reads_like,
    what_was_learned,
)
from ledgersync.errors import InvalidInput
from ledgersync.matching.normalise import normalise, normalise_all
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.knowledge import learned_since
from ledgersync.services.typed_texts import CODE_LENGTH, one_line
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, charts, clients, coded_lines, learning
from ledgersync.storage.codes import firm_codes
from ledgersync.storage.columns import new_id
from ledgersync.storage.engine import Tx
from ledgersync.storage.learning import StoredForgotten
from ledgersync.storage.turns import Turn, take_turn


@dataclass(frozen=True, slots=True)
class LearnedPage:
    """What was learned for a client from `rows` reviewed rows since a day, and what was stopped.

    `on` says whether it is used. `texts` come with most rows first, `stopped` the newest first.
    """

    client_id: str
    on: bool
    since: date
    rows: int
    texts: tuple[LearnedText, ...]
    stopped: tuple[Stopped, ...]


@dataclass(frozen=True, slots=True)
class LearnedRow:
    """A reviewed row that something was learned from. `amount` in cents."""

    date: date
    description: str
    amount: int
    account_id: str
    account_label: str
    vendor_name: str
    gl_label: str
    decided_by: str


def learned(actor: Actor, workspace: Workspace, client_id: str, search: str = "") -> LearnedPage:
    """What was learned for a client, as far as it has all words of a search.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    since = learned_since(clock.today())
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        access.client_in_scope(tx, client_id)
        state = learning.learning_state(tx, client_id)
        rows = coded_lines.client_rows(tx, client_id, since)
        stored = learning.list_forgotten(tx, client_id)
        names = _names(tx, client_id)
    found = normalise_all(coded.line.description for _, coded in rows)
    reviewed = (
        ReviewedRow(row_id, descriptor.text, coded)
        for (row_id, coded), descriptor in zip(rows, found, strict=True)
    )
    texts = what_was_learned(reviewed, names, {_stop(one) for one in stored})
    return LearnedPage(
        client_id=client_id,
        on=not state.off,
        since=since,
        rows=len(rows),
        texts=tuple(text for text in texts if reads_like(text, search)),
        stopped=tuple(Stopped(_stop(one), names.of(_stop(one)), one.at, one.by) for one in stored),
    )


def learned_stamp(actor: Actor, workspace: Workspace, client_id: str) -> str:
    """Another text whenever `learned` has something else to say of a client, for caches.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        access.client_in_scope(tx, client_id)
        state = learning.learning_state(tx, client_id)
        stopped = [one.id for one in learning.list_forgotten(tx, client_id)]
        versions = sum(one.data_version for one in clients.list_accounts(tx, client_id))
    return f"{clock.today()} {state} {versions} {stopped}"


def learned_rows(
    actor: Actor, workspace: Workspace, client_id: str, row_ids: Sequence[str]
) -> tuple[LearnedRow, ...]:
    """Those of these rows that are the client's and still reviewed, the newest first.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        access.client_in_scope(tx, client_id)
        names = _names(tx, client_id)
        accounts = {one.id: one.label for one in clients.list_accounts(tx, client_id)}
        found = coded_lines.rows_among(tx, client_id, row_ids)
    return tuple(
        LearnedRow(
            date=coded.line.date,
            description=coded.line.description,
            amount=coded.line.amount,
            account_id=coded.line.account_id,
            account_label=accounts[coded.line.account_id],
            vendor_name=names.vendors.get(coded.vendor_id, ""),
            gl_label=names.gl_codes.get(coded.gl_code, coded.gl_code),
            decided_by=who,
        )
        for coded, who in found
    )


def forget(
    actor: Actor,
    workspace: Workspace,
    client_id: str,
    descriptor: str,
    vendor_id: str = "",
    gl_code: str = "",
) -> int:
    """Stop suggesting a vendor, a GL code or both for the rows of a client that read like this.

    It holds until somebody takes it back, whatever is reviewed or loaded in between. Rules still
    apply: they are what people wrote down.

    Returns:
        How many open rows have another suggestion now.

    Raises:
        NotFound: when there is no such client in the actor's scope.
        InvalidInput: when there is neither vendor nor code, or the vendor is not the client's.
    """
    with _changing(actor, workspace, client_id) as tx:
        wanted = _stops(descriptor, vendor_id, gl_code)
        _require_vendor(tx, client_id, vendor_id)
        known = {_stop(one) for one in learning.list_forgotten(tx, client_id)}
        fresh = [stop for stop in wanted if stop not in known]
        for stop in fresh:
            when = clock.now()
            learning.add_forgotten(
                tx, StoredForgotten(new_id(), client_id, *stop, at=when, by=actor.name)
            )
            audit.record(tx, _entry(actor, "forget", client_id, stop))
    return suggesting.note_lists(workspace, client_id) if fresh else 0


def remember_again(
    actor: Actor,
    workspace: Workspace,
    client_id: str,
    descriptor: str,
    vendor_id: str = "",
    gl_code: str = "",
) -> int:
    """Take back what `forget` stopped; what nobody stopped is left as it is. Raises like it."""
    with _changing(actor, workspace, client_id) as tx:
        wanted = set(_stops(descriptor, vendor_id, gl_code))
        stored = learning.list_forgotten(tx, client_id)
        gone = [one for one in stored if _stop(one) in wanted]
        for one in gone:
            learning.remove_forgotten(tx, one.id)
            audit.record(tx, _entry(actor, "remember", client_id, _stop(one)))
    return suggesting.note_lists(workspace, client_id) if gone else 0


def set_learning(actor: Actor, workspace: Workspace, client_id: str, *, on: bool) -> int:
    """Say whether open rows of a client may be coded by what was reviewed before.

    While it is off, rules and vendor names alone speak. Nothing that was learned is lost.

    Returns:
        How many open rows have another suggestion now.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        access.client_in_scope(tx, client_id)
        before = not learning.learning_state(tx, client_id).off
        if before == on:
            return 0
        learning.set_learning(tx, client_id, off=not on)
        audit.record(tx, audit.entry(actor, "edit", "client", client_id, learning=[before, on]))
    return suggesting.note_lists(workspace, client_id)


@contextmanager
def _changing(actor: Actor, workspace: Workspace, client_id: str) -> Iterator[Tx]:
    """One at a time, so that two people who stop the same thing stop it once."""
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        take_turn(tx, Turn.FIRM_LISTS)
        access.client_in_scope(tx, client_id)
        yield tx


def _stops(descriptor: str, vendor_id: str, gl_code: str) -> list[Stop]:
    text = normalise(descriptor).text
    code = one_line(gl_code, "GL code", CODE_LENGTH)
    if not vendor_id and not code:
        raise InvalidInput(
            "There is neither a vendor nor a GL code to stop.", "Choose what to stop suggesting."
        )
    wanted = [Stop(text, vendor_id, ""), Stop(text, "", code)]
    return [stop for stop in wanted if stop.vendor_id or stop.gl_code]


def _stop(stored: StoredForgotten) -> Stop:
    return Stop(stored.descriptor, stored.vendor_id, stored.gl_code)


def _require_vendor(tx: Tx, client_id: str, vendor_id: str) -> None:
    if vendor_id and not firm_codes(tx).has_vendor(client_id, vendor_id):
        raise InvalidInput("This vendor is not one of the client's.", "Choose one from the list.")


def _names(tx: Tx, client_id: str) -> Names:
    """What vendors and GL codes are called, also vendors that another of the same code hides."""
    vendors = firm_codes(tx).vendors
    return Names(
        {key: one.name for key, one in vendors.items() if one.client_id in {"", client_id}},
        {one.code: one.label for one in charts.chart_for(tx, client_id)},
    )


def _entry(actor: Actor, action: str, client_id: str, stop: Stop) -> dict[str, object]:
    return audit.entry(actor, action, "suggestion", client_id, **stop._asdict())
