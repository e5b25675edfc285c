"""Any sequence of changes and undos, by two people, equals a model that a person can follow.

In the model every change leads a row from one state to another; taking it back is possible from
the state it led to, and leads to the one before. Only a state's codes are looked at.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import BatchKind
from ledgersync.domain.changes import Change
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.transactions import Transaction
from ledgersync.errors import InvalidInput
from ledgersync.services import changes, reviewing, undoing
from ledgersync.services.clicks import Click
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row

ROWS = 3
Value = tuple[str, Standing]
Way = tuple[int, int]  # from one state to another
EMPTY: Value = ("", Standing.TO_REVIEW)


@dataclass
class Model:
    """The value of every state, the state of every row, and what each batch did to which row."""

    values: list[Value] = field(default_factory=lambda: [EMPTY] * ROWS)
    now: list[int] = field(default_factory=lambda: list(range(ROWS)))
    batches: dict[str, dict[int, Way]] = field(default_factory=dict)

    def row(self, at: int) -> Value:
        return self.values[self.now[at]]

    def change(self, batch_id: str, new: dict[int, Value]) -> None:
        done = {}
        for at, value in new.items():
            self.values.append(value)
            done[at] = (self.now[at], len(self.values) - 1)
            self.now[at] = len(self.values) - 1
        self.batches[batch_id] = done

    def can_go_back(self, batch_id: str) -> set[int]:
        done = self.batches[batch_id]
        return {at for at, (_, after) in done.items() if self.now[at] == after}

    def undo(self, batch_id: str, undo_id: str) -> None:
        back = self.can_go_back(batch_id)
        self.batches[undo_id] = {at: self.batches[batch_id][at][::-1] for at in back}
        for at in back:
            self.now[at] = self.batches[batch_id][at][0]


CODES = st.sampled_from(["6100", "6200"])
WHO = st.booleans()
EDITS = st.tuples(st.just("edit"), WHO, st.sets(st.integers(0, ROWS - 1), min_size=1), CODES)
ACCEPTS = st.tuples(st.just("accept"), WHO, st.sets(st.integers(0, ROWS - 1), min_size=1), CODES)
ASIDES = st.tuples(
    st.sampled_from(["exclude", "reopen"]),
    WHO,
    st.sets(st.integers(0, ROWS - 1), min_size=1),
    CODES,
)
UNDOS = st.tuples(st.just("undo"), WHO, st.integers(0, 9), CODES)
ACTIONS = st.lists(st.one_of(EDITS, ACCEPTS, ASIDES, UNDOS, UNDOS), min_size=1, max_size=9)


@pytest.fixture
def books(office: Office) -> Office:
    """An office with three rows in October, that name no vendor."""
    texts = ("QUARTZ KITE", "BLUE LATHE", "SHELL OIL")
    office.feed.rows["A1"] = [row(f"t{n}", description=text) for n, text in enumerate(texts)]
    office.sync()
    office.set_up()
    office.load()
    office.hire("Robin")
    return office


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(actions=ACTIONS)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_any_sequence_equals_the_model(books: Office, actions: list[tuple[object, ...]]) -> None:
    with _afresh(books) as desk:
        for action in actions:
            desk.act(*action)
            desk.compare()


@dataclass
class Desk:
    """Acts on the office and on the model at once."""

    office: Office
    people: tuple[Actor, Actor]
    account_id: str
    model: Model = field(default_factory=Model)

    def rows(self) -> tuple[Transaction, ...]:
        office = self.office
        sheet = reviewing.review_sheet(office.admin, office.workspace, self.account_id, OCTOBER)
        return sheet.rows

    def act(self, what: object, who: object, which: object, code: object) -> None:
        actor = self.people[bool(who)]
        if what == "undo":
            assert isinstance(which, int)
            self._undo(actor, which)
        else:
            assert isinstance(which, set)
            self._change(actor, str(what), sorted(which), str(code))

    def _change(self, actor: Actor, what: str, at: list[int], code: str) -> None:
        rows = self.rows()
        new = {one: _wanted(what, self.model.row(one), code) for one in at}
        edits = [_edit(what, rows[one].id, rows[one].version, code) for one in at]
        kind = BatchKind.ACCEPT if what == "accept" else BatchKind.EDIT
        saved = reviewing.save_edits(
            actor, self.office.workspace, self.account_id, edits, Click(kind)
        )
        changed = {one: value for one, value in new.items() if value != self.model.row(one)}
        assert saved.saved == len(changed)
        if changed:
            self.model.change(saved.batch_id, changed)

    def _undo(self, actor: Actor, which: int) -> None:
        known = list(self.model.batches)
        if not known:
            return
        batch_id = known[which % len(known)]
        expected = self.model.can_go_back(batch_id)
        try:
            undone = undoing.undo(actor, self.office.workspace, batch_id)
        except InvalidInput:
            assert not expected
            return
        assert len(undone.restored) == len(expected)
        if expected:
            [newest] = self._listed()[:1]
            self.model.undo(batch_id, newest.id)

    def _listed(self) -> list[Change]:
        found = changes.list_changes(self.people[0], self.office.workspace, self.account_id)
        return [change for change in found if not change.load]

    def compare(self) -> None:
        """Rows are what the model says, and the list foretells what each undo would do."""
        expected = [self.model.row(at) for at in range(ROWS)]
        assert [_value(row) for row in self.rows()] == expected
        foretold = {change.id: len(change.outlook.back) for change in self._listed()}
        assert foretold == {id_: len(self.model.can_go_back(id_)) for id_ in self.model.batches}


def _value(row: Transaction) -> Value:
    standing = {s.value: s for s in Standing}.get(row.status.value, Standing.TO_REVIEW)
    return ("" if row.suggested else row.gl_code, standing)


def _wanted(what: str, before: Value, code: str) -> Value:
    match what:
        case "edit":
            # A code that stands there already is no change: a page may send its edits again.
            keeps = before[1] is Standing.EXCLUDED or code == before[0]
            return (code, before[1] if keeps else Standing.REVIEWED)
        case "accept":
            return (code, Standing.REVIEWED)
        case "exclude":
            return (before[0], Standing.EXCLUDED)
    return (before[0], Standing.TO_REVIEW)


def _edit(what: str, row_id: str, version: int, code: str) -> Edit:
    match what:
        case "edit":
            return Edit(row_id, version, gl_code=code)
        case "accept":
            return Edit(row_id, version, "", code, Standing.REVIEWED)
        case "exclude":
            return Edit(row_id, version, standing=Standing.EXCLUDED)
    return Edit(row_id, version, standing=Standing.TO_REVIEW)


@contextmanager
def _afresh(office: Office) -> Iterator[Desk]:
    """The office without any decision, as every example finds it."""
    with office.workspace.database.writing() as tx:
        for table in ("batch_items", "batches", "decisions", "suggestions"):
            tx.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  our own names
    yield Desk(office, (office.admin, Actor("robin", "Robin")), office.account().id)
