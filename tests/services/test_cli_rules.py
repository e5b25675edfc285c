"""ledgersync rules: counts on stdout, every rejection with its line on stderr."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ledgersync import cli
from ledgersync.commands.rules import _rules as rules_command
from ledgersync.domain.charts import GlAccount
from ledgersync.domain.clients import FeedClient
from ledgersync.services import rule_files
from ledgersync.storage import charts, clients
from ledgersync.storage.engine import Database

Run = Callable[..., tuple[int, str, str]]

RULES = "Patterns,Client,GL Code\nUBER,,6550\nLYFT,Pine LLC,6550\nSHELL,,9999\n"


@pytest.fixture
def rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    monkeypatch.setenv("LEDGERSYNC_MODE", "local")
    monkeypatch.setenv("LEDGERSYNC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LEDGERSYNC_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("LEDGERSYNC_KEY_FILE", str(tmp_path / "firm.key"))
    cli.main(["db", "upgrade"])
    database = Database(f"sqlite:///{tmp_path / 'data' / 'ledgersync.db'}")
    with database.writing() as tx:
        clients.save_clients(tx, [FeedClient("C1", "Pine LLC", "", "active")], complete=True)
        charts.add_gl_accounts(tx, [GlAccount("", "", "6550", "Travel", "")])
    database.close()
    (tmp_path / "rules.csv").write_text(RULES)
    capsys.readouterr()

    def run(command: str, file: str, *options: str) -> tuple[int, str, str]:
        code = cli.main(["rules", command, str(tmp_path / file), *options])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_every_column_of_the_file_is_told() -> None:
    told = " ".join(str(rules_command.__doc__).split())
    assert all(column in told for column in rule_files.COLUMNS)


def test_good_lines_go_in_and_rejected_ones_are_told(rules: Run) -> None:
    code, out, err = rules("import", "rules.csv")
    assert (code, out) == (0, "2 new, 0 changed, 0 unchanged, 1 rejected.\n")
    assert err.startswith("Line 4: GL code '9999' is not in any chart of accounts.")
    assert rules("import", "rules.csv")[1] == "0 new, 0 changed, 2 unchanged, 1 rejected.\n"


def test_a_dry_run_says_what_would_change_and_changes_nothing(rules: Run) -> None:
    for _ in range(2):
        code, out, _ = rules("import", "rules.csv", "--dry-run")
        assert (code, out.splitlines()[0]) == (0, "Line 2: new: contains UBER")


def test_all_or_nothing_takes_in_nothing_with_a_rejected_line(rules: Run) -> None:
    code, _, err = rules("import", "rules.csv", "--all-or-nothing")
    assert code == 1
    assert "Nothing was taken in." in err
    said = rules("import", "rules.csv", "--dry-run")[1]
    assert said.endswith("2 new, 0 changed, 0 unchanged, 1 rejected.\n")


def test_json_gives_every_line(rules: Run) -> None:
    code, out, _ = rules("import", "rules.csv", "--json")
    told = json.loads(out)
    assert (code, told["new"], told["rejected"], told["applied"]) == (0, 2, 1, True)
    assert [line["result"] for line in told["lines"]] == ["new", "new", "rejected"]
    assert told["lines"][0] == {
        "line": 2,
        "number": None,
        "result": "new",
        "words": "contains UBER",
    }


def test_a_name_over_two_lines_makes_no_second_rule(rules: Run, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'data' / 'ledgersync.db'}")
    with database.writing() as tx:
        clients.save_clients(tx, [FeedClient("C1", "Pine\nLLC", "", "active")], complete=True)
    database.close()
    assert rules("import", "rules.csv")[0] == 0
    _, out, _ = rules("export", "out.csv")
    assert out.startswith("2 rules written")
    _, out, _ = rules("import", "out.csv")
    assert out == "0 new, 0 changed, 2 unchanged, 0 rejected.\n"


def test_what_is_exported_comes_in_unchanged(rules: Run, tmp_path: Path) -> None:
    rules("import", "rules.csv")
    code, out, _ = rules("export", "out.csv")
    assert (code, out) == (0, f"2 rules written to {tmp_path / 'out.csv'}.\n")
    assert rules("import", "out.csv")[1] == "0 new, 0 changed, 2 unchanged, 0 rejected.\n"
    assert rules("export", "pine.csv", "--client", "Pine LLC")[1].startswith("1 rule written")


def test_a_file_is_not_written_over_unless_asked(rules: Run, tmp_path: Path) -> None:
    code, _, err = rules("export", "rules.csv")
    assert code == 1
    assert "add --replace" in err
    assert (tmp_path / "rules.csv").read_text() == RULES
    assert rules("export", "rules.csv", "--replace")[0] == 0
    assert (tmp_path / "rules.csv").read_bytes().startswith(b"\xef\xbb\xbfNumber,")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "can't be read: no such file or directory"),
        (b"", "The file is empty."),
        (b"Patterns,GL Code\n", "no rules below its header"),
        (b"Patterns,GL Code\nUBER,1\n", "Nothing was taken in."),
    ],
)
def test_a_file_without_a_good_rule_fails_in_a_sentence(
    rules: Run, tmp_path: Path, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "bad.csv").write_bytes(content)
    code, _, err = rules("import", "bad.csv")
    assert code == 1
    assert words in err
