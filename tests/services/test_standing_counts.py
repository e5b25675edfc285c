"""What is counted in SQL, for Overview and for closing, is what Review's rows show, one by one."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledgersync import clock
from ledgersync.domain.decisions import Standing
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.exports.findings import FindingKind
from ledgersync.services import exporting
from ledgersync.services.exporting import ExportRequest
from ledgersync.storage import balances, counts, sheets
from ledgersync.storage.balances import PeriodCounts
from ledgersync.storage.counts import StandingCount
from ledgersync.storage.engine import Tx
from ledgersync.storage.tables import DECISIONS, TRANSACTIONS
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row

ROWS = 4  # of each of two accounts
NOTHING = StandingCount(0, 0, 0, 0, 0, 0)

facts = st.fixed_dictionaries(
    {"removed": st.booleans(), "source_note": st.sampled_from(["", "x"]), "pending": st.booleans()}
)
decided = st.none() | st.fixed_dictionaries(
    {
        "standing": st.sampled_from([one.value for one in Standing]),
        "exported": st.booleans(),
        "unlocked": st.booleans(),
        "gl_code": st.sampled_from(["", "6100"]),
        # The row at the same place of the other account, or another one of it.
        "other_leg": st.sampled_from([None, ROWS, ROWS, ROWS + 1]),
    }
)
books = st.lists(st.tuples(facts, decided), min_size=2 * ROWS, max_size=2 * ROWS)


@dataclass(frozen=True)
class Written:
    """An office whose rows are written over for each example, and an export of it."""

    office: Office
    ids: tuple[str, ...]
    export_id: str

    def write(self, tx: Tx, book: list[tuple[dict[str, Any], dict[str, Any] | None]]) -> None:
        tx.execute(DECISIONS.delete())
        for at, (fact, decision) in enumerate(book):
            row_ = TRANSACTIONS.update().where(TRANSACTIONS.c.id == self.ids[at])
            removed_at = clock.now() if fact["removed"] else None
            note, pending = fact["source_note"], fact["pending"]
            tx.execute(row_.values(removed_at=removed_at, source_note=note, pending=pending))
            if decision:
                tx.execute(DECISIONS.insert().values(**self._stored(at, decision)))

    def _stored(self, at: int, decision: dict[str, Any]) -> dict[str, Any]:
        steps = decision["other_leg"]
        return {
            "transaction_id": self.ids[at],
            "version": 1,
            "decided_by": "Robin",
            "decided_at": clock.now(),
            "standing": decision["standing"],
            "gl_code": decision["gl_code"],
            "export_id": self.export_id if decision["exported"] else None,
            "unlocked": decision["unlocked"],
            "transfer_with": self.ids[(at + steps) % len(self.ids)] if steps else "",
        }


@pytest.fixture
def written(office: Office) -> Written:
    office.feed.clients = {"C1": ["A1", "A2"]}
    office.feed.rows = {
        name: [row(f"{name}-{n}", amount=-1.0 - n) for n in range(ROWS)] for name in ("A1", "A2")
    }
    office.sync()
    office.set_up()
    office.load()
    office.code_all()
    wanted = ExportRequest(office.account().id, OCTOBER, confirmed=frozenset(FindingKind))
    export = exporting.export(office.admin, office.workspace, wanted)
    ids = tuple(r.id for name in ("A1", "A2") for r in office.rows(name))
    return Written(office, ids, export.id)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(book=books)
def test_counts_in_sql_are_what_review_shows(written: Written, book: list[Any]) -> None:
    gone = {id_ for id_, (fact, _) in zip(written.ids, book, strict=True) if fact["removed"]}
    with written.office.workspace.database.writing() as tx:
        written.write(tx, book)
        overview = counts.standings(tx, OCTOBER)
        for account in written.office.accounts():
            rows = sheets.review_rows(tx, account.id, OCTOBER, {})
            assert overview.get(account.id, NOTHING) == on_overview(rows)
            found = balances.period_counts(tx, account.id, OCTOBER)
            assert found == to_close(rows, gone)


def on_overview(rows: list[Transaction]) -> StandingCount:
    kept = [one for one in rows if one.status is not Status.EXCLUDED]
    shown = Counter(one.status for one in kept)
    return StandingCount(
        transactions=len(kept),
        matched=sum(bool(one.vendor_id or one.coded) for one in kept),
        to_review=shown[Status.TO_REVIEW],
        reviewed=shown[Status.REVIEWED],
        exported=shown[Status.EXPORTED],
        problems=shown[Status.PROBLEM],
    )


def to_close(rows: list[Transaction], gone: set[str]) -> PeriodCounts:
    shown = Counter(one.status for one in rows)
    listed = [one for one in rows if one.id not in gone]
    excluded = [one for one in listed if one.status is Status.EXCLUDED]
    return PeriodCounts(
        rows=sum(not one.pending for one in listed),
        to_review=shown[Status.TO_REVIEW],
        problems=shown[Status.PROBLEM],
        pending=sum(one.pending for one in listed) - sum(one.pending for one in excluded),
        excluded=sum(not one.pending for one in excluded),
        duplicates=0,
    )
