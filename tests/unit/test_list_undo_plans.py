"""What can be undone of changes of lists and rules: any sequence equals layers on layers."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync import clock
from ledgersync.domain.list_change_words import reasons, undone_words
from ledgersync.domain.list_changes import (
    Facts,
    ListChange,
    ListedChange,
    ListItem,
    ListSubject,
    Outlook,
    Stay,
    Topmost,
    Values,
    Why,
    plan_list_undo,
)

ENTRIES = "abc"
Action = tuple[str, object]


def values(number: int) -> Values | None:
    return {"name": f"value {number}"} if number else None


@dataclass
class Lists:
    """A list with its recorded changes, undone by the plans."""

    used: set[str]
    now: dict[str, Values | None] = field(default_factory=dict)
    changes: dict[str, list[ListItem]] = field(default_factory=dict)

    def change(self, change_id: str, wanted: dict[str, Values | None]) -> None:
        items = [ListItem(e, e, self.now.get(e), new) for e, new in wanted.items()]
        self.changes[change_id] = items
        self.now |= wanted

    def plan(self, change_id: str) -> Outlook:
        topmost = {
            item.entry_id: Topmost(id_, "Dana", id_)
            for id_, items in self.changes.items()
            for item in items
            if not item.undone
        }
        used = dict.fromkeys(self.used, "rules")
        return plan_list_undo(change_id, self.changes[change_id], Facts(self.now, topmost, used))

    def undo(self, change_id: str) -> None:
        back = {item.entry_id: item.before for item in self.plan(change_id).back}
        self.now |= back
        self.changes[change_id] = [
            replace(item, undone=item.undone or item.entry_id in back)
            for item in self.changes[change_id]
        ]


@dataclass
class Model:
    """Every entry is a pile of (who changed it, value): only what lies on top can be taken off."""

    used: set[str]
    piles: defaultdict[str, list[tuple[str, Values | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def value(self, entry: str, below: int = 0) -> Values | None:
        pile = self.piles[entry]
        return pile[-1 - below][1] if len(pile) > below else None

    def can_go_back(self, change_id: str) -> set[str]:
        return {
            entry
            for entry, pile in list(self.piles.items())
            if pile and pile[-1][0] == change_id
            and not (entry in self.used and self.value(entry, below=1) is None)
        }  # fmt: skip

    def undo(self, change_id: str) -> None:
        for entry in self.can_go_back(change_id):
            self.piles[entry].pop()


IMPORTS = st.tuples(
    st.just("import"),
    st.dictionaries(st.sampled_from(ENTRIES), st.booleans(), min_size=1),
)
STRANGERS = st.tuples(st.just("by hand"), st.sampled_from(ENTRIES))
UNDOS = st.tuples(st.just("undo"), st.integers(0, 9))


@given(
    used=st.sets(st.sampled_from(ENTRIES)),
    actions=st.lists(st.one_of(IMPORTS, STRANGERS, UNDOS, UNDOS), max_size=12),
)
def test_any_sequence_equals_the_model(used: set[str], actions: list[Action]) -> None:
    lists, model = Lists(used), Model(used)
    for number, (what, which) in enumerate(actions, start=1):
        new, stranger = f"change {number}", f"hand {number}"
        if isinstance(which, dict):
            wanted = {e: values(number if kept else 0) for e, kept in which.items()}
            wanted = {e: v for e, v in wanted.items() if v != model.value(e)}
            lists.change(new, wanted)
            for entry, value in wanted.items():
                model.piles[entry].append((new, value))
        elif isinstance(which, str):
            lists.now[which] = values(number)
            model.piles[which].append((stranger, values(number)))
        elif lists.changes:
            assert what == "undo"
            assert isinstance(which, int)
            known = list(lists.changes)
            lists.undo(known[which % len(known)])
            model.undo(known[which % len(known)])
        assert {e: lists.now.get(e) for e in ENTRIES} == {e: model.value(e) for e in ENTRIES}
        foretold = {id_: {i.entry_id for i in lists.plan(id_).back} for id_ in lists.changes}
        assert foretold == {id_: model.can_go_back(id_) for id_ in lists.changes}


ADDED = ListItem("a", "Harbor", None, values(1))
CHANGED = ListItem("a", "Harbor", values(1), values(2))


def stay_of(item: ListItem, facts: Facts) -> Stay:
    [stay] = plan_list_undo("own", [item], facts).stay
    return stay


def test_what_stays_says_why() -> None:
    own = {"a": Topmost("own", "Dana", "Imported a.csv")}
    other = {"a": Topmost("later", "Maria", "Imported b.csv")}
    now = {"a": values(1)}
    assert stay_of(ADDED, Facts(now, other)) == Stay(
        "Harbor", Why.CHANGED_LATER, "Imported b.csv", "Maria"
    )
    assert stay_of(ADDED, Facts({"a": values(9)}, own)).why is Why.CHANGED
    assert stay_of(ADDED, Facts(now, own, {"a": "rules"})) == Stay("Harbor", Why.USED, "rules")
    gone = Facts({"a": values(2)}, own, {"a": "rules"}, lambda _: "no GL code 1")
    assert stay_of(CHANGED, gone) == Stay("Harbor", Why.LACKING, "no GL code 1")


CHANGE = ListChange(
    "c", ListSubject.VENDORS, "", clock.now(), "dana", "Dana", "Imported a.csv", 3, 1, 0
)


@pytest.mark.parametrize(
    ("stay", "said"),
    [
        (
            [Stay(name, Why.USED, "rules") for name in ("A", "B", "C", "D", "E")],
            "5 vendors (A, B, C and 2 more) are in use: rules",
        ),
        ([Stay("A", Why.CHANGED)], "A was changed since"),
        (
            [Stay("A", Why.CHANGED_LATER, "Imported b.csv", "Maria")],
            "A was changed later by Maria: Imported b.csv",
        ),
        (
            [Stay("A", Why.LACKING, "GL code 9 is no longer in the chart")],
            "A would not work as before: GL code 9 is no longer in the chart",
        ),
    ],
)
def test_reasons_count_and_name_up_to_three(stay: list[Stay], said: str) -> None:
    assert reasons(ListSubject.VENDORS, Outlook((), tuple(stay))) == said


def test_what_an_undo_did_is_said_with_what_stays() -> None:
    outlook = Outlook((ADDED, CHANGED), (Stay("Owl", Why.CHANGED),))
    assert undone_words(CHANGE, outlook) == (
        "Undid: Imported a.csv. 1 vendor removed, 1 vendor as before. "
        "1 vendor stays: Owl was changed since."
    )


def test_rules_go_back_whole_and_lists_in_part() -> None:
    partly = Outlook((ADDED,), (Stay("Owl", Why.CHANGED),))
    assert ListedChange(CHANGE, partly).can_be_undone
    assert not ListedChange(CHANGE, partly, refusal="Admins only.").can_be_undone
    assert not ListedChange(replace(CHANGE, subject=ListSubject.RULES), partly).can_be_undone
