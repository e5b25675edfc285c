"""Ties, statements and closed periods, on what a scripted LedgerSync serves."""

from datetime import date

import pytest

from ledgersync.domain.batches import BatchKind
from ledgersync.domain.changes import Change
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.periods import Period
from ledgersync.domain.ties import Source, Tie
from ledgersync.domain.transactions import Status
from ledgersync.domain.undoing import Why
from ledgersync.errors import InvalidInput, ListChanged
from ledgersync.services import (
    changes,
    closing,
    feed_statements,
    reviewing,
    statements,
    ties,
    undoing,
)
from ledgersync.services.clicks import Click
from ledgersync.services.statements import TypedStatement
from ledgersync.services.ties import AccountTie
from tests.bankfeed.feed_server import plain
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row, statement

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
# The fixture's two rows move -42.50 in October.
OF_SEPTEMBER = statement("s9", "2026-09-01", "2026-09-30", 80.0, 100.0)
OF_OCTOBER = statement("s10", "2026-10-01", "2026-10-31", None, 57.5)


def told(office: Office, period: Period = OCTOBER) -> AccountTie:
    return ties.account_tie(office.admin, office.workspace, office.account().id, period)


def served(office: Office, *papers: object) -> Office:
    office.feed.statements["A1"] = list(papers)
    office.load()
    return office


@pytest.fixture
def tied(loaded: Office) -> Office:
    """An office whose October ties to LedgerSync's statement."""
    return served(loaded, OF_SEPTEMBER, OF_OCTOBER)


def type_in(office: Office, closing_: str, **more: object) -> str:
    paper = TypedStatement(
        **{"start": OCTOBER.start, "end": OCTOBER.end, "closing": closing_, **more}  # type: ignore[arg-type]
    )
    return statements.add_statement(office.admin, office.workspace, office.account().id, paper)


def test_a_load_brings_the_statements_and_october_ties(tied: Office) -> None:
    found = told(tied)
    assert (found.tie.opening.cents, found.tie.money_in, found.tie.money_out) == (10_000, 0, 4_250)
    assert (found.tie.closing, found.tie.difference, found.tie.tie) == (5_750, 0, Tie.TIES)
    assert found.not_loaded == ()
    [state] = closing.tie_states(tied.admin, tied.workspace, OCTOBER).values()
    assert (state.tie, state.difference, state.closed) == (Tie.TIES, 0, False)


def test_statements_are_stored_once_and_follow_ledgersync(tied: Office) -> None:
    served(tied, OF_SEPTEMBER, OF_OCTOBER)
    assert len(told(tied).statements) == 2
    before = len(tied.audit())
    served(tied, OF_SEPTEMBER, {**OF_OCTOBER, "closingBalance": 60.0})
    assert told(tied).tie.difference == 250
    [entry] = [e for e in tied.audit()[: len(tied.audit()) - before] if e.subject == "statement"]
    assert (entry.action, "6000" in entry.detail) == ("change", True)
    served(tied, OF_SEPTEMBER)
    assert len(told(tied).statements) == 1
    assert told(tied).tie.tie is Tie.NO_STATEMENT


def test_an_empty_or_shorter_list_forgets_nothing_that_came_before(tied: Office) -> None:
    served(tied, OF_OCTOBER)
    assert len(told(tied).statements) == 2
    served(tied)
    assert len(told(tied).statements) == 2


def test_statements_that_fail_are_a_line_and_fail_nothing(loaded: Office) -> None:
    loaded.feed.faults["/accounts/A1/statements"] = plain({"error": "no"}, 403)
    report = loaded.load()
    assert report.state == "done"
    [line] = report.notes
    assert (report.state, report.problems) == ("done", ())
    assert "Checking A1" in line
    assert "statements could not be read" in line


def test_a_statement_that_ends_before_it_starts_is_left_out_and_said(loaded: Office) -> None:
    loaded.feed.statements["A1"] = [statement("s", "2026-10-31", "2026-10-01", 1, 2)]
    [line] = loaded.load().notes
    assert "ends before it starts" in line
    assert told(loaded).statements == ()


def test_loads_of_several_clients_ask_for_no_statements(office: Office) -> None:
    office.feed.clients = {"C1": ["A1"], "C2": ["B1"]}
    office.sync()
    office.load()
    assert not [call for call in office.server.calls if call.path.endswith("/statements")]
    ids = [account.id for account in office.accounts()]
    assert feed_statements.load_statements(office.admin, office.workspace, ids) == ()
    assert len([c for c in office.server.calls if c.path.endswith("/statements")]) == 2


