"""Vendors and charts of accounts, of a client or the whole firm: shown, changed, deleted.

What a person saw travels with each change: an entry that a colleague changed in between is left
as it is.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.listing import listed_names
from ledgersync.errors import InvalidInput, ListChanged, NotFound
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.list_recording import record_by_hand
from ledgersync.services.typed_texts import CODE_LENGTH, NAME_LENGTH, one_line, required
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, chart_uses, charts, clients
from ledgersync.storage.chart_uses import Use
from ledgersync.storage.engine import Tx
from ledgersync.storage.turns import Turn, take_turn

_NAMES_SHOWN = 3
_VENDOR_FIELDS = ("code", "name", "default_gl")
_GL_FIELDS = ("code", "name", "type")


@dataclass(frozen=True, slots=True)
class CodingList:
    """The vendors and GL accounts of one client, or of the firm where `client_id` is "".

    `firm_vendors` and `firm_chart` are those of the firm that a client uses beside its own;
    `default_gls` are what a vendor may bring by default.
    """

    client_id: str
    vendors: tuple[Vendor, ...]
    chart: tuple[GlAccount, ...]
    firm_vendors: tuple[Vendor, ...]
    firm_chart: tuple[GlAccount, ...]
    default_gls: tuple[GlAccount, ...]


def coding_list(actor: Actor, workspace: Workspace, client_id: str) -> CodingList:
    """A client's vendors and chart, or the firm's own where `client_id` is "".

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        if client_id:
            access.client_in_scope(tx, client_id)
        firm = client_id != ""
        return CodingList(
            client_id,
            tuple(charts.own_vendors(tx, client_id)),
            tuple(charts.own_chart(tx, client_id)),
            tuple(v for v in charts.vendors_for(tx, client_id) if firm and not v.client_id),
            tuple(gl for gl in charts.chart_for(tx, client_id) if firm and not gl.client_id),
            tuple(charts.codes_for(tx, client_id).values()),
        )


def change_vendor(actor: Actor, workspace: Workspace, seen: Vendor, wanted: Vendor) -> Vendor:
    """Write a vendor's code, name and default GL; asking for what is stored changes nothing.

    Args:
        actor: who asks.
        workspace: where.
        seen: the vendor as the person saw it.
        wanted: the same one with other values; its id and client are not looked at.

    Raises:
        ListChanged: when somebody changed or deleted it since.
        InvalidInput: when the name is empty, the code is taken, or the default GL is unknown.
    """
    with _changing(actor, workspace, seen) as tx:
        stored = _still_vendor(charts.find_vendor(tx, seen.id), seen)
        checked = checked_vendor(tx, replace(wanted, id=stored.id, client_id=stored.client_id))
        if checked == stored:
            return stored
        _require_unchanged(stored, seen)
        charts.change_vendors(tx, [checked])
        record_by_hand(tx, actor, stored, checked)
        clients.touch_accounts(tx, stored.client_id)
        changes = _changes(_VENDOR_FIELDS, stored, checked)
        audit.record(tx, audit.entry(actor, "edit", "vendor", stored.id, **changes))
        return checked


def change_gl_account(
    actor: Actor, workspace: Workspace, seen: GlAccount, wanted: GlAccount
) -> GlAccount:
    """Write a GL account's code, name and type, like `change_vendor`.

    Raises:
        ListChanged: when somebody changed or deleted it since.
        InvalidInput: when the code is empty, taken, or used and so can't become another.
    """
    with _changing(actor, workspace, seen) as tx:
        stored = _still_account(charts.find_gl_account(tx, seen.id), seen)
        checked = checked_gl_account(tx, replace(wanted, id=stored.id, client_id=stored.client_id))
        if checked == stored:
            return stored
        _require_unchanged(stored, seen)
        if checked.code != stored.code:
            uses = chart_uses.gl_uses(tx, stored)
            _require_unused(f"GL code {stored.code} can't be changed", uses)
        charts.change_gl_accounts(tx, [checked])
        record_by_hand(tx, actor, stored, checked)
        clients.touch_accounts(tx, stored.client_id)
        changes = _changes(_GL_FIELDS, stored, checked)
        audit.record(tx, audit.entry(actor, "edit", "gl account", stored.id, **changes))
        return checked


def delete_vendor(actor: Actor, workspace: Workspace, seen: Vendor) -> None:
    """Delete a vendor that nothing uses.

    Raises:
        InvalidInput: when transactions or rules use it; the sentence says where.
        ListChanged: when somebody changed or deleted it since.
    """
    with _changing(actor, workspace, seen) as tx:
        stored = _still_vendor(charts.find_vendor(tx, seen.id), seen)
        _require_unchanged(stored, seen)
        _require_unused(f"{stored.name} can't be deleted", chart_uses.vendor_uses(tx, stored.id))
        record_by_hand(tx, actor, stored, None)
        chart_uses.delete_vendors(tx, [stored.id])
        detail = {"code": stored.code, "name": stored.name, "client": stored.client_id}
        audit.record(tx, audit.entry(actor, "delete", "vendor", stored.id, **detail))


