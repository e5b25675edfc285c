"""What support needs to know of an installation: facts without secrets, names or addresses."""

import platform
from dataclasses import dataclass
from urllib.parse import urlsplit

from ledgersync import __version__
from ledgersync.config import Mode, Settings
from ledgersync.domain.actors import Actor
from ledgersync.services import access, connecting
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients, loads, transactions

_UNSEEN = "not visible to this person"


@dataclass(frozen=True, slots=True)
class Installation:
    """How this installation is set up; `feed_source` says in words who chose the feed's address."""

    version: str
    mode: Mode
    database: str
    feed_host: str
    feed_source: str


def installation(actor: Actor, workspace: Workspace) -> Installation:
    """How this installation is set up, as Settings and Help show it."""
    access.require(workspace, actor, Permission.SEE_CLIENTS)
    address = urlsplit(workspace.feed.profile.base_url)
    return Installation(
        version=__version__,
        mode=workspace.settings.mode,
        database="SQLite" if workspace.database.is_sqlite else "PostgreSQL",
        feed_host=address.hostname or "",
        feed_source=_feed_source(workspace.settings),
    )


def support_message(actor: Actor, workspace: Workspace) -> str:
    """A message to support, ready to copy: numbers and codes, no secrets, no e-mail, no names."""
    facts = installation(actor, workspace)
    lines = {
        "Version": facts.version,
        "Mode": facts.mode.value,
        "Database": facts.database,
        "Python": f"{platform.python_version()} on {platform.system()}",
        "Connection": _connection_words(actor, workspace),
        "LedgerSync address": f"{facts.feed_host} ({facts.feed_source})",
        "In the app": _counts(actor, workspace),
    }
    facts_text = "\n".join(f"{name}: {value}" for name, value in lines.items())
    return f"LedgerSync for Accounting CS\n{facts_text}\n\nWhat I did:\nWhat I saw:\n"


def _feed_source(settings: Settings) -> str:
    if settings.mode is Mode.DEMO:
        return "the demo server inside this app"
    if settings.api_url:
        return "set by LEDGERSYNC_API_URL"
    if settings.api_profile:
        return f"from the profile file {settings.api_profile.name}"
    return "from the profile that comes with the app"


def _connection_words(actor: Actor, workspace: Workspace) -> str:
    if not access.permits(workspace, actor, Permission.CONNECT):
        return _UNSEEN
    connection = connecting.connection_state(actor, workspace)
    return f"{connection.state.value}, {connection.failure or 'no failure'}"


def _counts(actor: Actor, workspace: Workspace) -> str:
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        listed = clients.list_clients(tx)
        accounts = clients.list_accounts(tx)
        unfinished = [load for load in loads.latest_loads(tx).values() if load.state != "done"]
        rows = transactions.count_transactions(tx)
    return (
        f"clients {len(listed)}, bank accounts {len(accounts)}, transactions {rows}, "
        f"accounts whose last load is unfinished {len(unfinished)}"
    )
