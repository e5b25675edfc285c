"""Syncing: what a load does to the books, and what it leaves alone when LedgerSync fails."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from ledgersync import clock
from ledgersync.domain.clients import FeedStatus
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.merging import MergePlan
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Status
from ledgersync.errors import DatabaseUnavailable, NotFound
from ledgersync.services import loading, syncing
from ledgersync.services.feed_sessions import Step
from ledgersync.storage import loads, transactions
from ledgersync.storage.engine import Tx
from ledgersync.storage.tables import SYNC_RUNS
from tests.bankfeed.feed_server import plain, text
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import refusal, row

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def runs(office: Office) -> list[tuple[str, str]]:
    with office.workspace.database.reading() as tx:
        query = select(SYNC_RUNS.c.state, SYNC_RUNS.c.sentence).order_by(SYNC_RUNS.c.id)
        return [(state, sentence) for state, sentence in tx.execute(query)]


def twelve(office: Office) -> None:
    """Give the client twelve accounts with one row each."""
    names = [f"A{number:02}" for number in range(1, 13)]
    office.feed.clients = {"C1": names}
    office.feed.rows = {name: [row(f"{name}-1")] for name in names}
    office.sync()


def test_clients_and_accounts_come_and_a_second_sync_adds_none(office: Office) -> None:
    office.feed.clients = {"C1": ["A1"], "C2": []}
    office.connect()
    first = syncing.sync_clients(office.admin, office.workspace)
    again = syncing.sync_clients(office.admin, office.workspace)
    assert (first.clients, first.accounts, first.new_clients, first.new_accounts) == (2, 1, 2, 1)
    assert (again.clients, again.accounts, again.new_clients, again.new_accounts) == (2, 1, 0, 0)
    assert first.problems == again.problems == ()
    assert [(c.name, c.accounts) for c in office.clients()] == [("Client C1", 1), ("Client C2", 0)]
    assert office.account().feed_status is FeedStatus.NOT_GIVEN
    assert office.log_ins == 1


def test_a_client_that_ledgersync_drops_is_marked_and_keeps_its_work(loaded: Office) -> None:
    loaded.code_all()
    accounts = loaded.feed.clients
    loaded.feed.clients = {"C2": []}
    syncing.sync_clients(loaded.admin, loaded.workspace)
    assert {c.name: c.removed for c in loaded.clients()} == {"Client C1": True, "Client C2": False}
    assert [r.gl_code for r in loaded.rows()] == ["6100", "6100"]
    loaded.feed.clients = accounts
    syncing.sync_clients(loaded.admin, loaded.workspace)
    assert {c.name: c.removed for c in loaded.clients()} == {"Client C1": False, "Client C2": True}


def test_a_list_that_was_not_read_to_its_end_drops_nobody(office: Office) -> None:
    office.feed.clients = {"C1": ["A1"], "C2": []}
    office.sync()
    office.feed.clients = {"C1": ["A1"]}
    office.feed.total_is_off_by = 1
    report = syncing.sync_clients(office.admin, office.workspace)
    assert report.problems
    assert not any(client.removed for client in office.clients())


def test_one_client_that_is_forbidden_is_named_and_stops_no_other(office: Office) -> None:
    office.feed.clients = {"C1": ["A1"], "C2": ["B1"]}
    office.feed.faults["/clients/C1/accounts"] = refusal(403, "forbidden")
    office.connect()
    report = syncing.sync_clients(office.admin, office.workspace)
    [problem] = report.problems
    assert problem.startswith("Client C1: LedgerSync does not let this log-in see")
    assert [account.source_id for account in office.accounts()] == ["B1"]


def test_loading_twice_changes_nothing(loaded: Office) -> None:
    before, version = loaded.rows(), loaded.account().data_version
    report = loaded.load()
    assert report.state == "done"
    assert report.words() == "0 new, 0 updated, 0 removed, 0 set aside"
    assert report.total("unchanged") == 2
    assert loaded.rows() == before
    assert loaded.account().data_version == version


def test_a_report_counts_what_changed(loaded: Office) -> None:
    version = loaded.account().data_version
    loaded.feed.rows["A1"] = [row("t1", amount=-13.0), row("t3"), {"id": "t4", "amount": "soon"}]
    loaded.feed.rows["A1"][2]["postedDate"] = "2026-10-09"
    report = loaded.load()
    assert report.words() == "1 new, 1 updated, 1 removed, 1 set aside"
    assert loaded.account().data_version == version + 1
    [aside] = loading.set_aside(loaded.admin, loaded.workspace, report.run_id)
    assert aside.reason
    assert "soon" in aside.raw


def test_a_row_that_cannot_be_read_does_not_make_its_stored_row_vanish(loaded: Office) -> None:
    loaded.feed.rows["A1"][0]["amount"] = "1e999"
    report = loaded.load()
    assert (report.total("set_aside"), report.total("removed")) == (1, 0)
    assert [r.status for r in loaded.rows()] == [Status.TO_REVIEW, Status.TO_REVIEW]


@pytest.mark.parametrize("unreadable", [{"postedDate": "2026-10-09", "amount": "x"}, "no row"])
def test_a_row_without_an_id_that_cannot_be_read_proves_no_absence(
    loaded: Office, unreadable: object
) -> None:
    loaded.feed.rows["A1"] = [row("t1"), unreadable]
    assert loaded.load().total("removed") == 0


def test_a_list_that_is_named_twice_makes_no_row_vanish(loaded: Office) -> None:
    feed, before = loaded.workspace.feed, loaded.rows()
    paging = feed.profile.paging.model_copy(update={"items_field": "data.items"})
    feed.profile = feed.profile.model_copy(update={"paging": paging})
    twice = text('{"data": {"items": [], "items": []}}')
    loaded.feed.faults["/accounts/A1/transactions"] = twice
    report = loaded.load()
    assert (report.state, report.total("removed")) == ("failed", 0)
    assert "names a field twice" in report.problems[0]
    assert loaded.rows() == before


def test_an_incomplete_list_removes_nothing_and_says_so(loaded: Office) -> None:
    loaded.feed.rows["A1"] = [row("t1"), row("t9")]
    loaded.feed.total_is_off_by = 1
    report = loaded.load()
    assert report.state == "incomplete"
    assert (report.total("new"), report.total("removed")) == (1, 0)
    [problem] = report.problems
    assert problem.startswith("Pine Bank Checking A1 ...A1: ")
    assert not any(r.problem for r in loaded.rows())


def test_the_seventh_of_twelve_fails_and_stays_as_it_was(office: Office) -> None:
    twelve(office)
    office.load()
    before = office.rows("A07")
    loaded_at = office.account("A07").last_loaded_at
    for name, rows in office.feed.rows.items():
        rows.append(row(f"{name}-2"))
    office.feed.faults["/accounts/A07/transactions"] = refusal(500, "internal")
    report = office.load()
    assert report.state == "incomplete"
    assert report.words() == "11 new, 0 updated, 0 removed, 0 set aside"
    [problem] = report.problems
    assert problem.startswith("Pine Bank Checking A07 ...")
    assert office.rows("A07") == before
    assert office.account("A07").last_loaded_at == loaded_at
    assert all(
        len(office.rows(a.source_id)) == 2 for a in office.accounts() if a.source_id != "A07"
    )
    office.feed.faults.clear()
    assert office.load().words() == "1 new, 0 updated, 0 removed, 0 set aside"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (DatabaseUnavailable("The disk is full.", "Free some space."), "The disk is full. Free"),
        (RuntimeError("duplicate key"), "What LedgerSync sent could not be stored"),
    ],
    ids=["told", "unknown"],
)
def test_an_account_that_the_database_does_not_take_loses_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str
) -> None:
    twelve(office)
    refused = office.account("A07").id
    apply = transactions.apply_merges

    def applied(tx: Tx, merges: list[tuple[str, MergePlan]], *more: Any) -> None:
        apply(tx, merges, *more)
        if any(account_id == refused for account_id, _ in merges):
            raise fault

    monkeypatch.setattr(transactions, "apply_merges", applied)
    report = office.load()
    assert (report.state, report.total("new")) == ("incomplete", 11)
    [problem] = report.problems
    assert problem.startswith(f"Pine Bank Checking A07 ...A07: {said}")
    assert office.rows("A07") == []
    assert len({load.account_id for load in report.loads}) == len(report.loads) == 12
    monkeypatch.undo()
    assert office.load().words() == "1 new, 0 updated, 0 removed, 0 set aside"


def test_when_every_account_fails_the_run_failed(office: Office) -> None:
    twelve(office)
    office.feed.faults = {
        f"/accounts/{a.source_id}/transactions": refusal(403, "no") for a in office.accounts()
    }
    report = office.load()
    assert (report.state, runs(office)[-1][0]) == ("failed", "failed")
    [problem] = report.problems
    assert "and 9 more: " in problem


def test_nobody_home_leaves_a_failed_run_and_the_books_alone(loaded: Office) -> None:
    loaded.feed.tokens.clear()
    loaded.feed.faults["/authenticate"] = refusal(503, "busy")
    report = loaded.load()
    assert (report.state, runs(loaded)[-1][0]) == ("failed", "failed")
    assert "could not answer for the log-in (error 503)" in report.problems[0]
    assert len(loaded.rows()) == 2
    assert loaded.log_ins == 2


def test_a_load_that_a_person_leaves_is_interrupted_and_the_next_goes_on(office: Office) -> None:
    twelve(office)

    done: list[int] = []

    def leave(step: Step) -> None:
        done.append(step.done)
        if step.done:
            raise KeyboardInterrupt

    ids = [account.id for account in office.accounts()]
    with pytest.raises(KeyboardInterrupt):
        loading.load_transactions(office.admin, office.workspace, ids, OCTOBER, leave)
    assert runs(office)[-1] == ("interrupted", "")
    assert done[0] == 0
    assert 1 <= done[-1] <= 12
    assert sum(len(office.rows(a.source_id)) for a in office.accounts()) == done[-1]
    with office.workspace.database.reading() as tx:
        assert len(loads.latest_loads(tx)) == done[-1]
    assert office.load().total("new") == 12 - done[-1]
    assert runs(office)[-1][0] == "done"


def test_progress_counts_up_to_all(office: Office) -> None:
    twelve(office)
    steps: list[Step] = []
    ids = [account.id for account in office.accounts()]
    loading.load_transactions(office.admin, office.workspace, ids, OCTOBER, steps.append)
    done = [step.done for step in steps if step.label == "Loading transactions"]
    assert done == sorted(set(done))
    assert (done[0], done[-1]) == (0, 12)
    assert {step.total for step in steps} == {12}


def asked_from(office: Office) -> str:
    return [c for c in office.server.calls if c.path.endswith("/transactions")][-1].params[
        "startDate"
    ]


def test_the_ten_days_before_are_read_again_once_they_were_loaded(loaded: Office) -> None:
    loaded.load(Period(date(2027, 3, 1), date(2027, 3, 31)))
    assert asked_from(loaded) == "2027-03-01"
    loaded.load(NOVEMBER)
    assert asked_from(loaded) == "2026-10-22"
    loaded.load(OCTOBER)
    assert asked_from(loaded) == "2026-10-01"


def test_a_row_that_posted_late_in_the_month_before_is_found(loaded: Office) -> None:
    loaded.feed.rows["A1"].append(row("late", "2026-10-30"))
    assert loaded.load(NOVEMBER).total("new") == 1
    assert loaded.rows()[-1].source_id == "late"


def test_a_pending_row_posts_in_the_next_month_and_keeps_its_decision(loaded: Office) -> None:
    loaded.feed.rows["A1"].append(row("p1", "2026-10-30", pending=True))
    loaded.load()
    pending = loaded.rows()[-1]
    loaded.save(Edit(pending.id, 0, gl_code="6100"))
    loaded.feed.rows["A1"][-1] = row("a9", "2026-11-02")
    report = loaded.load(NOVEMBER)
    assert (report.total("new"), report.total("updated"), report.total("removed")) == (0, 1, 0)
    [posted] = loaded.rows(period=NOVEMBER)
    assert (posted.id, posted.gl_code, posted.pending) == (pending.id, "6100", False)
    assert posted.problem == "Changed at LedgerSync after review: the date was 10/30/2026."


def test_pending_days_are_read_again_although_their_month_was_never_whole(office: Office) -> None:
    office.feed.rows["A1"] = [row("p1", "2026-10-28", pending=True)]
    office.feed.total_is_off_by = 1
    office.sync()
    office.load()
    office.feed.total_is_off_by = 0
    office.feed.rows["A1"].append(row("n1", "2026-11-02"))
    office.load(NOVEMBER)
    assert asked_from(office) <= "2026-10-28"
    assert [r.source_id for r in office.rows() + office.rows(period=NOVEMBER)] == ["p1", "n1"]


def test_a_reviewed_row_that_changes_is_flagged_and_can_be_stood_by(loaded: Office) -> None:
    loaded.code_all()
    loaded.feed.rows["A1"][0]["amount"] = -14.0
    loaded.load()
    [changed, _] = loaded.rows()
    assert (changed.status, changed.gl_code, changed.amount) == (Status.PROBLEM, "6100", -1400)
    assert "the amount was -$12.50" in changed.problem
    saved = loaded.save(Edit(changed.id, changed.version, standing=Standing.REVIEWED))
    assert saved.saved == 1
    [confirmed, _] = loaded.rows()
    assert (confirmed.status, confirmed.version) == (Status.REVIEWED, changed.version + 1)
    assert loaded.save(Edit(changed.id, changed.version, standing=Standing.REVIEWED)).saved == 0


def test_a_vanished_row_is_a_problem_until_it_is_back(loaded: Office) -> None:
    loaded.code_all()
    gone = loaded.feed.rows["A1"].pop()
    assert loaded.load().total("removed") == 1
    assert loaded.rows()[1].problem == "LedgerSync no longer lists this transaction."
    loaded.feed.rows["A1"].append(gone)
    assert loaded.load().total("updated") == 1
    assert [(r.status, r.gl_code) for r in loaded.rows()] == [(Status.REVIEWED, "6100")] * 2


def test_an_account_that_two_clients_share_is_loaded_for_both(office: Office) -> None:
    office.feed.clients = {"C1": ["A1"], "C2": ["A1"]}
    office.sync()
    report = office.load()
    assert (report.state, report.total("new"), len(report.loads)) == ("done", 4, 2)


def test_an_account_named_twice_is_loaded_once(loaded: Office) -> None:
    ids = [loaded.account().id] * 2
    report = loading.load_transactions(loaded.admin, loaded.workspace, ids, OCTOBER)
    assert len(report.loads) == 1


def test_an_unknown_account_starts_no_run(loaded: Office) -> None:
    before = runs(loaded)
    with pytest.raises(NotFound, match="no such bank account"):
        loading.load_transactions(loaded.admin, loaded.workspace, ["nobody's"], OCTOBER)
    assert runs(loaded) == before


def test_text_and_days_are_stored_as_they_came(office: Office) -> None:
    texts = ["ÇAFÉ №5 ☕", "'; DROP TABLE transactions; --", "line\ttab"]
    days = ["2024-02-29", "2026-03-08", "2026-11-01", "2025-12-31"]
    office.feed.rows["A1"] = [
        row(f"x{n}", day, description=text, memo=text)
        for n, (day, text) in enumerate(zip(days, [*texts, texts[0]], strict=True))
    ]
    office.sync()
    whole = Period(date(2024, 1, 1), date(2026, 12, 31))
    office.load(whole)
    found = {r.source_id: r for r in office.rows(period=whole)}
    assert {f"{r.date}" for r in found.values()} == set(days)
    assert "DROP TABLE" in found["x1"].description
    assert office.load(whole).total("unchanged") == 4


def test_a_new_account_status_is_shown_word_for_word(office: Office) -> None:
    office.sync()
    accounts = [{"id": "A1", "name": "Checking A1", "status": "Needs MFA"}]
    office.feed.faults["/clients/C1/accounts"] = plain({"items": accounts, "total": 1})
    syncing.sync_clients(office.admin, office.workspace)
    account = office.account()
    assert (account.feed_status, account.feed_word) == (FeedStatus.NEEDS_MFA, "Needs MFA")


def test_a_load_that_a_crash_cut_off_is_closed_by_a_later_one(loaded: Office) -> None:
    with loaded.workspace.database.writing() as tx:
        loads.begin_run(tx, loaded.admin.user_id, 3)
    loaded.load()
    assert [state for state, _ in runs(loaded)].count("running") == 1
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        loaded.load()
    assert "running" not in {state for state, _ in runs(loaded)}
    assert "interrupted" in {state for state, _ in runs(loaded)}
