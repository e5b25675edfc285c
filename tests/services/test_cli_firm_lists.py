"""ledgersync firmadmin: counts on stdout, every rejection with its line on stderr."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ledgersync import cli
from ledgersync.domain.clients import FeedClient
from ledgersync.storage import clients
from ledgersync.storage.engine import Database
from tests.unit.list_files import workbook

Run = Callable[..., tuple[int, str, str]]

VENDORS = "Vendor Name;VENDOR ID;Default GL Code;Phone\nHarbor;0042;;1\nGhost;G;9999;\n;X;;\n"

CELLS = [line.split(";") for line in VENDORS.splitlines()]


@pytest.fixture
def firmadmin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.setenv("LEDGERSYNC_MODE", "local")
    monkeypatch.setenv("LEDGERSYNC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LEDGERSYNC_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("LEDGERSYNC_KEY_FILE", str(tmp_path / "firm.key"))

    def run(kind: str, text: str | bytes, *options: str) -> tuple[int, str, str]:
        data = text.encode() if isinstance(text, str) else text
        file = tmp_path / f"list.{'xlsx' if data.startswith(b'PK') else 'csv'}"
        file.write_bytes(data)
        code = cli.main(["firmadmin", kind, str(file), *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.mark.parametrize("vendors", [VENDORS, workbook(CELLS)], ids=["csv", "xlsx"])
def test_good_lines_go_in_and_rejected_ones_are_told(firmadmin: Run, vendors: str | bytes) -> None:
    code, out, err = firmadmin("vendors", vendors)
    assert (code, out) == (0, "1 new, 0 changed, 0 unchanged, 2 rejected.\n")
    columns, unknown, nameless = err.splitlines()
    assert columns == "Columns left out: Phone."
    assert unknown.startswith("Line 3: Default GL code 9999 is not in the chart of accounts.")
    assert nameless == "Line 4: Vendor Name is empty; fill it in."
    assert firmadmin("vendors", vendors)[:2] == (
        0,
        "0 new, 0 changed, 1 unchanged, 2 rejected.\n",
    )


def test_a_dry_run_says_what_would_change_and_changes_nothing(firmadmin: Run) -> None:
    for _ in range(2):
        code, out, _ = firmadmin("vendors", VENDORS, "--dry-run")
        assert (code, out.splitlines()[0]) == (0, "Line 2: 0042 Harbor: new")
        assert out.endswith("1 new, 0 changed, 0 unchanged, 2 rejected.\n")


def test_all_or_nothing_takes_in_nothing_with_a_rejected_line(firmadmin: Run) -> None:
    code, out, err = firmadmin("vendors", VENDORS, "--all-or-nothing")
    assert code == 1
    assert "Nothing was taken in." in err
    assert "1 new" in out
    assert firmadmin("vendors", VENDORS, "--dry-run")[1].endswith(
        "1 new, 0 changed, 0 unchanged, 2 rejected.\n"
    )
    good = "Vendor Code,Vendor Name\n1,A\n"
    assert firmadmin("vendors", good, "--all-or-nothing")[:2] == (
        0,
        "1 new, 0 changed, 0 unchanged, 0 rejected.\n",
    )


def test_chart_then_vendors_of_one_client(firmadmin: Run, tmp_path: Path) -> None:
    chart = "Account,Account Description,Type Code\n0100-00,Cash,A\n6100,Meals,E\n"
    assert firmadmin("chart", chart)[1].startswith("2 new")
    database = Database(f"sqlite:///{tmp_path / 'data' / 'ledgersync.db'}")
    with database.writing() as tx:
        clients.save_clients(tx, [FeedClient("C1", "Pine LLC", "", "active")], complete=True)
    database.close()
    vendors = "Vendor Code,Vendor Name,GL Account\nH,Harbor,6100\n"
    code, out, _ = firmadmin("vendors", vendors, "--client", "Pine LLC", "--json")
    found = json.loads(out)
    assert (code, found["new"], found["applied"]) == (0, 1, True)
    assert found["client"] is not None
    assert found["lines"] == [
        {"line": 2, "code": "H", "name": "Harbor", "result": "new", "words": ""}
    ]
    assert firmadmin("vendors", vendors)[1].startswith("1 new")  # the firm's are others
    code, _, err = firmadmin("vendors", vendors, "--client", "pine llc")
    assert code == 1
    assert "Did you mean 'Pine LLC'?" in err


def test_clients_are_listed_and_lookalikes_are_left_to_a_person(
    firmadmin: Run, tmp_path: Path
) -> None:
    file = "Client Name,Client ID,Client Code,Status\nPine,1,PINE,Active\n"
    assert firmadmin("clients", file)[1] == "1 new, 0 changed, 0 unchanged, 0 rejected.\n"
    database = Database(f"sqlite:///{tmp_path / 'data' / 'ledgersync.db'}")
    with database.writing() as tx:
        clients.save_clients(tx, [FeedClient("C1", "Pine LLC", "", "active")], complete=True)
    assert "1 of them looks like a client of LedgerSync" in firmadmin("clients", file)[2]
    with database.reading() as tx:
        assert [client.acs_code for client in clients.list_clients(tx)] == [""]
    database.close()


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("vendors", b"", "The file is empty."),
        ("vendors", b"Account,Description\n1,A\n", "This file is a chart of accounts"),
        ("chart", b"Account,Description\n", "no lines below its header"),
        ("chart", b"Account,Description\n1,\n", "Nothing was taken in."),
        ("clients", b"%PDF-1.4", "is a PDF"),
    ],
)
def test_a_file_that_gives_nothing_ends_with_1_and_a_sentence(
    kind: str, data: bytes, words: str, firmadmin: Run
) -> None:
    code, _, err = firmadmin(kind, data)
    assert code == 1
    assert words in err


def test_a_missing_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["firmadmin", "chart", str(tmp_path / "none.csv")]) == 1
    assert "can't be read: no such file" in capsys.readouterr().err


def test_clients_take_no_client(firmadmin: Run) -> None:
    assert firmadmin("clients", "Client Code,Client Name\n1,A\n", "--client", "Pine")[0] == 2
