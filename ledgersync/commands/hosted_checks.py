"""doctor's checks of a hosted app: sign-in, key file, database, its tools, and the way through TLS.

Each line names what is set, what is missing or what is unsafe, and never a secret.
"""

import http.client
import json
import ssl
import stat
from collections.abc import Iterator

from ledgersync.commands import hosting
from ledgersync.commands.checks import Line, Verdict
from ledgersync.config import Mode, Settings
from ledgersync.errors import SettingsInvalid, VaultError
from ledgersync.services import upkeep

_SECONDS = 5.0
_HEADERS = ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options")


def check_hosted(settings: Settings) -> Iterator[Line]:
    """Everything that only a hosted app needs; nothing on one person's own machine."""
    if settings.mode is not Mode.HOSTED:
        return
    for found in hosting.sign_in_findings(settings):
        failed = isinstance(found, SettingsInvalid)
        yield Line(Verdict.FAIL if failed else Verdict.OK, str(found))
    yield _key_file(settings)
    yield _database(settings)
    yield from _public_side(settings)


def _key_file(settings: Settings) -> Line:
    try:
        hosting.require_key(settings)
    except (SettingsInvalid, VaultError) as error:
        return Line(Verdict.FAIL, str(error))
    assert settings.key_file is not None  # noqa: S101  required above
    mode = stat.S_IMODE(settings.key_file.stat().st_mode)
    return Line(Verdict.OK, f"Key file: {settings.key_file} ({mode:o}), outside the data folder")


def _database(settings: Settings) -> Line:
    if settings.database_file:
        return Line(
            Verdict.WARN, "Database: SQLite; for more than a few people, move to a PostgreSQL"
        )
    return Line(Verdict.OK, f"Database: PostgreSQL, {upkeep.database_words(settings)}")


def check_backup_tools(settings: Settings) -> Iterator[Line]:
    """PostgreSQL's own programs, where its database is one; without them there are no backups."""
    for tool in upkeep.backup_tools(settings):
        if tool.problem:
            yield Line(Verdict.WARN, f"Backups: {tool.name} {tool.problem}")
        else:
            yield Line(Verdict.OK, f"Backups: {tool.name} {tool.version}")


def _public_side(settings: Settings) -> Iterator[Line]:
    """The app as people reach it: through the proxy, which may run somewhere else."""
    try:
        address = hosting.public_address(settings)
    except SettingsInvalid:
        return  # said already
    host = address.hostname or ""
    try:
        answer, body = _asked(address.scheme, host, address.port)
    except ssl.SSLCertVerificationError:
        yield Line(Verdict.FAIL, f"Proxy: the certificate of {host} is not trusted here")
    except (OSError, http.client.HTTPException) as error:
        why = (getattr(error, "strerror", None) or type(error).__name__).lower()
        yield Line(Verdict.WARN, f"Proxy: {host} is not reached from here ({why}); does it run?")
    else:
        yield _readiness(host, answer.status, body)
        yield from _headers(host, answer)


def _asked(scheme: str, host: str, port: int | None) -> tuple[http.client.HTTPResponse, bytes]:
    way = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
    connection = way(host, port, timeout=_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer, answer.read(10_000)
    finally:
        connection.close()


def _readiness(host: str, status: int, body: bytes) -> Line:
    try:
        found = json.loads(body)
        ready, missing = bool(found["ready"]), ", ".join(map(str, found["missing"]))
    except (ValueError, KeyError, TypeError):
        return Line(Verdict.FAIL, f"Proxy: {host} answers {status} and is not this app")
    if ready:
        return Line(Verdict.OK, f"Proxy: {host} leads to the app, which is ready")
    return Line(Verdict.FAIL, f"Proxy: {host} leads to the app, which lacks: {missing}")


def _headers(host: str, answer: http.client.HTTPResponse) -> Iterator[Line]:
    missing = [name for name in _HEADERS if not answer.getheader(name)]
    if missing:
        yield Line(Verdict.WARN, f"Proxy: answers of {host} come without {', '.join(missing)}")
    else:
        yield Line(Verdict.OK, f"Proxy: answers of {host} carry the headers that keep them safe")
