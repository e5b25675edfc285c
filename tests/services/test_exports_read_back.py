"""Whatever was decided: each file, read back, holds the rows and the cents of the database."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from ledgersync import clock
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.splits import Split, SplitLine
from ledgersync.errors import NothingToExport
from ledgersync.exports.findings import FindingKind
from ledgersync.services import acs_settings, client_records, exporting, reviewing
from ledgersync.services.exporting import ExportRequest
from ledgersync.storage.tables import DECISIONS, TRANSACTIONS
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import row
from tests.unit.bank_file_readers import read_ofx, read_qif
from tests.unit.export_samples import csv_records, xlsx_records
from tests.unit.test_export_layouts import cents, signed, to_the_bank

ROWS = 5
BANK_GL = "1000"
CODES = ("6100", "6200")
CODELESS = {"qbo-csv", "qif", "ofx"}  # one line a transaction, split or not

Book = Sequence[Mapping[str, Any]]
Line = tuple[str, int]  # a GL code, "" where the layout has none, and what the bank account gets

amounts = st.integers(-(10**9), 10**9)
facts = st.fixed_dictionaries(
    {
        "amount": amounts,
        "pending": st.sampled_from([False, False, True]),
        "removed": st.sampled_from([False, False, True]),
        "standing": st.sampled_from([Standing.REVIEWED, *Standing]),
        "codes": st.lists(st.sampled_from(CODES), min_size=1, max_size=3),
        "shares": st.lists(amounts, min_size=2, max_size=2),
    }
)
books = st.lists(facts, min_size=ROWS, max_size=ROWS)


@dataclass(frozen=True)
class Written:
    """An office whose rows are written over and decided anew for each example."""

    office: Office
    ids: tuple[str, ...]

    def write(self, book: Book) -> None:
        with self.office.workspace.database.writing() as tx:
            tx.execute(DECISIONS.delete())
            for id_, fact in zip(self.ids, book, strict=True):
                removed_at = clock.now() if fact["removed"] else None
                values = {"amount": fact["amount"], "pending": fact["pending"]}
                query = TRANSACTIONS.update().where(TRANSACTIONS.c.id == id_)
                tx.execute(query.values(**values, removed_at=removed_at))
        edits = [_edit(id_, fact) for id_, fact in zip(self.ids, book, strict=True)]
        account = self.office.account().id
        saved = reviewing.decide(self.office.admin, self.office.workspace, account, edits)
        assert not saved.locked

    def stored(self) -> tuple[int, int, Counter[Line]]:
        """How many rows may leave and their sum, by SQL, and what each GL code gets of them."""
        t, d = TRANSACTIONS.c, DECISIONS.c
        leaves = (d.standing == "reviewed", t.pending.is_(False), t.removed_at.is_(None))
        joined = TRANSACTIONS.join(DECISIONS, d.transaction_id == t.id)
        figures = select(func.count(), func.coalesce(func.sum(t.amount), 0))
        lines: Counter[Line] = Counter()
        with self.office.workspace.database.reading() as tx:
            rows, total = tx.execute(figures.select_from(joined).where(*leaves)).one()
            coded = select(t.amount, d.gl_code, d.split).select_from(joined).where(*leaves)
            for amount, gl_code, split in tx.execute(coded):
                shares = [(code, share) for code, share, _ in json.loads(split)]
                lines.update(shares or [(gl_code, amount)])
        return rows, int(total), lines

    def export(self, layout: str) -> tuple[int, int, bytes]:
        """The rows and the sum that the record names, and the file's bytes."""
        request = ExportRequest(
            self.office.account().id,
            OCTOBER,
            layout=layout,
            again=True,
            override_reason="Made up",
            confirmed=frozenset(FindingKind),
        )
        batch = exporting.export(self.office.admin, self.office.workspace, request)
        file = exporting.download(self.office.admin, self.office.workspace, batch.id)
        return batch.rows, batch.total, file.data


def _edit(id_: str, fact: Mapping[str, Any]) -> Edit:
    split = _split(fact)
    if split:
        return Edit(id_, 0, split=split, standing=fact["standing"])
    return Edit(id_, 0, gl_code=fact["codes"][0], standing=fact["standing"])


def _split(fact: Mapping[str, Any]) -> Split:
    """The amount on as many lines as there are codes, the last of which takes what is left."""
    shares = fact["shares"][: len(fact["codes"]) - 1]
    shares = [*shares, fact["amount"] - sum(shares)]
    if len(shares) == 1 or not fact["amount"] or not all(shares):
        return ()
    return tuple(map(SplitLine, fact["codes"], shares))


def _debit_credit(debit: str, credit: str, code: str) -> Callable[[bytes], list[Line]]:
    def read(data: bytes) -> list[Line]:
        return [(r[code], int(cents(r[credit]) - cents(r[debit]))) for r in csv_records(data)]

    return read


def _workbook(data: bytes) -> list[Line]:
    return [(record["General Ledger Account"], signed(record)) for record in xlsx_records(data)]


def _journal(data: bytes) -> list[Line]:
    return [(_other_side(record), int(to_the_bank(record))) for record in csv_records(data)]


def _other_side(record: Mapping[str, str]) -> str:
    [code] = {record["GL Debit Account"], record["GL Credit Account"]} - {BANK_GL}
    return code


def _amounts(texts: Sequence[str]) -> list[Line]:
    return [("", int(Decimal(text) * 100)) for text in texts]


READERS: dict[str, Callable[[bytes], list[Line]]] = {
    "acs-xlsx": _workbook,
    "acs-csv-11": _debit_credit("Debit Amount", "Credit Amount", "GL Code"),
    "acs-csv-journal": _journal,
    "acs-csv-legacy": _debit_credit("Debit", "Credit", "GL Code"),
    "qbo-csv": lambda data: _amounts([r["Amount"] for r in csv_records(data)]),
    "xero-csv": lambda data: [
        (r["Account Code"], int(cents(r["*Amount"]))) for r in csv_records(data)
    ],
    "qif": lambda data: _amounts([r["T"] for r in read_qif(data)[1]]),
    "ofx": lambda data: _amounts([r["TRNAMT"] for r in read_ofx(data).rows]),
}


@pytest.fixture
def written(office: Office) -> Written:
    office.feed.rows["A1"] = [row(f"t{n}", f"2026-10-{n + 1:02}") for n in range(ROWS)]
    office.sync()
    office.set_up()
    account = office.account()
    client_records.add_gl_account(
        office.admin, office.workspace, account.client_id, BANK_GL, "Checking"
    )
    acs_settings.set_bank_gl(office.admin, office.workspace, account.id, BANK_GL)
    office.load()
    return Written(office, tuple(one.id for one in office.rows()))


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(book=books)
def test_each_layout_gives_the_rows_and_cents_of_the_database(written: Written, book: Book) -> None:
    written.write(book)
    rows, total, lines = written.stored()
    assert rows == sum(
        fact["standing"] is Standing.REVIEWED and not (fact["pending"] or fact["removed"])
        for fact in book
    )
    if not rows:
        with pytest.raises(NothingToExport):
            written.export("acs-xlsx")
        return
    for name, read in READERS.items():
        told_rows, told_total, data = written.export(name)
        found = Counter(read(data))
        assert (told_rows, told_total) == (rows, total), name
        assert sum(amount * times for (_, amount), times in found.items()) == total, name
        assert sum(found.values()) == rows if name in CODELESS else found == lines, name


def test_every_layout_is_read_back() -> None:
    assert set(READERS) == {layout.name for layout in exporting.layouts()}
