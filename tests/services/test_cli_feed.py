"""Commands on another LedgerSync: field names of its own, a certificate of its own, a refusal."""

import io
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from ledgersync import cli
from tests.bankfeed.feed_server import Call, FeedServer, Reply, plain
from tests.services.command_runs import Ended, Run, install_in
from tests.services.scripted_ledgersync import EMAIL, PASSWORD, ScriptedLedgerSync, row

OCTOBER = ("--from", "2026-10-01", "--to", "2026-10-31")
RENAMED = """
base_url = "https://elsewhere.example"
[auth]
path = "/v2/sign-in"
email_field = "user"
password_field = "secret"
token_field = "data.accessToken"
header = "X-Session"
scheme = ""
[paging]
style = "none"
items_field = "data.rows"
[clients]
path = "/v2/customers"
[clients.fields]
id = "key"
name = "title"
[accounts]
path = "/v2/accounts?of={client_id}"
[accounts.fields]
id = "key"
name = "title"
[transactions]
path = "/v2/lines?of={account_id}"
start_param = "since"
end_param = "until"
date_format = "us"
amount_sign = "positive_is_money_out"
[transactions.fields]
id = "key"
date = "day"
description = "text"
amount = "sum"
"""
LINE = {"key": "L1", "day": "10/05/2026", "text": "HARBOR COFFEE", "sum": "12.50"}


def renamed(call: Call) -> Reply:
    """What a server says that speaks the profile above, and no other."""
    if call.path == "/v2/sign-in":
        wanted = {"user": EMAIL, "secret": PASSWORD}
        return plain({"data": {"accessToken": "t-1"}}) if json.loads(call.body) == wanted else NO
    if call.headers.get("x-session") != "t-1":
        return NO
    rows: dict[tuple[str, str], list[Any]] = {
        ("/v2/customers", ""): [{"key": "C7", "title": "Osprey Dental"}],
        ("/v2/accounts", "C7"): [{"key": "A7", "title": "Operating"}],
        ("/v2/lines", "A7"): [LINE] if call.params.get("since") == "10/01/2026" else [],
    }
    return plain({"data": {"rows": rows[call.path, call.params.get("of", "")]}})


NO = plain({"error": "invalid credentials"}, 401)


@pytest.fixture
def ledgersync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    install_in(tmp_path, monkeypatch)

    def run(*args: str, stdin: str = "") -> Ended:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = cli.main(args)
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return run


@pytest.fixture
def feed() -> ScriptedLedgerSync:
    return ScriptedLedgerSync(clients={"C1": ["A1"]}, rows={"A1": [row("t1")]})


@pytest.fixture
def serving(feed: ScriptedLedgerSync, monkeypatch: pytest.MonkeyPatch) -> Iterator[FeedServer]:
    with FeedServer(feed) as server:
        monkeypatch.setenv("LEDGERSYNC_API_URL", server.url)
        yield server


def connect(run: Run) -> Ended:
    return run("connect", "--email", EMAIL, "--password-stdin", stdin=f"{PASSWORD}\n")


def test_the_named_profile_is_what_is_spoken(
    ledgersync: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = tmp_path / "renamed.toml"
    profile.write_text(RENAMED, encoding="utf-8")
    monkeypatch.setenv("LEDGERSYNC_API_PROFILE", str(profile))
    with FeedServer(renamed) as server:
        monkeypatch.setenv("LEDGERSYNC_API_URL", server.url)
        assert connect(ledgersync).code == 0
        assert ledgersync("sync", *OCTOBER).out.startswith("1 new, ")
    listed = ledgersync(
        "transactions", "--client", "Osprey Dental", "--account", "A7", *OCTOBER, "--json"
    )
    [found] = listed.json
    assert (found["source_id"], found["date"], found["amount"]) == ("L1", "2026-10-05", "-12.50")


def test_a_profile_that_cannot_be_used_is_named_before_anything_starts(
    ledgersync: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = tmp_path / "wrong.toml"
    profile.write_text(RENAMED.replace("[paging]", "[paging]\npagesize = 5"), encoding="utf-8")
    monkeypatch.setenv("LEDGERSYNC_API_PROFILE", str(profile))
    for command in ("status", "sync"):
        stopped = ledgersync(command)
        assert (stopped.code, stopped.out) == (1, "")
        assert "paging.pagesize" in stopped.err
        assert "Traceback" not in stopped.err


def test_the_named_certificates_are_trusted(
    ledgersync: Run, feed: ScriptedLedgerSync, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "office.pem")
    with FeedServer(feed, context) as server:
        monkeypatch.setenv("LEDGERSYNC_API_URL", server.url)
        refused = connect(ledgersync)
        assert refused.code == 1
        assert "can't be trusted" in refused.err
        assert "LEDGERSYNC_CA_BUNDLE" in refused.err
        assert server.calls == []
        monkeypatch.setenv("LEDGERSYNC_CA_BUNDLE", str(tmp_path / "office.pem"))
        assert connect(ledgersync).code == 0


def test_a_sync_run_by_the_clock_sends_a_refused_password_once(
    ledgersync: Run, feed: ScriptedLedgerSync, serving: FeedServer
) -> None:
    assert connect(ledgersync).code == 0
    feed.password = "changed at LedgerSync"
    feed.tokens.clear()
    ends = [ledgersync("sync", *OCTOBER) for _ in range(3)]
    assert {end.code for end in ends} == {1}
    assert all("refused the stored password. LedgerSync did not" in end.err for end in ends)
    assert "The stored password is not sent again before somebody saves it anew" in ends[-1].err
    assert serving.count("/authenticate") == 2
    assert ledgersync("status", "--json").json["state"] == "needs_attention"