def test_filters_and_decisions_change_no_sum_but_duplicates_do(tied: Office) -> None:
    first, second = tied.rows()
    tied.save(Edit(first.id, first.version, standing=Standing.EXCLUDED))
    assert told(tied).tie.tie is Tie.TIES
    assert told(tied).counts.excluded == 1
    again = reviewing.save_edits(
        tied.admin,
        tied.workspace,
        tied.account().id,
        [Edit(second.id, second.version, standing=Standing.EXCLUDED)],
        Click(BatchKind.DUPLICATE, "Took out a duplicate"),
    )
    found = told(tied)
    assert (found.counts.rows, found.counts.excluded, found.counts.duplicates) == (1, 1, 1)
    assert found.tie.difference == second.amount
    [clue] = ties.tie_clues(tied.admin, tied.workspace, tied.account().id, OCTOBER)
    assert clue.ids == (second.id,)
    [state] = closing.tie_states(tied.admin, tied.workspace, OCTOBER).values()
    assert (state.tie, state.difference) == (Tie.OFF, second.amount)
    undoing.undo(tied.admin, tied.workspace, again.batch_id)
    assert told(tied).tie.tie is Tie.TIES


def test_a_duplicate_that_is_excluded_anew_counts_again(tied: Office) -> None:
    _, second = tied.rows()
    out = [Edit(second.id, second.version, standing=Standing.EXCLUDED)]
    click = Click(BatchKind.DUPLICATE, "Took out a duplicate")
    reviewing.save_edits(tied.admin, tied.workspace, tied.account().id, out, click)
    tied.save(Edit(second.id, 1, standing=Standing.TO_REVIEW))
    tied.save(Edit(second.id, 2, standing=Standing.EXCLUDED))
    assert told(tied).counts.duplicates == 0
    assert told(tied).tie.tie is Tie.TIES


def test_a_duplicate_stays_one_where_the_rest_of_its_click_is_undone(tied: Office) -> None:
    tied.feed.rows["A1"].append(row("t3", "2026-10-07", -10.0, description="QUARTZ KITE"))
    tied.load()
    first, other, third = tied.rows()
    out = [Edit(r.id, r.version, standing=Standing.EXCLUDED) for r in (first, third)]
    click = Click(BatchKind.DUPLICATE, "Excluded 2 rows of statement files as listed twice")
    saved = reviewing.save_edits(tied.admin, tied.workspace, tied.account().id, out, click)
    tied.save(Edit(first.id, 1, gl_code="6200"))
    assert undoing.undo(tied.admin, tied.workspace, saved.batch_id).restored == (third.id,)
    found = told(tied)
    assert (found.counts.duplicates, found.counts.excluded) == (1, 0)
    assert found.tie.money_out == -(other.amount + third.amount)
    [undo, *_] = _changes(tied)
    undoing.undo(tied.admin, tied.workspace, undo.id)
    assert told(tied).counts.duplicates == 2


def test_pending_and_vanished_rows_do_not_count(tied: Office) -> None:
    tied.feed.rows["A1"].append(row("t3", "2026-10-30", -5.0, pending=True))
    tied.feed.rows["A1"].pop(0)
    tied.load()
    found = told(tied)
    assert (found.tie.money_out, found.counts.pending, found.counts.rows) == (3_000, 1, 1)
    assert found.tie.difference == -1_250


def test_an_opening_from_ledgersyncs_balance_is_no_proof(loaded: Office) -> None:
    loaded.feed.account_values["A1"] = {"balance": 57.5, "balanceDate": "2026-10-31"}
    loaded.sync()
    found = told(served(loaded, OF_OCTOBER))
    assert (found.tie.opening.source, found.tie.opening.cents) == (Source.FEED, 10_000)
    assert found.tie.tie is Tie.NO_OPENING
    [state] = closing.tie_states(loaded.admin, loaded.workspace, OCTOBER).values()
    assert (state.tie, state.difference) == (Tie.NO_OPENING, None)


def test_a_card_whose_balances_are_what_is_owed_ties(office: Office) -> None:
    office.feed.account_values["A1"] = {"type": "credit_card"}
    office.sync()
    office.feed.statements["A1"] = [
        statement("s10", "2026-10-01", "2026-10-31", 100.0, 142.5),
    ]
    office.load()
    found = told(office)
    assert (found.tie.tie, found.tie.closing) == (Tie.TIES, -14_250)
    assert [s.closing for s in found.statements] == [-14_250]
    [state] = closing.tie_states(office.admin, office.workspace, OCTOBER).values()
    assert state.tie is Tie.TIES


