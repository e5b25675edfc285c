"""ledgersync categorise: one file in, one file out, counts on stdout, remarks on stderr."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ledgersync import cli
from ledgersync.config import PROJECT_ROOT

TRANSACTIONS = "Date,Description,Amount,Ref\n2026-10-01,UBER TRIP,-9.00,a\nsoon,X,1,b\n"
RULES = "Patterns,GL Code\nUBER,6250\n"
COUNTS = "method    rows\nrule         1\nai           0\nsemantic     0\nnone         1\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("new.csv").write_text(TRANSACTIONS, encoding="utf-8")
    Path("rules.csv").write_text(RULES, encoding="utf-8")

    def command(*options: str) -> tuple[int, str, str]:
        code = cli.main(["categorise", *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return command


def test_the_file_is_written_and_counted_and_bad_lines_are_told(run: Run) -> None:
    code, out, err = run("new.csv", "--rules", "rules.csv", "--out", "made/out.csv")
    assert code == 0
    assert out.startswith(COUNTS)
    assert out.splitlines()[-1].startswith("2 rows in ")
    assert out.endswith(" s: 1 matched, 0 to review, 1 unmatched.\n")
    assert err.startswith("new.csv: Line 3: The date 'soon' is not a date")
    with Path("made/out.csv").open(encoding="utf-8", newline="") as file:
        header, first, second = csv.reader(file)
    assert header[:6] == ["Date", "Description", "Amount", "Ref", "vendor", "gl_code"]
    assert first[3:6] == ["a", "", "6250"]
    assert second[3] == "b"
    assert os.listdir("made") == ["out.csv"]  # noqa: PTH208  names alone


def test_a_second_run_takes_the_place_of_the_first(run: Run) -> None:
    Path("out.csv").write_text("old", encoding="utf-8")
    assert run("new.csv", "--rules", "rules.csv", "--out", "out.csv")[0] == 0
    assert Path("out.csv").read_text(encoding="utf-8").startswith("Date,")


@pytest.mark.parametrize("out", ["new.csv", "./rules.csv", "linked.csv"])
def test_a_file_that_is_read_is_never_written_over(out: str, run: Run) -> None:
    Path("linked.csv").hardlink_to("new.csv")
    code, printed, err = run("new.csv", "--rules", "rules.csv", "--out", out)
    assert (code, printed) == (2, "")
    assert "is a file to be read" in err
    assert Path("new.csv").read_text(encoding="utf-8") == TRANSACTIONS
    assert Path("rules.csv").read_text(encoding="utf-8") == RULES


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["new.csv", "--out", "o.csv"], 2, "There is nothing to go by"),
        (["new.csv", "--rules", "rules.csv"], 2, "Missing option '--out'."),
        (["new.csv", "--rules", "rules.csv", "--out", "."], 2, "is a folder"),
        (["none.csv", "--rules", "rules.csv", "--out", "o.csv"], 1, "can't be read: no such file"),
        (["rules.csv", "--rules", "rules.csv", "--out", "o.csv"], 1, "There is no column date"),
        (["new.csv", "--history", "new.csv", "--out", "o.csv"], 1, "neither a column vendor"),
        (["new.csv", "--rules", "rules.csv", "--out", "new.csv/o.csv"], 1, "can't take a file"),
    ],
)
def test_what_can_t_be_done_is_one_line_and_leaves_no_file(
    options: list[str], code: int, words: str, run: Run
) -> None:
    ended, out, err = run(*options)
    assert (ended, out) == (code, "")
    assert words in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in Path().iterdir()) == ["new.csv", "rules.csv"]


def test_it_needs_neither_a_database_nor_settings(tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(TRANSACTIONS, encoding="utf-8")
    (tmp_path / "rules.csv").write_text(RULES, encoding="utf-8")
    run = "['categorise', 'new.csv', '--rules', 'rules.csv', '--out', 'out.csv']"
    heavy = "('sqlalchemy', 'httpx', 'streamlit', 'pandas', 'sklearn', 'pydantic_settings')"
    code = (
        f"import sys; from ledgersync import cli; ended = cli.main({run});"
        f"print(ended, [name for name in {heavy} if name in sys.modules])"
    )
    environment = {"PYTHONPATH": str(PROJECT_ROOT), "LEDGERSYNC_MODE": "nonsense"}
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", code],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "0 []"
    assert (tmp_path / "out.csv").exists()
