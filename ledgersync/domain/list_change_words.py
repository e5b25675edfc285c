"""Words for changes of lists and rules: why entries stay, and what an undo did."""

from collections.abc import Sequence

from ledgersync.domain.list_changes import ListChange, ListSubject, Outlook, Stay, Why
from ledgersync.domain.listing import listed_names

_NAMES_SHOWN = 3
_NOUNS = {
    ListSubject.CLIENTS: ("client", "clients"),
    ListSubject.VENDORS: ("vendor", "vendors"),
    ListSubject.CHART: ("GL account", "GL accounts"),
    ListSubject.RULES: ("rule", "rules"),
}


def entries(subject: ListSubject, number: int) -> str:
    """A count with its noun: "1 vendor", "1,204 GL accounts"."""
    return f"{number:,} {_NOUNS[subject][number != 1]}"


def reasons(subject: ListSubject, outlook: Outlook) -> str:
    """Why entries stay, with up to three names each: "2 vendors (Owl, Uber) were changed since"."""
    return "; ".join(_reason(subject, stay, names) for stay, names in outlook.grouped())


def _reason(subject: ListSubject, stay: Stay, names: Sequence[str]) -> str:
    one = len(names) == 1
    several = f"{entries(subject, len(names))} ({listed_names(names, _NAMES_SHOWN)})"
    number = names[0] if one else several
    match stay.why:
        case Why.CHANGED_LATER:
            later = f"{'was' if one else 'were'} changed later by {stay.who}"
            return f"{number} {later}: {stay.words}"
        case Why.CHANGED:
            return f"{number} {'was' if one else 'were'} changed since"
        case Why.USED:
            return f"{number} {'is' if one else 'are'} in use: {stay.words}"
    return f"{number} would not work as before: {stay.words}"


def undone_words(change: ListChange, outlook: Outlook) -> str:
    """What an undo did, and what stayed as it is with the reason."""
    gone = sum(item.before is None for item in outlook.back)
    again = len(outlook.back) - gone
    done = [f"{entries(change.subject, gone)} removed"] if gone else []
    done += [f"{entries(change.subject, again)} as before"] if again else []
    said = f"Undid: {change.words}. {', '.join(done)}."
    if not outlook.stay:
        return said
    stay = "stays" if len(outlook.stay) == 1 else "stay"
    number = entries(change.subject, len(outlook.stay))
    return f"{said} {number} {stay}: {reasons(change.subject, outlook)}."
