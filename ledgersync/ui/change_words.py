"""Words for changes and their undoing: what went back, what can, and what stays and why."""

from ledgersync.domain.changes import Block, Blocked, Change
from ledgersync.domain.undoing import Outlook, Stay, Why
from ledgersync.ui.texts import ago, counted
from ledgersync.ui.times import when_words


def details(change: Change) -> str:
    """Who, when, how many: "Dana White, 5 min ago, 12 rows"."""
    return f"{change.who}, {ago(change.at)}, {counted(change.rows, 'row')}"


def prospects(change: Change) -> str:
    """What undoing would do, or why it can't be; "" where everything simply goes back."""
    if change.undone_by and not change.outlook.back:
        return f"Undone by {change.undone_by} {_ago(change)}.".replace(" .", ".")
    if change.block:
        return _in_the_way(change.block)
    back, stay = change.outlook.back, change.outlook.stay
    if not stay:
        nothing = change.load and not back
        return "No row changes, but its days no longer count as loaded." if nothing else ""
    why = reasons(change.outlook)
    if not back:
        return f"Can't be undone: {why}."
    total = len(back) + len(stay)
    return f"{len(back):,} of {total:,} rows {_go(len(back))} back. The rest stays: {why}."


def _go(rows: int) -> str:
    return "goes" if rows == 1 else "go"


def _ago(change: Change) -> str:
    return ago(change.undone_at) if change.undone_at else ""


def _in_the_way(block: Block) -> str:
    match block.why:
        case Blocked.FOR_ADMINISTRATORS:
            return "Only an administrator can undo this."
        case Blocked.NEWER_LOAD:
            why = f"undo the newer load of these days first ({when_words(block.at)})"
        case Blocked.CLOSED:
            why = f"{block.who} has closed the period, reopen it first"
        case Blocked.NOT_RECORDED:
            why = "what it did to the rows was not recorded at that time"
    return f"Can't be undone: {why}."


def reasons(outlook: Outlook) -> str:
    """Why rows stay: "3 rows were changed later by Maria, 2 rows are locked by export 14"."""
    return ", ".join(_reason(stay, rows) for stay, rows in outlook.grouped())


def _reason(stay: Stay, rows: int) -> str:
    number = counted(rows, "row")
    by = f" by {stay.who}" if stay.who else ""
    match stay.why:
        case Why.EXPORTED:
            said = f"{_are(rows)} locked by export {stay.export}"
        case Why.CHANGED:
            said = f"{_were(rows)} changed later{by}" + (f" ({stay.words})" if stay.words else "")
        case Why.CLOSED:
            said = f"{_are(rows)} in a period that was closed{by}"
        case _:
            said = _SIMPLY[stay.why].format(are=_are(rows), were=_were(rows))
    return f"{number} {said}"


_SIMPLY = {
    Why.TAKEN_BACK: "{are} as before already",
    Why.OTHER_LEG: "of a transfer whose other leg can't go back",
    Why.PAIRED: "{were} compared with another by somebody",
    Why.LOADED: "{were} changed by a later load",
    Why.CODES_GONE: "had a vendor or GL code that is deleted by now",
    Why.OTHER_AMOUNT: "had a split for another amount than the bank has now",
}


def _are(rows: int) -> str:
    return "is" if rows == 1 else "are"


def _were(rows: int) -> str:
    return "was" if rows == 1 else "were"


def undone_words(what: str, outlook: Outlook) -> str:
    """What an undo did, and what stayed as it is with the reason."""
    said = f"Undid: {what}." if outlook.back or not outlook.stay else "Nothing could be taken back."
    if not outlook.stay:
        return said
    return f"{said} {reasons(outlook)} and stayed."
