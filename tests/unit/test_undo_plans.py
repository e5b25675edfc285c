"""What can be undone: a row goes back only from the state that a change led to."""

from dataclasses import replace

import pytest

from ledgersync.domain.batches import BatchItem
from ledgersync.domain.decisions import undecided
from ledgersync.domain.undoing import (
    Outlook,
    RowNow,
    Stay,
    Step,
    Why,
    plan_relock,
    plan_undo,
    trace,
)


def item(row_id: str, version: int, transfer_with: str = "") -> BatchItem:
    """A batch's change of a row, with what its transfer was before."""
    before = replace(undecided(row_id), version=version - 1, transfer_with=transfer_with)
    return BatchItem(version, before)


def row(version: int, *steps: Step, row_id: str = "r", transfer_with: str = "") -> RowNow:
    decision = replace(undecided(row_id), version=version, transfer_with=transfer_with)
    return RowNow(replace(decision, decided_by="Dana"), steps)


A, B = Step("a", 1, who="Dana", words="first"), Step("b", 2, who="Maria", words="second")
UNDO_B = Step("undo b", 3, undoes="b")
REDO_B = Step("redo b", 4, undoes="undo b")


def plan(batch_id: str, version: int, *steps: Step) -> Outlook:
    [own] = [step for step in steps if step.batch_id == batch_id]
    return plan_undo(batch_id, [item("r", own.version)], {"r": row(version, *steps)})


def test_the_newest_change_goes_back_and_the_one_below_it_does_not() -> None:
    assert plan("b", 2, A, B).back == ("r",)
    assert plan("a", 2, A, B).stay == (Stay("r", Why.CHANGED, "Maria", "second"),)


def test_what_is_undone_is_no_longer_in_the_way() -> None:
    assert plan("a", 3, A, B, UNDO_B).back == ("r",)
    assert plan("b", 3, A, B, UNDO_B).stay == (Stay("r", Why.TAKEN_BACK),)


def test_an_undo_goes_back_too_and_then_the_change_stands_again() -> None:
    assert plan("undo b", 3, A, B, UNDO_B).back == ("r",)
    assert plan("undo b", 4, A, B, UNDO_B, REDO_B).stay == (Stay("r", Why.TAKEN_BACK),)
    assert plan("b", 4, A, B, UNDO_B, REDO_B).back == ("r",)
    assert plan("a", 4, A, B, UNDO_B, REDO_B).stay[0].words == "second"


@pytest.mark.parametrize(("steps", "version"), [((A,), 2), ((A, Step("c", 3)), 3)])
def test_a_change_that_no_batch_recorded_is_in_the_way(
    steps: tuple[Step, ...], version: int
) -> None:
    [stay] = plan("a", version, *steps).stay
    assert stay.why is Why.CHANGED


def test_a_locked_row_stays_and_names_its_export() -> None:
    locked = replace(row(1, A), locked_by=14)
    assert plan_undo("a", [item("r", 1)], {"r": locked}).stay == (
        Stay("r", Why.EXPORTED, export=14),
    )


def transfer(first: RowNow, second: RowNow) -> Outlook:
    return plan_undo("a", [item("r", 1), item("s", 1)], {"r": first, "s": second})


def test_the_legs_of_a_transfer_go_back_together() -> None:
    first, second = row(1, A, transfer_with="s"), row(1, A, row_id="s", transfer_with="r")
    assert transfer(first, second).back == ("r", "s")


def test_or_not_at_all() -> None:
    first = row(1, A, transfer_with="s")
    second = replace(row(1, A, row_id="s", transfer_with="r"), locked_by=14)
    assert transfer(first, second).back == ()
    assert [stay.why for stay in transfer(first, second).stay] == [Why.OTHER_LEG, Why.EXPORTED]


def test_a_leg_alone_does_not_leave_the_other_behind() -> None:
    found = plan_undo("a", [item("r", 1)], {"r": row(1, A, transfer_with="s")})
    assert [stay.why for stay in found.stay] == [Why.OTHER_LEG]


def test_other_changes_of_a_leg_go_back_by_themselves() -> None:
    found = plan_undo("a", [item("r", 1, "s")], {"r": row(1, A, transfer_with="s")})
    assert found.back == ("r",)


def test_reasons_are_counted() -> None:
    changed = [Stay(id_, Why.CHANGED, "Maria") for id_ in "xyz"]
    stay = (*changed, Stay("w", Why.TAKEN_BACK))
    assert [(s.why, n) for s, n in Outlook((), stay).grouped()] == [
        (Why.CHANGED, 3),
        (Why.TAKEN_BACK, 1),
    ]


def test_an_unlocked_row_is_locked_again_unless_somebody_changed_or_exported_it() -> None:
    rows = {"r": row(1), "s": row(2), "t": replace(row(1), locked_by=15)}
    rows = {id_: replace(one, exported=True) for id_, one in rows.items()} | {"u": row(1)}
    found = plan_relock([item(id_, 1) for id_ in "rstu"], rows)
    assert found.back == ("r",)
    assert [(s.transaction_id, s.why) for s in found.stay] == [
        ("s", Why.CHANGED),
        ("t", Why.EXPORTED),
        ("u", Why.TAKEN_BACK),
    ]


def test_a_history_leads_from_state_to_state() -> None:
    spans, state = trace([UNDO_B, B, A], 3)
    assert spans == {"a": ((), ("a",)), "b": (("a",), ("a", "b")), "undo b": (("a", "b"), ("a",))}
    assert state == ("a",)
