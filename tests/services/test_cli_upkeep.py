"""The commands for administrators on a firm's own installation: audit, keys, backups, moving."""

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledgersync import cli
from tests.services.command_runs import Ended, Run, install_in


@pytest.fixture
def firm(
    tmp_path: Path,
    sqlite_template: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """An installation that was never used, in folders of the test's own."""
    install_in(tmp_path, monkeypatch)
    (tmp_path / "data").mkdir(mode=0o700)
    database_of(tmp_path).write_bytes(sqlite_template.read_bytes())

    def run(*args: str) -> Ended:
        code = cli.main(args)
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return run


def database_of(folder: Path) -> Path:
    return folder / "data" / "ledgersync.db"


def sql(folder: Path, *statements: str) -> list[Any]:
    """What somebody does who holds the database's file; the rows of the last statement."""
    with closing(sqlite3.connect(database_of(folder))) as connection, connection:
        found = [connection.execute(statement).fetchall() for statement in statements]
    return found[-1]


def test_audit_verify_and_show_tell_of_the_trail(firm: Run, tmp_path: Path) -> None:
    assert firm("keys", "show", "--recovery-kit").code == 0
    verified = firm("audit", "verify")
    assert verified.code == 0
    assert "The audit trail is intact. entries: 1" in verified.out
    [entry] = firm("audit", "show", "--json", "--action", "show recovery kit").json
    assert (entry["seq"], entry["subject_id"], entry["key"]) == (1, "K1", "K1")
    assert firm("audit", "show", "--json", "--user", "nobody here").json == []
    sql(
        tmp_path,
        "DROP TRIGGER audit_entries_no_update",
        "UPDATE audit_entries SET user_name = 'Nobody'",
    )
    broken = firm("audit", "verify", "--json")
    assert broken.code == 1
    assert (broken.json["intact"], broken.json["entry"]) == (False, 1)
    assert "Entry 1 was changed" in broken.err


def test_a_missing_trigger_is_put_back(firm: Run, tmp_path: Path) -> None:
    assert firm("keys", "show", "--recovery-kit").code == 0
    sql(tmp_path, "DROP TRIGGER audit_entries_no_replace")
    warned = firm("audit", "verify")
    assert (warned.code, "trigger audit_entries_no_replace is missing" in warned.err) == (0, True)
    assert "audit_entries_no_replace" in firm("db", "upgrade").out
    assert firm("audit", "verify").err == ""


def test_keys_are_rotated_and_retired(firm: Run, tmp_path: Path) -> None:
    assert firm("keys", "retire", "K1").code == 1
    rotated = firm("keys", "rotate")
    assert rotated.code == 0
    assert rotated.out.splitlines()[:3] == ["found: 0", "re-sealed: 0", "failed: 0"]
    assert "K2" in rotated.out
    assert " K1" in firm("keys", "show", "--recovery-kit", "--key", "K1").out
    assert " K2" in firm("keys", "show", "--recovery-kit").out
    assert firm("keys", "show", "--key", "K1").code == 2
    assert firm("keys", "retire", "K1").out == "K1 is retired and was taken out of: key file.\n"
    assert [line.split()[0] for line in (tmp_path / "firm.key").read_text().splitlines()] == ["K2"]
    gone = firm("keys", "show", "--recovery-kit", "--key", "K1")
    assert (gone.code, "These can be: K2." in gone.err) == (1, True)
    printed = firm("audit", "show", "--json", "--action", "show recovery kit").json
    assert [entry["subject_id"] for entry in printed] == ["K2", "K1"]
    assert firm("audit", "verify").code == 0


def test_a_rotation_that_fails_says_how_many_and_changes_nothing(firm: Run, tmp_path: Path) -> None:
    assert firm("keys", "rotate").code == 0
    sql(
        tmp_path,
        "INSERT INTO connections (id, owner_id, state, sentence, next_step, checked_by,"
        " client_count, attempt_sentence, shared, seal_mark, token_mark, email_sealed)"
        " SELECT 'c', id, 'connected', '', '', '', 0, '', 0, '', '', 'ls1:K2:AAAA' FROM users",
    )
    failed = firm("keys", "rotate")
    assert (failed.code, failed.out) == (1, "found: 1\nre-sealed: 0\nfailed: 1\n")
    assert "everything is as it was" in failed.err
    assert sql(tmp_path, "SELECT key_id FROM sealing_keys ORDER BY 1") == [("K1",), ("K2",)]


def test_a_backup_goes_out_and_comes_back(firm: Run, tmp_path: Path) -> None:
    assert firm("keys", "rotate").code == 0
    made = firm("backup", "--out", str(tmp_path / "copy.db"))
    assert (made.code, made.out, made.err) == (0, f"{tmp_path / 'copy.db'}\n", "")
    [entry] = firm("audit", "show", "--json", "--action", "back up").json
    sha256 = hashlib.sha256((tmp_path / "copy.db").read_bytes()).hexdigest()
    assert (entry["subject_id"], json.loads(entry["detail"])) == ("copy.db", {"sha256": sha256})
    assert entry["user"].endswith(" (ledgersync backup)")
    sql(tmp_path, "DELETE FROM users")
    back = firm("restore", str(tmp_path / "copy.db"))
    assert back.code == 0
    kept = back.out.splitlines()[1].removeprefix("The database from before is ").rstrip(".")
    assert Path(kept).parent == tmp_path / "data" / "backups"
    assert len(sql(tmp_path, "SELECT id FROM users")) == 1
    assert firm("audit", "verify").code == 0
    assert firm("restore", str(tmp_path / "firm.key")).code == 1
