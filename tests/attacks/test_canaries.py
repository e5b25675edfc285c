"""Secrets go through a whole job, failures and all, and are then looked for everywhere.

They may be where they are meant for alone: in the body of a log-in, in the header of a request, and
in the key file. On PostgreSQL the server's own files and log are looked into as well, and nobody
may be told the database's password but the programs that sign in with it.
"""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from ledgersync import cli
from ledgersync.bankfeed import client as feed_client
from ledgersync.commands.opening import opened
from ledgersync.services import outside_advice, support
from tests.attacks.canaries import awkward_word, in_files, sightings
from tests.attacks.echoing_ledgersync import EchoingLedgerSync, made_up
from tests.attacks.telling_postgres import (
    Programs,
    TellingPostgres,
    noting_programs,
    telling_postgres,
)
from tests.bankfeed.feed_server import FeedServer, plain
from tests.conftest import ROLE
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
    ending: str  # of a backup's name
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


@pytest.fixture(scope="module")
def telling() -> Iterator[TellingPostgres]:
    with telling_postgres() as server:
        yield server


@pytest.fixture
def programs(
    telling: TellingPostgres,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Programs:
    """An installation on PostgreSQL, and the programs that it calls."""
    monkeypatch.setenv("LEDGERSYNC_DATABASE_URL", telling.url)
    return noting_programs(telling.server, tmp_path_factory.mktemp("programs"), monkeypatch)


@pytest.fixture
def job(
    backend: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Job]:
    if backend == "postgresql":
        request.getfixturevalue("programs")
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
        ending = "db" if backend == "sqlite" else "dump"
        yield Job(canaries, feed, server, tmp_path, run, ending)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_secrets_of_a_whole_job_are_nowhere_but_where_they_belong(
    job: Job, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    _whole_job(job, monkeypatch)
    _require_kept_to_itself(job, caplog)
    assert len(list(job.folder.rglob("*.db"))) >= 3


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_nor_are_they_in_what_postgresql_keeps_logs_and_dumps(
    job: Job,
    telling: TellingPostgres,
    programs: Programs,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    job.canaries["database password"] = telling.password
    _whole_job(job, monkeypatch)
    _bring_back(job)
    _lose_the_database(job, telling, monkeypatch)

    _require_kept_to_itself(job, caplog)
    assert telling.sightings(job.canaries) == []
    assert telling.sightings_in_dumps(job.folder, job.canaries) == []
    assert sightings(programs.command_lines, job.canaries) == []
    assert sightings(programs.environments, job.canaries) == ["database password"]
    _require_would_be_found(job, telling, programs)


def _whole_job(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    _work(job)
    job.canaries |= job.keys()
    _ask_an_outside_model(job)
    _break(job, monkeypatch)
    job.does("backup")
    job.does("keys", "rotate")
    job.canaries |= job.keys()
    job.does("backup", "--out", str(job.folder / "out" / f"after.{job.ending}"))
    job.does("keys", "retire", "K1")
    job.does("disconnect")


def _require_kept_to_itself(job: Job, caplog: pytest.LogCaptureFixture) -> None:
    logged = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert sightings("\n".join(job.said), job.canaries) == []
    assert sightings(logged, job.canaries) == []
    assert in_files(job.folder, job.canaries, but=[job.folder / "firm.key"]) == []
    _require_sent_as_meant(job)


def _bring_back(job: Job) -> None:
    job.does("restore", str(job.folder / "out" / "after.dump"))
    job.does("restore", str(job.folder / "firm.key"), code=1)
    job.does("doctor", "--json")


def _lose_the_database(job: Job, telling: TellingPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its server takes another password alone, and is then away."""
    job.canaries["wrong database password"] = awkward_word("database")
    wrong = make_url(telling.url).set(password=job.canaries["wrong database password"])
    with monkeypatch.context() as patch:
        patch.setenv("LEDGERSYNC_DATABASE_URL", wrong.render_as_string(hide_password=False))
        _ask_in_vain(job)
    assert "password authentication failed" in telling.log
    telling.server.stop("fast")
    _ask_in_vain(job)
    telling.server.start()


def _ask_in_vain(job: Job) -> None:
    for command in ("status", "doctor", "backup", "sync"):
        job.does(command, code=1)


def _require_would_be_found(job: Job, telling: TellingPostgres, programs: Programs) -> None:
    """The same search finds what is no secret in all these places."""
    known = {"a row": "HARBOR COFFEE 0042"}
    places = [place.split("/")[0] for place in telling.sightings(known)]
    assert {"a row in base", "a row in pg_wal", "a row in log"} <= set(places)
    assert len(telling.sightings_in_dumps(job.folder, known)) >= 2
    called = {"a program": f"--dbname=postgresql://{ROLE}"}
    assert sightings(programs.command_lines, called) == ["a program"]


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