def test_typed_in_balances_make_it_tie_and_can_be_corrected(loaded: Office) -> None:
    type_in(loaded, "100.00", start=SEPTEMBER.start, end=SEPTEMBER.end)
    assert type_in(loaded, "$75.50") == ""
    found = told(loaded)
    assert (found.tie.tie, found.tie.difference) == (Tie.OFF, 1_800)
    mine = found.tie.statement
    assert mine
    right = TypedStatement(OCTOBER.start, OCTOBER.end, "57.50", "100")
    statements.change_statement(loaded.admin, loaded.workspace, mine.id, mine.version, right)
    assert told(loaded).tie.tie is Tie.TIES
    with pytest.raises(ListChanged):
        statements.change_statement(loaded.admin, loaded.workspace, mine.id, mine.version, right)
    with pytest.raises(ListChanged):
        statements.delete_statement(loaded.admin, loaded.workspace, mine.id, mine.version)
    statements.delete_statement(loaded.admin, loaded.workspace, mine.id, mine.version + 1)
    assert told(loaded).tie.tie is Tie.NO_STATEMENT
    actions = [e.action for e in loaded.audit() if e.subject == "statement"]
    assert actions == ["delete", "change", "add", "add"]


def test_on_a_card_what_is_typed_is_owed(office: Office) -> None:
    office.feed.account_values["A1"] = {"type": "credit_card"}
    office.sync()
    office.load()
    type_in(office, "142.50", opening="100.00")
    assert told(office).tie.tie is Tie.TIES
    assert told(office).tie.closing == -14_250


