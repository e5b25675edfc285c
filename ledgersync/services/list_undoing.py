"""Changes of lists, imports and edits by hand: who did what, and taking it back.

Nothing that came later is hurt by it.
"""

from collections.abc import Sequence

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.list_change_words import reasons
from ledgersync.domain.list_changes import (
    ListChange,
    ListedChange,
    ListItem,
    ListSubject,
    Outlook,
    Values,
)
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.list_outlooks import outlooks
from ledgersync.services.list_recording import SPELLINGS
from ledgersync.services.spellings import give_back_spellings
from ledgersync.services.workspace import Workspace
from ledgersync.storage import acs_clients, audit, chart_uses, charts, clients, list_changes
from ledgersync.storage.engine import Tx
from ledgersync.storage.turns import Turn, take_turn

MOST = 20
_LISTS = (ListSubject.CLIENTS, ListSubject.VENDORS, ListSubject.CHART)
_SUBJECTS = {
    ListSubject.CLIENTS: "acs client",
    ListSubject.VENDORS: "vendor",
    ListSubject.CHART: "gl account",
}
_ADMINS_ONLY = "An administrator can undo it: it is the whole firm's."


def changes_of_lists(
    actor: Actor,
    workspace: Workspace,
    most: int = MOST,
    of: tuple[ListSubject, str] | None = None,
) -> list[ListedChange]:
    """The newest changes of lists, the newest first, with what undoing each would do now.

    `of` asks for those of one list: its subject, and the client or "" for the firm's.
    """
    subjects, client_id = ([of[0]], of[1]) if of else (_LISTS, None)
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        found = list_changes.list_changes(tx, subjects, most, client_id=client_id)
        would = outlooks(tx, found)
        names = {client.id: client.name for client in clients.list_clients(tx)}
    may = access.permits(workspace, actor, Permission.CHANGE_FIRM_LISTS)
    return [
        ListedChange(
            change,
            would[change.id],
            names.get(change.client_id, ""),
            "" if change.client_id or may else _ADMINS_ONLY,
        )
        for change in found
    ]


def undo_list_change(
    actor: Actor, workspace: Workspace, change_id: str, client_id: str
) -> ListedChange:
    """Take back what an import or an edit did to a list, in one transaction.

    Entries that it changed get their former values back, entries that it added go away, and what it
    deleted is there again. Those that were changed since, that are in use, or whose former values
    can't be had any more stay as they are.

    Args:
        actor: who asks; a client's lists need another permission than the firm's.
        workspace: where.
        change_id: the change.
        client_id: whose list it was, "" for the firm's.

    Returns:
        The change with what went back, and what stayed and why.

    Raises:
        NotFound: when there is no such change of that client's lists.
        InvalidInput: when all of it was undone already, or nothing of it can go back.
    """
    with access.writing(workspace, actor, access.to_change_list(client_id)) as tx:
        take_turn(tx, Turn.FIRM_LISTS)
        change = _found(tx, change_id, client_id)
        if change.subject is ListSubject.VENDORS:
            charts.lock_vendors(tx, client_id)
        outlook = outlooks(tx, [change])[change.id]
        _require_something(change, outlook)
        _take_back(tx, actor, change, outlook.back)
        ids = [item.entry_id for item in outlook.back]
        list_changes.mark_undone(tx, change.id, ids, clock.now(), actor.name)
        _record(tx, actor, change, outlook)
    suggesting.note_lists(workspace, client_id)
    return ListedChange(change, outlook)


def _found(tx: Tx, change_id: str, client_id: str) -> ListChange:
    """The change, of the very client that the permission was asked for."""
    change = list_changes.find_change(tx, change_id)
    if change is None or change.client_id != client_id or change.subject not in _LISTS:
        raise NotFound("There is no such change.", "Choose one from the list of changes.")
    if client_id:
        access.client_in_scope(tx, client_id)
    return change


def _require_something(change: ListChange, outlook: Outlook) -> None:
    if outlook.back:
        return
    if not outlook.stay:
        raise InvalidInput(f"{change.undone_by} has undone this already.", "Reload the page.")
    raise InvalidInput(
        f"Nothing of this change can be taken back: {reasons(change.subject, outlook)}.",
        "Undo what came later first, or change the entries by hand.",
    )


def _take_back(tx: Tx, actor: Actor, change: ListChange, back: Sequence[ListItem]) -> None:
    added = [item.entry_id for item in back if item.before is None]
    deleted = [(i.entry_id, _texts(i.before)) for i in back if i.before and i.after is None]
    former = [(item, item.before) for item in back if item.before and item.after is not None]
    entries = [(item.entry_id, _texts(before)) for item, before in former]
    owner = change.client_id
    match change.subject:
        case ListSubject.CLIENTS:
            acs_clients.delete_acs_clients(tx, added)
            _restore_clients(tx, former)
        case ListSubject.VENDORS:
            chart_uses.delete_vendors(tx, added)
            again = [Vendor(id_, owner, **values) for id_, values in deleted]
            charts.add_vendors(tx, again)
            _give_back_spellings(tx, actor, again, back)
            charts.change_vendors(tx, [Vendor(id_, owner, **v) for id_, v in entries])
        case ListSubject.CHART:
            charts.delete_gl_accounts(tx, added)
            charts.add_gl_accounts(tx, [GlAccount(id_, owner, **v) for id_, v in deleted])
            charts.change_gl_accounts(tx, [GlAccount(id_, owner, **v) for id_, v in entries])
    if change.subject is not ListSubject.CLIENTS:
        clients.touch_accounts(tx, change.client_id)


def _restore_clients(tx: Tx, former: Sequence[tuple[ListItem, Values]]) -> None:
    """A matched client of LedgerSync gets the former code too, unless somebody set another."""
    linked = {acs.id: acs.client_id for acs in acs_clients.list_acs_clients(tx)}
    for item, before in former:
        values = _texts(before)
        acs_clients.change_acs_client(tx, item.entry_id, **values)
        client = clients.find_client(tx, linked[item.entry_id]) if linked[item.entry_id] else None
        if client and client.acs_code == (item.after or {}).get("code"):
            clients.change_client(tx, client.id, acs_code=values["code"])


def _give_back_spellings(
    tx: Tx, actor: Actor, again: Sequence[Vendor], back: Sequence[ListItem]
) -> None:
    had = {item.entry_id: (item.before or {}).get(SPELLINGS) for item in back}
    for vendor in again:
        spellings = had[vendor.id]
        if isinstance(spellings, list):
            give_back_spellings(tx, actor, vendor, spellings)


def _texts(values: Values) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if name != SPELLINGS}


def _record(tx: Tx, actor: Actor, change: ListChange, outlook: Outlook) -> None:
    """One entry for the undo, and one for every entry of the list that went back."""
    subject = _SUBJECTS[change.subject]
    numbers = {"back": len(outlook.back), "stayed": len(outlook.stay)}
    whole = audit.entry(
        actor, "undo", subject, change.client_id, change=change.id, words=change.words, **numbers
    )
    each = (
        audit.entry(
            actor,
            "delete" if item.before is None else "edit" if item.after else "add",
            subject,
            item.entry_id,
            before=item.after,
            values=item.before,
        )
        for item in outlook.back
    )
    audit.record(tx, whole, *each)
