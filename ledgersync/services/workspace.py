"""What a running app works with: its settings, database, keys and way to LedgerSync."""

import getpass
import logging
from dataclasses import dataclass, field
from datetime import datetime

from ledgersync.bankfeed.client import Feed
from ledgersync.bankfeed.profiles import load_profile
from ledgersync.config import Mode, Settings
from ledgersync.domain.actors import Actor, Role
from ledgersync.errors import SettingsInvalid
from ledgersync.services.audit_signing import sign_with
from ledgersync.services.knowledge import KnowledgeCache
from ledgersync.services.large_runs import search_memory_seldom
from ledgersync.storage import installation, upgrading, users
from ledgersync.storage.engine import Database
from ledgersync.storage.turns import Turn, take_turn
from ledgersync.vault.keys import KeyStore, open_keychain

LOCAL_USER_ID = "local"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workspace:
    """Opened once per process; closed when the process ends."""

    settings: Settings
    database: Database
    keys: KeyStore
    feed: Feed
    knowledge: KnowledgeCache = field(default_factory=KnowledgeCache)
    # Loads whose end could not be recorded, with their state and sentence: see load_endings.
    unclosed_loads: dict[str, tuple[str, str]] = field(default_factory=dict)
    # How far the audit trail tells of no recovery kit of a key; None once it does: see key_care.
    kit_searches: dict[str, int | None] = field(default_factory=dict)
    # When each refused sign-in was last noted in the audit trail: see refused_sign_ins.
    refused_sign_ins: dict[str, datetime] = field(default_factory=dict)
    # Connections whose log-in was seen to open: what it was sealed as, and its masked e-mail.
    opened_log_ins: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)

    def close(self) -> None:
        self.feed.close()
        self.database.close()


def open_workspace(settings: Settings, *, feed_address: str = "") -> Workspace:
    """Open the database, upgrading it where one person runs it, and prepare keys and feed.

    Args:
        settings: as `config.load_settings` gives them.
        feed_address: the demo server's address; it goes before every other setting.

    Raises:
        SettingsInvalid: when demo and firm data would meet in one database.
        SchemaMismatch: when the database is newer than this program, or hosted and not upgraded.
        ProfileInvalid: when the feed profile can't be used.
        VaultError: when a hosted app's first start finds no key that can be used.
    """
    search_memory_seldom()
    profile = load_profile(
        None if feed_address else settings.api_profile, feed_address or settings.api_url
    )
    keys = open_keys(settings)
    database = _open_database(settings, keys)
    return Workspace(
        settings=settings,
        database=database,
        keys=keys,
        feed=Feed(profile, ca_bundle=settings.ca_bundle),
    )


def _open_database(settings: Settings, keys: KeyStore) -> Database:
    database = Database(settings.effective_database_url)
    try:
        if settings.mode is Mode.HOSTED:
            upgrading.require_newest(database)
        else:
            _upgrade(database, settings)
        _claim(database, settings.mode)
        # A server's key is given to it before its first start; nobody looks at its screen.
        sign_with(database, keys, required=settings.mode is Mode.HOSTED)
    except BaseException:
        database.close()
        raise
    return database


def _upgrade(database: Database, settings: Settings) -> None:
    if why_not := upgrading.upgrade(database, settings.data_folder).why_not:
        _log.warning("The database was upgraded. %s", why_not)


def open_keys(settings: Settings) -> KeyStore:
    """Where this installation's encryption keys are. The demo never asks for the keychain."""
    return KeyStore(
        key_file=settings.effective_key_file,
        config_folder=settings.config_folder,
        keychain=open_keychain() if settings.mode is Mode.LOCAL else None,
        may_create_key_file=settings.mode is not Mode.HOSTED,
    )


def local_actor(workspace: Workspace) -> Actor:
    """The one person who uses a local installation or the demo; named as on their PC.

    Raises:
        SettingsInvalid: in hosted mode, where nobody may act without having signed in.
    """
    if workspace.settings.mode is Mode.HOSTED:
        raise SettingsInvalid(
            "LEDGERSYNC_MODE is hosted, where everybody signs in first.",
            "Open the app's address in a browser and sign in there.",
        )
    return command_actor(workspace)


def command_actor(workspace: Workspace) -> Actor:
    """Who runs a command: whoever may log in to this machine and read its settings and key.

    In hosted mode that is the server's administrator; no sign-in in a browser leads to this person.
    """
    with workspace.database.reading() as tx:
        user = users.find_user(tx, LOCAL_USER_ID)
    if user is None:
        user = users.User(
            LOCAL_USER_ID, person(workspace.settings.mode), Role.ADMIN, disabled=False
        )
        with workspace.database.writing() as tx:
            take_turn(tx, Turn.SET_UP)
            if users.find_user(tx, LOCAL_USER_ID) is None:
                users.add_user(tx, user)
    return Actor(user.id, user.name)


def person(mode: Mode) -> str:
    """The name of whoever runs this program on this machine."""
    if mode is Mode.DEMO:
        return "Demo admin"
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "Local admin"


def _claim(database: Database, mode: Mode) -> None:
    """Say once what a database is for; later starts for something else are refused."""
    kind = "demo" if mode is Mode.DEMO else "firm"
    with database.reading() as tx:
        found = installation.read(tx, "kind")
    if found is None:
        with database.writing() as tx:
            take_turn(tx, Turn.SET_UP)
            found = installation.read(tx, "kind")
            if found is None:
                installation.write_once(tx, "kind", kind)
                found = kind
    if found != kind:
        raise SettingsInvalid(
            f"This database holds {'the demo' if found == 'demo' else 'a firm'}'s data, "
            f"and the app was started for {'the demo' if kind == 'demo' else 'a firm'}.",
            "Set LEDGERSYNC_DATA_DIR or LEDGERSYNC_DATABASE_URL to the right one.",
        )
