"""Secrets go through a whole job, failures and all, and are then looked for everywhere.

They may be where they are meant for alone: in the body of a log-in, in the header of a request, and
in the key file.
"""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from ledgersync import cli
from ledgersync.bankfeed import client as feed_client
from ledgersync.commands.opening import opened
from ledgersync.services import outside_advice, support
from tests.attacks.canaries import in_files, sightings
from tests.attacks.echoing_ledgersync import EchoingLedgerSync, made_up
from tests.bankfeed.feed_server import FeedServer, plain
from tests.services.command_runs import Ended, Run, install_in

DAYS = ("--from", "2026-10-01", "--to", "2026-10-31")
_KEY = re.compile(r"[A-Za-z0-9+/]{43}=")


@dataclass
class Job:
    """The commands of an installation, and everything that they said."""

    canaries: dict[str, str]
    feed: EchoingLedgerSync
    server: FeedServer
    folder: Path
    run: Run
    said: list[str] = field(default_factory=list)

    def does(self, *args: str, stdin: str = "", code: int = 0) -> Ended:
        ended = self.run(*args, stdin=stdin)
        self.said += [ended.out, ended.err]
        assert ended.code == code, (args, ended.err[-500:])
        return ended

    def connects(self, password: str, code: int = 0) -> None:
        email = self.canaries["e-mail"]
        self.does("connect", "--email", email, "--password-stdin", stdin=password, code=code)

    def keys(self) -> dict[str, str]:
        """Every master key that there is now."""
        found = _KEY.findall((self.folder / "firm.key").read_text())
        return {f"master key {number}": key for number, key in enumerate(found)}


@pytest.fixture
def job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Job]:
    install_in(tmp_path, monkeypatch)
    monkeypatch.setenv("LEDGERSYNC_LOG_LEVEL", "DEBUG")
    monkeypatch.setattr("ledgersync.services.workspace.open_keychain", lambda: None)
    canaries = made_up()
    feed = EchoingLedgerSync(canaries)

    def run(*args: str, stdin: str = "") -> Ended:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = cli.main(args)
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    with FeedServer(feed) as server:
        monkeypatch.setenv("LEDGERSYNC_API_URL", server.url)
        yield Job(canaries, feed, server, tmp_path, run)


def test_secrets_of_a_whole_job_are_nowhere_but_where_they_belong(
    job: Job, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    _work(job)
    job.canaries |= job.keys()
    _ask_an_outside_model(job)
    _break(job, monkeypatch)
    job.does("backup")
    job.does("keys", "rotate")
    job.canaries |= job.keys()
    job.does("backup", "--out", str(job.folder / "out" / "after.db"))
    job.does("keys", "retire", "K1")
    job.does("disconnect")

    logged = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert sightings("\n".join(job.said), job.canaries) == []
    assert sightings(logged, job.canaries) == []
    assert in_files(job.folder, job.canaries, but=[job.folder / "firm.key"]) == []
    assert len(list(job.folder.rglob("*.db"))) >= 3
    _require_sent_as_meant(job)


def _work(job: Job) -> None:
    job.connects(job.canaries["wrong password"], code=1)
    job.connects(job.canaries["password"])
    job.does("sync", *DAYS)
    where = ("--client", "Client C1", "--account", "A1", *DAYS)
    job.does("transactions", *where, "--json")
    job.does(
        "export",
        *where,
        "--include-unreviewed",
        "--override",
        "x",
        "--out",
        str(job.folder / "out"),
    )
    job.feed.failing = True
    job.does("sync", *DAYS, code=1)
    job.does("api", "probe", code=1)
    job.connects(job.canaries["password"], code=1)
    job.connects(job.canaries["wrong password"], code=1)
    job.feed.failing = False
    for command in (
        ("status",), ("status", "--json"), ("accounts", "--client", "Client C1"), ("users", "list"),
        ("audit", "show", "--json"), ("audit", "verify"), ("keys", "show"), ("db", "check"),
        ("rules", "export", str(job.folder / "out" / "rules.csv")), ("doctor",),
    ):  # fmt: skip
        job.does(*command)


def _ask_an_outside_model(job: Job) -> None:
    """Its server refuses, and repeats the key."""
    with (
        FeedServer(lambda call: plain({"error": str(call.headers)}, 401)) as model,
        opened() as (actor, workspace),
    ):
        key = SecretStr(job.canaries["outside key"])
        outside_advice.save_outside_ai(
            actor, workspace, f"{model.url}/v1", "m", key, 9, enabled=True
        )
        job.said.append(repr(outside_advice.try_outside_ai(actor, workspace)))
        job.said.append(repr(outside_advice.outside_ai(actor, workspace)))
        job.said.append(support.support_message(actor, workspace))
        assert model.calls[0].headers["authorization"] == f"Bearer {job.canaries['outside key']}"


def _break(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody expects, where the secrets are at hand: its trace goes to the log."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    with monkeypatch.context() as patch:
        patch.setattr(feed_client.Feed, "log_in", broken)
        job.connects(job.canaries["password"], code=1)
    assert "Traceback" in job.said[-1]


def _require_sent_as_meant(job: Job) -> None:
    """The password in the bodies of log-ins alone, the token in one header of the other calls."""
    for call in job.server.calls:
        log_in = call.path == "/authenticate"
        headers = {name: text for name, text in call.headers.items() if name != "authorization"}
        rest = f"{call.method} {call.target} {headers}" + ("" if log_in else str(call.body))
        assert sightings(rest, job.canaries) == []
        assert not log_in or "e-mail" in sightings(call.body, job.canaries)
        assert log_in != (job.canaries["token"] in call.headers.get("authorization", ""))
