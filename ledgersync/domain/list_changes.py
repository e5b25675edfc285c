"""Changes of lists and rules: what was done at once, and what of it can still be taken back.

An entry's recorded changes lie on one another. The topmost that stands can be taken back, where
the entry still is as that change left it and nothing hangs on it; then the one below it can.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Values = Mapping[str, object]  # of an entry, as JSON can hold them


class ListSubject(StrEnum):
    """What was changed."""

    CLIENTS = "clients"
    VENDORS = "vendors"
    CHART = "chart"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class ListItem:
    """An entry of a change: its values before and after, None where there was no such entry.

    `name` is what people call it. `undone` tells that it went back since.
    """

    entry_id: str
    name: str
    before: Values | None
    after: Values | None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class ListChange:
    """What one import or one click did to a list. `client_id` is "" for the firm's lists and rules.

    `undone_by` is "" until something of it was taken back.
    """

    id: str
    subject: ListSubject
    client_id: str
    at: datetime
    user_id: str
    user_name: str
    words: str
    added: int
    changed: int
    removed: int
    undone_at: datetime | None = None
    undone_by: str = ""


class Why(StrEnum):
    """Why an entry stays as it is."""

    CHANGED_LATER = "changed later"
    CHANGED = "changed"
    USED = "used"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class Stay:
    """An entry that stays. `who` changed it later, `words` say by what, what uses it, or lacks."""

    name: str
    why: Why
    words: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What taking a change back would do: the entries that go back, and those that stay."""

    back: tuple[ListItem, ...] = ()
    stay: tuple[Stay, ...] = ()

    def grouped(self) -> list[tuple[Stay, list[str]]]:
        """The reasons to stay, each once with the names of its entries, the most frequent first."""
        found: dict[Stay, list[str]] = {}
        for stay in self.stay:
            found.setdefault(Stay("", stay.why, stay.words, stay.who), []).append(stay.name)
        return sorted(found.items(), key=lambda group: -len(group[1]))


@dataclass(frozen=True, slots=True)
class ListedChange:
    """A change with what undoing it would do now. `owner` names the client whose list it was.

    Of an import of lists the rest goes back where some entries stay. Rules work together, so that
    a change of rules goes back `whole` or not at all. `refusal` says why this person may not.
    """

    change: ListChange
    outlook: Outlook
    owner: str = ""
    refusal: str = ""

    @property
    def whole(self) -> bool:
        return self.change.subject is ListSubject.RULES

    @property
    def can_be_undone(self) -> bool:
        if self.refusal or (self.whole and self.outlook.stay):
            return False
        return bool(self.outlook.back)


@dataclass(frozen=True, slots=True)
class Topmost:
    """The newest change that stands on an entry: which, whose, and what it did."""

    change_id: str
    who: str
    words: str


def _nothing(_item: ListItem) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Facts:
    """How entries stand, by id: their values (None for none), and what was done to them last.

    `used` says what uses an entry, so that it can't be taken away, nor its code where entries are
    used `by_code`. `lacks` says why an item's former values can't be had any more, "" for nothing.
    """

    now: Mapping[str, Values | None]
    topmost: Mapping[str, Topmost]
    used: Mapping[str, str] = field(default_factory=dict)
    lacks: Callable[[ListItem], str] = _nothing
    by_code: bool = False


def plan_list_undo(change_id: str, items: Sequence[ListItem], facts: Facts) -> Outlook:
    """Which entries of a change can get the values before it back; those that have are passed over.

    An entry that it added goes away where nothing uses it, one that it removed comes back.
    """
    open_items = [item for item in items if not item.undone]
    stay = {item.entry_id: s for item in open_items if (s := _stays(change_id, item, facts))}
    back = tuple(item for item in open_items if item.entry_id not in stay)
    return Outlook(back, tuple(stay.values()))


def _stays(change_id: str, item: ListItem, facts: Facts) -> Stay | None:
    top = facts.topmost.get(item.entry_id)
    if top and top.change_id != change_id:
        return Stay(item.name, Why.CHANGED_LATER, top.words, top.who)
    if facts.now.get(item.entry_id) != item.after:
        return Stay(item.name, Why.CHANGED)
    if item.before is None or (facts.by_code and takes_code_away(item)):
        used = facts.used.get(item.entry_id, "")
        if used:
            return Stay(item.name, Why.USED, used)
    lacking = facts.lacks(item) if item.before else ""
    return Stay(item.name, Why.LACKING, lacking) if lacking else None


def takes_code_away(item: ListItem) -> bool:
    """Whether undoing leaves no entry of the code that this one has now."""
    return item.after is not None and (item.before or {}).get("code") != item.after.get("code")


def counts(items: Collection[ListItem]) -> tuple[int, int, int]:
    """How many entries were added, changed and removed."""
    added = sum(item.before is None for item in items)
    removed = sum(item.after is None for item in items)
    return added, len(items) - added - removed, removed
