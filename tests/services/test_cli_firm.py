"""The commands against the demo LedgerSync server over HTTP, as a firm would use them."""

import hashlib
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ledgersync import cli
from ledgersync.commands import saving
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import Scale
from ledgersync.demo.server import DemoServer
from ledgersync.demo.sign_in import SignIn
from ledgersync.errors import FeedUnreachable, InvalidInput
from ledgersync.money import parse_cents
from ledgersync.services import suggesting
from tests.browser.books import query
from tests.services.command_runs import Ended, Run, install_in

TODAY = date.today()  # noqa: DTZ011  the firm's last day is the machine's own
PASSWORD = DemoServer.password
SCALE = Scale(clients=3, accounts=2, transactions=40)
SPAN = ("--from", str(TODAY.replace(year=TODAY.year - 2, day=1)), "--to", str(TODAY))


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(DemoFirm(3, TODAY, SCALE)) as running:
        yield running


@pytest.fixture
def ledgersync(
    server: DemoServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    install_in(tmp_path, monkeypatch)
    monkeypatch.setenv("LEDGERSYNC_API_URL", server.url)

    def run(*args: str, stdin: str = "") -> Ended:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = cli.main(args)
        printed = capsys.readouterr()
        for secret in (PASSWORD, server.email, "hunter2"):
            assert secret not in printed.out + printed.err
        return Ended(code, printed.out, printed.err)

    return run


def connect(run: Run, password: str = PASSWORD) -> Ended:
    return run(
        "connect", "--email", DemoServer.email, "--password-stdin", stdin=f"{password}\nnot read\n"
    )


@pytest.fixture
def loaded(ledgersync: Run) -> Run:
    assert connect(ledgersync).code == 0
    assert ledgersync("sync", *SPAN).code == 0
    return ledgersync


@pytest.fixture
def first_account(loaded: Run) -> tuple[str, ...]:
    client = loaded("clients", "--json").json[0]
    account = loaded("accounts", "--client", client["name"], "--json").json[0]
    return ("--client", client["name"], "--account", account["source_id"])


def test_wrong_password_says_so_and_exits_1(ledgersync: Run) -> None:
    refused = connect(ledgersync, "hunter2")
    assert refused.code == 1
    assert refused.out == ""
    assert "did not accept this e-mail and password" in refused.err
    status = ledgersync("status", "--json")
    assert status.code == 1
    assert status.json["state"] == "failed"
    assert status.json["failure"] == "wrong_credentials"


def test_connect_brings_clients_and_accounts_with_one_log_in(
    ledgersync: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_ins = count_log_ins(monkeypatch)
    made = connect(ledgersync)
    assert made.code == 0
    assert "Print the recovery kit of key K1: ledgersync keys show --recovery-kit" in made.out
    assert len(log_ins) == 1
    status = ledgersync("status", "--json")
    assert status.code == 0
    found = status.json
    assert (found["state"], found["client_count"]) == ("connected", 3)
    assert (found["clients"], found["accounts"], found["transactions"]) == (3, 6, 0)
    assert 0 <= found["age"] < 600
    assert found["checked_at"].endswith("+00:00")
    assert found["checked_by"]
    assert "3 clients, 6 accounts, 0 transactions" in ledgersync("status").out


def count_log_ins(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    seen: list[str] = []
    log_in = SignIn.token

    def counted(self: SignIn, email: str, password: str) -> str:
        seen.append(email)
        return log_in(self, email, password)

    monkeypatch.setattr(SignIn, "token", counted)
    return seen


def test_failed_replacement_keeps_the_log_in_that_works(loaded: Run) -> None:
    refused = connect(loaded, "hunter2")
    assert refused.code == 1
    assert "still in place" in refused.err
    assert loaded("status").code == 0


def test_disconnect_keeps_the_data(loaded: Run) -> None:
    assert loaded("disconnect").code == 0
    status = loaded("status", "--json")
    assert (status.code, status.json["state"]) == (1, "not_connected")
    assert status.json["transactions"] == 240
    refused = loaded("sync")
    assert refused.code == 1
    assert "not connected" in refused.err


def test_second_sync_adds_nothing(ledgersync: Run) -> None:
    connect(ledgersync)
    first = ledgersync("sync", *SPAN)
    assert first.out == "240 new, 0 updated, 0 removed, 0 set aside; 6 of 6 accounts.\n"
    assert "Loading transactions: 6 of 6" in first.err
    second = ledgersync("sync", *SPAN, "--json")
    assert second.code == 0
    assert second.json["state"] == "done"
    counts = ("new", "updated", "removed", "unchanged", "set_aside", "accounts_done")
    assert [second.json[name] for name in counts] == [0, 0, 0, 240, 0, 6]


def test_sync_says_what_the_outside_model_was_asked(
    ledgersync: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "The outside model was asked about 3 descriptions and coded 2."
    report = suggesting.SuggestReport(3, {}, (said,))
    monkeypatch.setattr(suggesting, "suggest", lambda *_: report)
    connect(ledgersync)
    assert said in ledgersync("sync", *SPAN).err.splitlines()


def test_sync_of_one_client_and_of_one_account(ledgersync: Run) -> None:
    connect(ledgersync)
    clients = ledgersync("clients", "--json").json
    one = ledgersync("sync", "--client", clients[1]["name"], *SPAN)
    assert one.out == "80 new, 0 updated, 0 removed, 0 set aside; 2 of 2 accounts.\n"
    account = ledgersync("accounts", "--client", clients[0]["id"], "--json").json[1]
    other = ledgersync("sync", "--account", account["id"], *SPAN)
    assert other.out == "40 new, 0 updated, 0 removed, 0 set aside; 1 of 1 accounts.\n"


def test_first_sync_finds_a_client_that_is_not_stored_yet(
    ledgersync: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledgersync.commands.connection._first_sync", lambda *_: None)
    connect(ledgersync)
    assert ledgersync("clients", "--json").json == []
    name = DemoFirm(3, TODAY, SCALE).clients[0].name
    assert ledgersync("sync", "--client", name, *SPAN).out.startswith("80 new")


def test_sync_that_is_not_complete_says_what_is_missing(
    loaded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledgersync.bankfeed.client.Session.transactions_as_they_come", one_failing)
    partial = loaded("sync", *SPAN)
    assert partial.code == 1
    assert "0 of 6 accounts" in partial.out
    assert "LedgerSync was away." in partial.err
    assert "Run the same command again" in partial.err


def one_failing(
    _session: object, wanted: list[tuple[str, object]]
) -> Iterator[list[tuple[str, object]]]:
    for name, _ in wanted:
        yield [(name, FeedUnreachable("LedgerSync was away.", "Try again."))]


def test_unknown_names_get_near_ones(loaded: Run) -> None:
    name = loaded("clients", "--json").json[0]["name"]
    for wrong in (name.lower(), name[:-1] + "x"):
        missed = loaded("accounts", "--client", wrong)
        assert missed.code == 1
        assert f"Did you mean {name!r}" in missed.err
    lost = loaded("transactions", "--client", name, "--account", "nothing-like-it")
    assert lost.code == 1
    assert "ledgersync accounts --client NAME" in lost.err


def test_json_lists_have_the_promised_keys(loaded: Run) -> None:
    client = loaded("clients", "--json").json[0]
    assert set(client) == {"id", "source_id", "name", "email", "status", "accounts"}
    assert client["accounts"] == 2
    account = loaded("accounts", "--client", client["source_id"], "--json").json[0]
    assert set(account) == {
        *("id", "source_id", "name", "institution", "mask", "type", "currency"),
        *("balance", "balance_date", "feed_status"),
    }
    assert isinstance(account["balance"], str)
    rows = loaded(
        "transactions", "--client", client["id"], "--account", account["id"], *SPAN, "--json"
    ).json
    assert len(rows) == 40
    assert set(rows[0]) == {
        *("id", "source_id", "date", "description", "amount", "currency", "check_number"),
        *("payee", "vendor_code", "vendor_name", "gl_code", "method", "confidence", "why"),
        "status",
    }
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)
    served = DemoFirm(3, TODAY, SCALE).transactions(account["source_id"])
    assert {row["source_id"] for row in rows} == {row.id for row in served}
    assert sum(parse_cents(row["amount"]) for row in rows) == sum(row.amount for row in served)
    assert all(row["confidence"] is None and row["status"] == "to_review" for row in rows)


def test_tables_are_readable(loaded: Run, first_account: tuple[str, ...]) -> None:
    shown = loaded("transactions", *first_account, *SPAN).out.splitlines()
    assert shown[0].split() == [
        *("date", "amount", "description", "check", "vendor", "gl_code", "status"),
    ]
    assert re.match(r"\d\d/\d\d/\d{4} +-?\d+\.\d\d ", shown[1])
    assert shown[-1].startswith("40 transactions, ")


def test_export_is_blocked_then_overridden_then_done_then_again(
    loaded: Run, first_account: tuple[str, ...], tmp_path: Path
) -> None:
    out = tmp_path / "new" / "folder"
    export = ("export", *first_account, *SPAN, "--layout", "acs-csv-11", "--out", str(out))
    unreviewed = loaded(*export)
    assert unreviewed.code == 1
    assert "still to review" in unreviewed.err
    blocked = loaded(*export, "--include-unreviewed")
    assert blocked.code == 1
    assert "error: " in blocked.err
    assert "--override REASON" in blocked.err
    assert list(out.iterdir()) == []
    newest = "SELECT seq AS entry, chain AS link FROM audit_entries ORDER BY seq DESC LIMIT 1"
    [head] = query(tmp_path / "data" / "ledgersync.db", newest)
    done = loaded(*export, "--include-unreviewed", "--override", "a trial", "--json")
    assert done.code == 0
    assert done.json["audit_head"] == dict(head)
    assert done.json["rows"] > 0
    file = Path(done.json["path"])
    assert list(out.iterdir()) == [file]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == done.json["sha256"]
    assert re.fullmatch(r"-?\d+\.\d\d", done.json["sum"])
    [kept] = query(tmp_path / "data" / "ledgersync.db", "SELECT confirmed FROM exports")
    warned = {f["kind"] for f in done.json["findings"] if f["severity"] == "warning"}
    assert set(json.loads(kept["confirmed"])) == warned != set()
    twice = loaded(*export, "--include-unreviewed", "--override", "a trial")
    assert (twice.code, twice.out) == (1, "")
    assert "exported before" in twice.err
    assert list(out.iterdir()) == [file]
    again = loaded(*export, "--override", "a trial", "--again")
    assert again.code == 0
    figures = dict(line.split(": ", 1) for line in again.out.splitlines())
    assert figures["sha256"] == hashlib.sha256(Path(figures["path"]).read_bytes()).hexdigest()
    assert (int(figures["rows"]), figures["sum"]) == (done.json["rows"], done.json["sum"])


def test_the_exact_profile_leaves_texts_as_they_are(
    loaded: Run, first_account: tuple[str, ...], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "ledgersync.db")) as books, books:
        books.execute("UPDATE transactions SET description = '=1+1 Pine', payee = ''")
    export = ("export", *first_account, *SPAN, "--layout", "acs-csv-11", "--include-unreviewed")
    told = ("--again", "--override", "a trial", "--json", "--out", str(tmp_path))
    files = {
        profile: Path(loaded(*export, *told, *option).json["path"]).read_text(encoding="utf-8-sig")
        for profile, option in (
            ("none said", ()),
            ("excel-safe", ("--profile", "excel-safe")),
            ("exact", ("--profile", "exact")),
        )
    }
    assert files["none said"] == files["excel-safe"]
    assert files["excel-safe"].count("'=1+1 Pine") == files["exact"].count("=1+1 Pine") > 1
    assert files["exact"] == files["excel-safe"].replace("'=1+1 Pine", "=1+1 Pine")


@pytest.mark.parametrize(
    ("more", "words"),
    [(("--layout", "pdf"), "acs-xlsx, acs-csv-11"), (("--override", " "), "A reason in words")],
)
def test_export_refuses_wrong_options(
    more: tuple[str, ...], words: str, ledgersync: Run, tmp_path: Path
) -> None:
    where = ("--client", "X", "--account", "1", "--out", str(tmp_path / "out"))
    wrong = ledgersync("export", *where, "--from", "2026-01-01", "--to", "2026-01-31", *more)
    assert wrong.code == 2
    assert words in wrong.err
    assert not (tmp_path / "out").exists()


def test_export_folder_that_takes_no_file_stops_before_the_export(
    loaded: Run, first_account: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    refused = loaded("export", *first_account, *SPAN, "--out", str(tmp_path / "file"))
    assert refused.code == 1
    assert "can't take a file" in refused.err


def test_saving_never_replaces_another_file(tmp_path: Path) -> None:
    path = saving.save(tmp_path, "a.csv", b"one")
    assert saving.save(tmp_path, "a.csv", b"one") == path
    with pytest.raises(InvalidInput, match="Another file"):
        saving.save(tmp_path, "a.csv", b"two")
    assert [found.read_bytes() for found in tmp_path.iterdir()] == [b"one"]


def test_probe_reports_fields_without_values(loaded: Run) -> None:
    fits = loaded("api", "probe")
    assert fits.code == 0
    assert "found      transactions.fields.amount = amount" in fits.out
    assert loaded("clients", "--json").json[0]["name"] not in fits.out
    other = loaded("api", "probe", "--email", DemoServer.email, "--password-stdin", stdin="hunter2")
    assert other.code == 1
    assert "PROBLEM" in other.out
    assert loaded("status").code == 0


def test_probe_needs_a_log_in(ledgersync: Run) -> None:
    none = ledgersync("api", "probe")
    assert none.code == 1
    assert "No LedgerSync log-in is stored." in none.err


def test_keys_show_tells_places_and_states_but_no_key(loaded: Run, tmp_path: Path) -> None:
    shown = loaded("keys", "show", "--json")
    assert shown.code == 0
    assert [(key["id"], key["usable"]) for key in shown.json["keys"]] == [("K1", True)]
    key_text = (tmp_path / "firm.key").read_text(encoding="ascii")
    secrets = re.findall(r"[A-Za-z0-9+/]{43}=", key_text)
    assert secrets
    assert all(secret not in shown.out + loaded("keys", "show").out for secret in secrets)
    kit = loaded("keys", "show", "--recovery-kit")
    assert kit.code == 0
    assert len(re.findall(r"^ +(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}$", kit.out, re.MULTILINE)) == 4
    assert "holds the encryption key" in kit.err


def test_keys_show_fails_when_a_needed_key_is_gone(loaded: Run, tmp_path: Path) -> None:
    (tmp_path / "firm.key").rename(tmp_path / "elsewhere.key")
    missing = loaded("keys", "show", "--json")
    assert missing.code == 1
    assert missing.json["keys"][0]["usable"] is False
    assert loaded("status", "--json").json["state"] == "locked"
    assert len(loaded("clients", "--json").json) == 3


def test_database_commands(ledgersync: Run, tmp_path: Path) -> None:
    assert ledgersync("db", "check").code == 1
    assert not (tmp_path / "data").exists()
    assert "from revision none to" in ledgersync("db", "upgrade").out
    assert "already" in ledgersync("db", "upgrade").out
    checked = ledgersync("db", "check", "--json")
    assert checked.code == 0
    found = checked.json
    assert (found["integrity"], found["orphans"]) == ("ok", 0)
    assert found["revision"] == found["newest_revision"]
    assert found["rows"]["transactions"] == 0


def test_doctor_has_a_line_per_check_and_no_log_in(
    loaded: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_ins = count_log_ins(monkeypatch)
    well = loaded("doctor")
    assert well.code == 0, well.out
    assert all(re.match(r"(ok|warn) +\S", line) for line in well.out.splitlines())
    assert "240 transactions" in well.out
    told = [f"{one['verdict']:<4}  {one['what']}" for one in loaded("doctor", "--json").json]
    assert told == well.out.splitlines()
    assert log_ins == []
    monkeypatch.setenv("LEDGERSYNC_API_URL", "http://127.0.0.1:9/api")
    ill = loaded("doctor")
    assert ill.code == 1
    assert re.search(r"^fail +Feed: 127\.0\.0\.1 port 9 is not reached", ill.out, re.MULTILINE)
