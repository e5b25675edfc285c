"""doctor: one line per check of this installation; nothing is changed and nobody is logged in."""

import os
import socket
import ssl
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

import typer

from ledgersync import __version__
from ledgersync.commands.checks import Check, Line, Verdict
from ledgersync.commands.hosted_checks import check_backup_tools, check_hosted
from ledgersync.commands.opening import read_settings
from ledgersync.commands.options import JsonOption
from ledgersync.commands.output import complain, say, say_json
from ledgersync.config import Mode, Settings
from ledgersync.errors import LedgerSyncError
from ledgersync.services import upkeep
from ledgersync.services.workspace import open_keys

app = typer.Typer(rich_markup_mode=None)

_LIBRARIES = ("streamlit", "sqlmodel", "sqlalchemy", "alembic", "httpx", "cryptography", "keyring")
_PYTHON = (3, 11)
_APP_PORT = 8501
_SECONDS = 5.0


@app.command()
def doctor(*, as_json: JsonOption = False) -> None:
    """Check this installation, one line per check.

    Each line begins with ok, warn or fail. LedgerSync's address is only reached, without a log-in.
    A hosted app's sign-in, key, database, its tools and proxy are looked at too, and no line holds
    a secret. Exit 1 when a check failed.
    """
    found = []
    for line in _lines():
        found.append(line)
        if not as_json:
            say(f"{line.verdict.value:<4}  {line.what}")
    if as_json:
        say_json([{"verdict": line.verdict.value, "what": line.what} for line in found])
    if failed := sum(line.verdict is Verdict.FAIL for line in found):
        complain(f"{failed} of the checks failed. Correct what the lines say, then run it again.")
        raise typer.Exit(1)


def _lines() -> Iterator[Line]:
    yield from _python()
    try:
        settings = read_settings()
    except LedgerSyncError as error:
        yield Line(Verdict.FAIL, str(error))
        return
    yield Line(Verdict.OK, f"Settings: mode {settings.mode.value}, log level {settings.log_level}")
    for check in CHECKS:
        try:
            yield from check(settings)
        except LedgerSyncError as error:
            yield Line(Verdict.FAIL, str(error))


def _python() -> Iterator[Line]:
    ours = sys.version_info[:2] >= _PYTHON
    verdict = Verdict.OK if ours else Verdict.FAIL
    running = ".".join(str(part) for part in sys.version_info[:3])
    yield Line(verdict, f"LedgerSync for Accounting CS {__version__} on Python {running}")
    for name in _LIBRARIES:
        try:
            yield Line(Verdict.OK, f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Line(Verdict.FAIL, f"{name} is not installed: install the requirements again")


def _folders(settings: Settings) -> Iterator[Line]:
    yield _folder("Data folder", settings.data_folder)
    yield _folder("Config folder", settings.config_folder)


def _folder(name: str, path: Path) -> Line:
    if not path.exists():
        return Line(Verdict.OK, f"{name} {path} will be made when it is needed")
    if not path.is_dir():
        return Line(Verdict.FAIL, f"{name} {path} is not a folder")
    status = path.stat()
    mode, safe = stat.S_IMODE(status.st_mode), _safe_mode(status)
    if mode & 0o777 & ~safe:
        said = f"{name} {path} is open to other users ({mode:o}): chmod {safe:o}"
        return Line(Verdict.WARN, said)
    return Line(Verdict.OK, f"{name} {path} ({mode:o})")


def _safe_mode(status: os.stat_result) -> int:
    """What a folder may at most allow: the app enters one of another owner by its group."""
    if sys.platform == "win32":
        return 0o777  # mode bits say nothing there
    return 0o700 if status.st_uid == os.geteuid() else 0o750


def _database(settings: Settings) -> Iterator[Line]:
    file = settings.database_file
    if file and not file.exists():
        yield Line(Verdict.OK, "Database: none yet, the first start makes it")
        return
    found = upkeep.check_database(settings)
    if found.problem:
        yield Line(Verdict.FAIL, f"Database: {found.problem}")
        return
    rows = found.rows.get("transactions", 0)
    yield Line(Verdict.OK, f"Database: revision {found.revision}, sound, {rows:,} transactions")


def _keys(settings: Settings) -> Iterator[Line]:
    ids: list[str] = []
    for place in open_keys(settings).places():
        ids += place.key_ids
        where = f"{place.source} {place.path or ''}".strip()
        if place.key_ids:
            yield Line(Verdict.OK, f"Encryption keys in {where}: {', '.join(place.key_ids)}")
        elif place.path and place.path.exists():
            yield Line(Verdict.FAIL, f"Encryption keys in {where}: {place.note}")
    if not ids:
        yield Line(Verdict.OK, "Encryption keys: none yet, the first start makes one")


def _feed(settings: Settings) -> Iterator[Line]:
    if settings.mode is Mode.DEMO:
        yield Line(Verdict.OK, "Feed: the demo's own server, on this machine")
        return
    address = upkeep.feed_address(settings)
    source = settings.api_profile or "the one that comes with the program"
    yield Line(Verdict.OK, f"Feed profile: {source}")
    yield _reached(address, settings)


def _reached(address: str, settings: Settings) -> Line:
    parts = urlsplit(address)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), timeout=_SECONDS) as plain:
            if parts.scheme == "https":
                bundle = str(settings.ca_bundle) if settings.ca_bundle else None
                context = ssl.create_default_context(cafile=bundle)
                context.wrap_socket(plain, server_hostname=host).close()
    except ssl.SSLCertVerificationError:
        return Line(Verdict.FAIL, f"Feed: the certificate of {host} is not trusted here")
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        return Line(Verdict.FAIL, f"Feed: {host} port {port} is not reached ({why})")
    return Line(Verdict.OK, f"Feed: {host} port {port} answers; no log-in was tried")


def _port(_settings: Settings) -> Iterator[Line]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        taken = probe.connect_ex(("127.0.0.1", _APP_PORT)) == 0
    if taken:
        yield Line(Verdict.WARN, f"Port {_APP_PORT} is in use: the app runs, or use run --port N")
    else:
        yield Line(Verdict.OK, f"Port {_APP_PORT} is free")


CHECKS: tuple[Check, ...] = (
    _folders,
    check_hosted,
    _database,
    check_backup_tools,
    _keys,
    _feed,
    _port,
)
