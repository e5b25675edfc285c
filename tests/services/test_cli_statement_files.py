"""ledgersync import: counts on stdout, every rejection with its line on stderr."""

from pathlib import Path

import pytest

from ledgersync import cli
from ledgersync.domain.clients import FeedAccount, FeedClient
from ledgersync.storage import clients
from ledgersync.storage.engine import Database
from tests.services.command_runs import Ended, Run, install_in
from tests.services.statement_samples import HARBOR, RENT, WAGES, account, ofx, whole

CARD = FeedAccount("A1", "Card", "", "credit card", "4821", "USD", None, None, "")


@pytest.fixture
def import_(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The command on a client with one card, which LedgerSync lists and never loaded."""
    install_in(tmp_path, monkeypatch)
    assert cli.main(["db", "upgrade"]) == 0
    database = Database(f"sqlite:///{next((tmp_path / 'data').glob('*.db'))}")
    with database.writing() as tx:
        clients.save_clients(tx, [FeedClient("C1", "Pine LLC", "", "")], complete=True)
        [pine] = clients.list_clients(tx)
        clients.save_accounts(tx, [(pine.id, [CARD], True)])
    database.close()

    def run(data: bytes, *options: str) -> Ended:
        file = tmp_path / "october.qfx"
        file.write_bytes(data)
        place = ("--client", "Pine LLC", "--account", "A1")
        code = cli.main(["import", str(file), *place, *options])
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    capsys.readouterr()
    return run


def test_a_file_is_tried_then_taken_in_then_known(import_: Run) -> None:
    data = ofx(HARBOR, RENT, ("F9", "20261099", "-1.00", "BAD"), balance="-912.50")
    tried = import_(data, "--dry-run")
    assert tried.code == 0
    assert tried.out.splitlines() == [
        "Line 5: 10/05/2026 -$12.50 POS HARBOR COFFEE 0042 SEATTLE",
        "Line 6: 10/12/2026 -$900.00 RENT PINE STREET",
        "2 new, 0 already there, 1 rejected.",
    ]
    assert "becomes the statement's closing balance" in tried.err
    assert "Line 7: The date '20261099" in tried.err
    done = import_(data, "--json")
    assert (done.code, done.json["new"], done.json["applied"]) == (0, 2, True)
    assert (done.json["closing_balance"], done.json["money_out"]) == ("-912.50", "912.50")
    assert [line["result"] for line in done.json["lines"]] == ["new", "new", "rejected"]
    again = import_(data)
    assert (again.code, again.out) == (0, "0 new, 2 already there, 1 rejected.\n")

    two = whole(account([WAGES], "111"), account([HARBOR], "222"))
    asked = import_(two)
    assert (asked.code, asked.out) == (1, "")
    assert "several accounts. Name one with --file-account: '111 CHECKING USD'" in asked.err
    assert import_(two, "--file-account", "111", "--dry-run").out.endswith(
        "1 new, 0 already there, 0 rejected.\n"
    )

    csv = b"Date,Description,Amount\n10/02/2026,PARKING,4.00\n"
    assert "--month-first or --day-first" in import_(csv).err
    assert "--positive-is-in or --positive-is-out" in import_(csv, "--month-first").err
    read = import_(csv, "--month-first", "--positive-is-out", "--dry-run")
    assert read.out.startswith("Line 2: 10/02/2026 -$4.00 PARKING")
    unknown = b"When;What;Out;In\n10/28/2026;RENT;900.00;\n10/29/2026;WAGES;;25.00\n"
    assert "what its columns hold; they are: 'When', 'What', 'Out', 'In'." in import_(unknown).err
    half = import_(unknown, "--debit-column", "Out")
    assert (half.code, "not enough to read a statement by" in half.err) == (1, True)
    columns = ("--date-column", "when", "--description-column", "What", "--credit-column", "In")
    read = import_(unknown, *columns, "--debit-column", "Out", "--dry-run")
    assert read.out.splitlines()[:2] == [
        "Line 2: 10/28/2026 -$900.00 RENT",
        "Line 3: 10/29/2026 $25.00 WAGES",
    ]
    bad = import_(ofx(("F1", "soon", "1", "A")))
    assert (bad.code, bad.out) == (1, "0 new, 0 already there, 1 rejected.\n")
    assert bad.err.endswith("No row came in, as every line was rejected.\n")
    none = import_(b"Date,Description,Debit,Credit\nsoon,PARKING,4.00,\n")
    assert (none.code, none.out) == (1, "0 new, 0 already there, 1 rejected.\n")
    assert none.err.startswith("Line 2: The date 'soon' is not a date")
    kept = import_(ofx(("F1", "soon", "1", "A"), balance="-5.00", as_of="20261030"))
    assert kept.code == 1
    assert kept.err.endswith("rejected; only the balance of 10/30/2026 was kept.\n")
    others = ofx(("G1", *HARBOR[1:]), ("G2", *RENT[1:]))
    assert "2 new rows may be some that LedgerSync or an earlier file" in import_(others).err
    assert import_(b"%PDF").err.startswith("The file is a PDF")