@pytest.mark.parametrize(
    ("closing_", "more", "words"),
    [
        ("", {}, "The closing balance: The amount is empty."),
        ("12.345", {}, "fractions of a cent"),
        ("57.50", {"opening": "ten"}, "The opening balance: The amount 'ten' is not an amount"),
        ("57.50", {"end": date(2026, 9, 30)}, "ends on 09/30/2026, before it starts"),
        ("57.50", {"end": date(2100, 1, 1)}, "in the future"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_what_cannot_be_is_refused_in_words(
    loaded: Office, closing_: str, more: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidInput, match=r"balance|statement") as refused:
        type_in(loaded, closing_, **more)
    assert words in str(refused.value)
    assert told(loaded).statements == ()


def test_the_same_end_twice_is_refused_and_an_overlap_is_said(tied: Office) -> None:
    said = type_in(tied, "57.50", start=date(2026, 9, 15), end=date(2026, 10, 15))
    assert said == "Its days overlap the statement of 09/01/2026 to 09/30/2026."
    with pytest.raises(InvalidInput, match="typed in a statement of 10/15/2026 already"):
        type_in(tied, "57.50", start=date(2026, 10, 1), end=date(2026, 10, 15))


def test_a_typed_balance_goes_before_ledgersyncs_and_both_are_said(tied: Office) -> None:
    type_in(tied, "60.00")
    found = told(tied)
    assert found.tie.difference == 250
    assert "LedgerSync has $57.50." in " ".join(found.tie.notes)
    fed = next(s for s in found.statements if not s.typed)
    with pytest.raises(InvalidInput, match="can't be changed here"):
        statements.delete_statement(tied.admin, tied.workspace, fed.id, fed.version)


def close(office: Office) -> None:
    closing.close_period(office.admin, office.workspace, office.account().id, OCTOBER)


def account(office: Office) -> BankAccount:
    return office.account()


def test_closing_names_everything_that_is_missing(loaded: Office) -> None:
    loaded.feed.rows["A1"].append(row("t3", "2026-10-30", -5.0, pending=True))
    loaded.load()
    with pytest.raises(InvalidInput) as refused:
        close(loaded)
    for words in ("No statement for 10/31/2026", "3 rows are still to review", "1 row is still"):
        assert words in refused.value.sentence


def _changes(office: Office) -> list[Change]:
    return changes.list_changes(office.admin, office.workspace, account(office).id)


def test_what_reaches_beyond_a_closed_period_is_undone_outside_of_it(tied: Office) -> None:
    tied.feed.rows["A1"].append(row("t3", "2026-11-01", -5.0))
    both = Period(OCTOBER.start, date(2026, 11, 1))
    tied.load(both)
    rows = tied.rows(period=both)
    saved = tied.save(*[Edit(r.id, r.version, gl_code="6200") for r in rows])
    close(tied)
    [one] = [one for one in _changes(tied) if not one.load]
    assert one.can_be_undone
    undone = undoing.undo(tied.admin, tied.workspace, saved.batch_id)
    [later] = [r.id for r in rows if r.date.month == 11]
    assert undone.restored == (later,)
    why = {(stay.why, stay.who) for stay in undone.outlook.stay}
    assert why == {(Why.CLOSED, tied.admin.name)}
    open_now = [r.id for r in tied.rows(period=both) if r.status is Status.TO_REVIEW]
    assert open_now == [later]


def test_a_closed_period_takes_no_decisions_until_it_is_reopened(tied: Office) -> None:
    tied.code_all()
    close(tied)
    shut = told(tied).closed
    assert shut
    assert (shut.closing, shut.rows, shut.closed_by) == (5_750, 2, tied.admin.name)
    [state] = closing.tie_states(tied.admin, tied.workspace, OCTOBER).values()
    assert state.closed
    first = tied.rows()[0]
    [batch] = [one for one in _changes(tied) if not one.load]
    assert not batch.can_be_undone
    assert undoing.last_change(tied.admin, tied.workspace, account(tied).id) is None
    for refused in (
        lambda: tied.save(Edit(first.id, first.version, gl_code="6200")),
        lambda: undoing.undo(tied.admin, tied.workspace, batch.id),
        lambda: type_in(tied, "60.00"),
        lambda: close(tied),
    ):
        with pytest.raises(InvalidInput, match=r"10/01/2026 to 10/31/2026 is closed"):
            refused()
    assert tied.rows()[0].gl_code == "6100"
    # What is stored already may be sent again: a page does so.
    assert tied.save(Edit(first.id, first.version, gl_code="6100")).saved == 0
    with pytest.raises(InvalidInput, match="reason"):
        closing.reopen_period(tied.admin, tied.workspace, shut.id, "  ")
    closing.reopen_period(tied.admin, tied.workspace, shut.id, "A late fee")
    with pytest.raises(InvalidInput, match="reopened it already"):
        closing.reopen_period(tied.admin, tied.workspace, shut.id, "Again")
    [record] = told(tied).closings
    assert (record.closed, record.reopened_by, record.reopen_reason) == (
        False,
        tied.admin.name,
        "A late fee",
    )
    assert tied.save(Edit(first.id, first.version, gl_code="6200")).saved == 1
    close(tied)
    assert [e.action for e in tied.audit() if e.subject == "period"] == ["close", "reopen", "close"]


def test_a_period_that_was_closed_in_parts_is_closed(tied: Office) -> None:
    half = statement("h1", "2026-10-01", "2026-10-15", None, 57.5)
    served(tied, OF_SEPTEMBER, half, OF_OCTOBER)
    tied.code_all()
    parts = [
        Period(date(2026, 10, first), date(2026, 10, last)) for first, last in ((1, 15), (16, 31))
    ]
    closing.close_period(tied.admin, tied.workspace, account(tied).id, parts[0])
    assert told(tied).closed is None
    closing.close_period(tied.admin, tied.workspace, account(tied).id, parts[1])
    shut = told(tied).closed
    assert shut is not None
    assert shut.period == parts[1]
    [state] = closing.tie_states(tied.admin, tied.workspace, OCTOBER).values()
    assert state.closed
    tied.feed.rows["A1"] += [row("t3", "2026-10-02", -5.0), row("t4", "2026-10-30", -5.0)]
    tied.load()
    assert told(tied).moved_since == 2


def test_a_row_whose_day_left_a_closed_period_is_counted(tied: Office) -> None:
    tied.code_all()
    close(tied)
    tied.feed.rows["A1"][1]["postedDate"] = "2026-11-01"
    tied.load(Period(OCTOBER.start, date(2026, 11, 2)))
    found = told(tied)
    assert (found.moved_since, found.tie.tie) == (1, Tie.OFF)


def test_rows_that_come_after_closing_are_stored_and_counted(tied: Office) -> None:
    tied.code_all()
    close(tied)
    assert told(tied).moved_since == 0
    tied.feed.rows["A1"] += [row("t3", "2026-10-30", -5.0), row("t4", "2026-11-02", -5.0)]
    tied.load(Period(OCTOBER.start, date(2026, 11, 5)))
    found = told(tied)
    assert found.moved_since == 1
    assert found.closed
    assert found.tie.tie is Tie.OFF