def delete_gl_account(actor: Actor, workspace: Workspace, seen: GlAccount) -> None:
    """Delete a GL account that nothing uses, like `delete_vendor`."""
    with _changing(actor, workspace, seen) as tx:
        stored = _still_account(charts.find_gl_account(tx, seen.id), seen)
        _require_unchanged(stored, seen)
        uses = chart_uses.gl_uses(tx, stored)
        _require_unused(f"GL code {stored.code} can't be deleted", uses)
        charts.delete_gl_accounts(tx, [stored.id])
        record_by_hand(tx, actor, stored, None)
        clients.touch_accounts(tx, stored.client_id)
        detail = {"code": stored.code, "name": stored.name, "client": stored.client_id}
        audit.record(tx, audit.entry(actor, "delete", "gl account", stored.id, **detail))


def checked_vendor(tx: Tx, vendor: Vendor) -> Vendor:
    """The vendor with its texts on one line; for use within a transaction that writes it.

    Raises:
        InvalidInput: when the name is empty, the code is taken, or the default GL is unknown.
    """
    name = required(one_line(vendor.name, "vendor name", NAME_LENGTH), "a vendor name")
    code = one_line(vendor.code, "vendor code", CODE_LENGTH)
    for other in charts.vendors_for(tx, vendor.client_id):
        if code and other.code.casefold() == code.casefold() and other.id != vendor.id:
            raise InvalidInput(
                f"Vendor code {code} belongs to {other.name}.", "Choose another code."
            )
    if vendor.default_gl and vendor.default_gl not in charts.codes_for(tx, vendor.client_id):
        whose = "this client's" if vendor.client_id else "any"
        raise InvalidInput(
            f"GL code {vendor.default_gl} is not in {whose} chart.", "Add it there first."
        )
    return replace(vendor, name=name, code=code)


def checked_gl_account(tx: Tx, account: GlAccount) -> GlAccount:
    """The GL account with its texts on one line; for use within a transaction that writes it.

    Raises:
        InvalidInput: when the code is empty or taken.
    """
    code = required(one_line(account.code, "GL code", CODE_LENGTH), "a GL code")
    for other in charts.own_chart(tx, account.client_id):
        if other.code == code and other.id != account.id:
            raise InvalidInput(f"GL code {code} is in the chart already.", "Choose it there.")
    return replace(
        account,
        code=code,
        name=one_line(account.name, "account name", NAME_LENGTH),
        type=one_line(account.type, "type", CODE_LENGTH),
    )


@contextmanager
def _changing(actor: Actor, workspace: Workspace, seen: Vendor | GlAccount) -> Iterator[Tx]:
    permission = access.to_change_list(seen.client_id)
    with access.writing(workspace, actor, permission) as tx:
        take_turn(tx, Turn.FIRM_LISTS)
        yield tx
    suggesting.note_lists(workspace, seen.client_id)


def _still_vendor(stored: Vendor | None, seen: Vendor) -> Vendor:
    """The stored vendor, of the very client that the permission was asked for."""
    if stored is None or stored.client_id != seen.client_id:
        raise NotFound("There is no such vendor any more.", "Reload the page.")
    return stored


def _still_account(stored: GlAccount | None, seen: GlAccount) -> GlAccount:
    if stored is None or stored.client_id != seen.client_id:
        raise NotFound("There is no such GL account any more.", "Reload the page.")
    return stored


def _require_unchanged(stored: Vendor | GlAccount, seen: Vendor | GlAccount) -> None:
    if stored != seen:
        raise ListChanged(
            f"A colleague changed {seen.name or seen.code} in between; your change was not saved.",
            "Look at it again, then repeat your change if it is still right.",
        )


def _require_unused(refusal: str, uses: Sequence[Use]) -> None:
    if uses:
        raise InvalidInput(
            f"{refusal}: {'; '.join(map(_use_words, uses))}.", "Give these another one first."
        )


def _use_words(use: Use) -> str:
    plural = "" if use.count == 1 else "s"
    return f"{use.count:,} {use.what}{plural} ({listed_names(use.where, _NAMES_SHOWN)})"


def _changes(
    fields: Sequence[str], before: Vendor | GlAccount, after: Vendor | GlAccount
) -> dict[str, list[str]]:
    return {
        field: [getattr(before, field), getattr(after, field)]
        for field in fields
        if getattr(before, field) != getattr(after, field)
    }
