"""What taking back changes of lists and rules would do now: the facts, and the plan from them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from ledgersync.domain.firm_lists import ListKind
from ledgersync.domain.list_changes import (
    Facts,
    ListChange,
    ListItem,
    ListSubject,
    Outlook,
    Topmost,
    plan_list_undo,
    takes_code_away,
)
from ledgersync.domain.rules import Rule
from ledgersync.errors import LedgerSyncError
from ledgersync.services.list_entries import list_entries
from ledgersync.services.rule_recording import values_of, with_values
from ledgersync.services.rule_validity import require_valid
from ledgersync.storage import acs_clients, charts, list_changes, list_uses, rules
from ledgersync.storage.codes import firm_codes
from ledgersync.storage.engine import Tx


def outlooks(tx: Tx, some: Sequence[ListChange]) -> dict[str, Outlook]:
    """What taking back each of these changes would do now, by change id."""
    items = list_changes.items_of(tx, [change.id for change in some])
    of_list: defaultdict[tuple[ListSubject, str], list[str]] = defaultdict(list)
    for change in some:
        of_list[change.subject, change.client_id].append(change.id)
    found: dict[str, Outlook] = {}
    for (subject, client_id), ids in of_list.items():
        open_items = [item for id_ in ids for item in items[id_] if not item.undone]
        topmost = list_changes.topmost_of(tx, ids)
        facts = _facts(tx, (subject, client_id), open_items, topmost)
        found |= {id_: plan_list_undo(id_, items[id_], facts) for id_ in ids}
    return found


def _facts(
    tx: Tx,
    which: tuple[ListSubject, str],
    items: Sequence[ListItem],
    topmost: Mapping[str, Topmost],
) -> Facts:
    """How the entries of a list stand; `which` is its subject and whose it is."""
    subject, client_id = which
    if subject is ListSubject.RULES:
        stored = rules.find_rules(tx, {item.entry_id for item in items})
        now = {id_: values_of(one) for id_, one in stored.items()}
        return Facts(now, topmost, lacks=_faults_now(tx))
    entries = {one.id: one.values for one in list_entries(tx, ListKind(subject), client_id)}
    by_code = subject is ListSubject.CHART
    going = {i.entry_id for i in items if i.before is None or (by_code and takes_code_away(i))}
    used = _used(tx, subject, client_id, {id_: entries[id_] for id_ in going & entries.keys()})
    match subject:
        case ListSubject.VENDORS:
            return Facts(entries, topmost, used, _vendor_faults(tx, client_id))
        case ListSubject.CHART:
            return Facts(entries, topmost, used, _chart_faults(tx, client_id), by_code)
    return Facts(entries, topmost, used)


def _used(
    tx: Tx, subject: ListSubject, client_id: str, added: Mapping[str, Mapping[str, str]]
) -> Mapping[str, str]:
    """What uses entries that an undo would take away, by their ids."""
    match subject:
        case ListSubject.CLIENTS:
            linked = (acs for acs in acs_clients.list_acs_clients(tx) if acs.client_id)
            return {acs.id: "matched with LedgerSync's client" for acs in linked}
        case ListSubject.VENDORS:
            return list_uses.used_vendors(tx, added)
    codes = {values["code"]: id_ for id_, values in added.items()}
    used = list_uses.used_codes(tx, client_id, codes)
    return {codes[code]: words for code, words in used.items()}


def _vendor_faults(tx: Tx, client_id: str) -> Callable[[ListItem], str]:
    """Says where a vendor's former values name a GL code that is gone, or another's vendor code."""
    codes = charts.codes_for(tx, client_id)
    holders = {vendor.code.casefold(): vendor for vendor in charts.vendors_for(tx, client_id)}

    def faults(item: ListItem) -> str:
        before = item.before or {}
        gl_code, code = str(before["default_gl"]), str(before["code"])
        if gl_code and gl_code not in codes:
            return f"GL code {gl_code} is no longer in the chart"
        holder = holders.get(code.casefold()) if code else None
        if holder and holder.id != item.entry_id:
            return f"vendor code {code} belongs to {holder.name} by now"
        return ""

    return faults


def _chart_faults(tx: Tx, client_id: str) -> Callable[[ListItem], str]:
    """Says where a GL account's former code is another's by now."""
    holders = {account.code: account.id for account in charts.own_chart(tx, client_id)}

    def faults(item: ListItem) -> str:
        code = str((item.before or {})["code"])
        taken = holders.get(code, item.entry_id) != item.entry_id
        return f"GL code {code} is in the chart already" if taken else ""

    return faults


def _faults_now(tx: Tx) -> Callable[[ListItem], str]:
    """Says what is wrong with a rule of these values, now that lists may have changed."""
    codes = firm_codes(tx)
    blank = Rule("", 0, ())

    def faults(item: ListItem) -> str:
        try:
            require_valid(tx, with_values(blank, item.before or {}), codes)
        except LedgerSyncError as error:
            return error.sentence.rstrip(".")
        return ""

    return faults
