"""Lists from Accounting CS: what a file says, and what taking it in would change.

Pure: it plans, a service carries the plan out. An entry is known by its code. What the file does
not list stays, and an empty cell leaves what is stored.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class ListKind(StrEnum):
    CLIENTS = "clients"
    VENDORS = "vendors"
    CHART = "chart"

    @property
    def words(self) -> str:
        """What such a list is called: "chart of accounts"."""
        return "chart of accounts" if self is ListKind.CHART else f"list of {self.value}"


# What each kind of list holds, by the name of its value in storage, in the words of its columns.
FIELDS: Mapping[ListKind, Mapping[str, str]] = {
    ListKind.CLIENTS: {
        "code": "Client Code",
        "name": "Client Name",
        "acs_id": "Client ID",
        "email": "E-mail",
        "status": "Status",
    },
    ListKind.VENDORS: {
        "code": "Vendor Code",
        "name": "Vendor Name",
        "default_gl": "Default GL Code",
    },
    ListKind.CHART: {
        "code": "Account",
        "name": "Account Description",
        "type": "Type Code",
    },
}


class Fate(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a file that can be read: its values by the names in FIELDS."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line with what becomes of it, and in `words` why or what changes.

    `entry_id` is the stored entry's, "" for a new one; `changes` are the values to write.
    """

    line: int
    code: str
    name: str
    fate: Fate
    words: str = ""
    entry_id: str = ""
    changes: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ParsedList:
    """A file as far as it can be told without knowing what is stored.

    `remarks` are sentences on how it was read, such as which columns are left out.
    """

    kind: ListKind
    entries: tuple[Entry, ...]
    rejected: tuple[ListLine, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as it is kept now."""

    id: str
    values: Mapping[str, str]


def same_code(kind: ListKind, code: str) -> str:
    """What two codes share when they mean the same entry.

    Vendor and client codes are typed in either case; GL codes are compared to the letter, because
    transactions carry them as text.
    """
    return code if kind is ListKind.CHART else code.casefold()


def plan_list(
    parsed: ParsedList, stored: Iterable[Stored], gl_codes: Collection[str] = ()
) -> tuple[ListLine, ...]:
    """What becomes of each line, in the order of the file.

    Args:
        parsed: the file.
        stored: what the same client, or the firm, has now.
        gl_codes: the codes that a vendor may bring by default; looked at for vendors alone.
    """
    kind = parsed.kind
    everything = list(stored)
    by_code = {same_code(kind, one.values["code"]): one for one in everything if one.values["code"]}
    nameless = _without_code(parsed.entries, everything)
    lines = []
    for entry in parsed.entries:
        default_gl = entry.values.get("default_gl", "")
        if default_gl and default_gl not in gl_codes:
            lines.append(_unknown_gl(entry, default_gl))
            continue
        known = by_code.get(same_code(kind, entry.values["code"]))
        known = known or nameless.get(_plain_name(entry.values["name"]))
        lines.append(_compared(kind, entry, known))
    return tuple(sorted([*lines, *parsed.rejected], key=lambda line: line.line))


def not_in_file(parsed: ParsedList, stored: Iterable[Stored], lines: Sequence[ListLine]) -> int:
    """How many stored entries the file does not name at all; they stay as they are."""
    named = {same_code(parsed.kind, line.code) for line in lines}
    touched = {line.entry_id for line in lines}
    return sum(
        one.id not in touched and same_code(parsed.kind, one.values["code"]) not in named
        for one in stored
    )


def _without_code(entries: Iterable[Entry], stored: Sequence[Stored]) -> dict[str, Stored]:
    """Stored entries that nobody gave a code yet, by name; the file's line gives it.

    Only where the name is the file's and the list's only one: nothing is guessed.
    """
    in_file = Counter(_plain_name(entry.values["name"]) for entry in entries)
    in_list = Counter(_plain_name(one.values["name"]) for one in stored)
    return {
        name: one
        for one in stored
        if not one.values["code"]
        and in_file[name := _plain_name(one.values["name"])] == in_list[name] == 1
    }


def _plain_name(name: str) -> str:
    return " ".join(name.casefold().split())


def _unknown_gl(entry: Entry, code: str) -> ListLine:
    return ListLine(
        entry.line,
        entry.values["code"],
        entry.values["name"],
        Fate.REJECTED,
        f"Default GL code {code} is not in the chart of accounts. "
        "Import the chart first, or correct the code.",
    )


def _compared(kind: ListKind, entry: Entry, known: Stored | None) -> ListLine:
    code, name = entry.values["code"], entry.values["name"]
    if known is None:
        return ListLine(entry.line, code, name, Fate.NEW, changes=entry.values)
    changes = {
        field: value
        for field, value in entry.values.items()
        if value and value != known.values[field]
    }
    if not changes:
        return ListLine(entry.line, code, name, Fate.UNCHANGED, entry_id=known.id)
    words = "; ".join(
        f"{FIELDS[kind][field]}: {known.values[field] or '(none)'} → {value}"
        for field, value in changes.items()
    )
    return ListLine(entry.line, code, name, Fate.CHANGED, words, known.id, changes)
