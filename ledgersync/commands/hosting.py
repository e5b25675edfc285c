"""What a hosted app needs before it may start: each thing that misses is one sentence."""

import os
import stat
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ledgersync.config import LOOPBACK, PROJECT_ROOT, Settings, named_providers
from ledgersync.errors import SettingsInvalid
from ledgersync.services.workspace import open_keys

_SHORTEST_SECRET = 32
_CALLBACK = "/oauth2callback"
_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_START_AGAIN = "Then start again."
_GIVE_A_KEY = "Give the file of the key, mode 0400 or 0600, outside the data folder."


def secrets_file(settings: Settings) -> Path:
    """Where Streamlit reads the [auth] section from."""
    return settings.secrets_file or PROJECT_ROOT / ".streamlit" / "secrets.toml"


def require_safe(settings: Settings) -> list[str]:
    """Refuse to start a hosted app that would be open, or that nobody could sign in to.

    Returns:
        Options for Streamlit: the secrets, and the one address that the app answers to. By
        `serverAddress` Streamlit knows it, and looks for no other address of this machine.

    Raises:
        SettingsInvalid: for the first thing that misses.
        VaultError: for a key file that can't be used.
    """
    require_key(settings)
    file = secrets_file(settings)
    auth = _auth_section(file)
    address = _require_address(auth, file)
    _require_cookie_secret(auth, file)
    for name, provider in _providers(auth):
        _require_provider(name, provider, file)
    host = address.hostname or ""
    return [
        f"--secrets.files={file}",
        f"--server.allowedHosts={host}",
        "--server.allowedHosts=127.0.0.1",  # the command's own look whether the app answers
        f"--server.corsAllowedOrigins={_origin(address)}",
        f"--browser.serverAddress={host}",
    ]


def sign_in_findings(settings: Settings) -> Iterator[str | SettingsInvalid]:
    """What is set up of the company's sign-in, and each thing that misses; never a secret."""
    file = secrets_file(settings)
    try:
        auth = _auth_section(file)
    except SettingsInvalid as error:
        yield error
        return
    yield f"Sign-in secrets: {file}, for its owner alone"
    yield _found(_address_words, auth, file)
    yield _found(_cookie_words, auth, file)
    for name, provider in _providers(auth):
        yield _found(partial(_provider_words, name), provider, file)


def public_address(settings: Settings) -> SplitResult:
    """The app's own address.

    Raises:
        SettingsInvalid: when the secrets name none that is safe.
    """
    file = secrets_file(settings)
    return _require_address(_auth_section(file), file)


def _found(
    words: Callable[[Mapping[str, Any], Path], str], section: Mapping[str, Any], file: Path
) -> str | SettingsInvalid:
    try:
        return words(section, file)
    except SettingsInvalid as error:
        return error


def _address_words(auth: Mapping[str, Any], file: Path) -> str:
    return f"Public address: {_origin(_require_address(auth, file))}"


def _origin(address: SplitResult) -> str:
    return f"{address.scheme}://{address.netloc}"


def _cookie_words(auth: Mapping[str, Any], file: Path) -> str:
    _require_cookie_secret(auth, file)
    return "Cookie secret: set, and long enough"


def _provider_words(name: str, provider: Mapping[str, Any], file: Path) -> str:
    _require_provider(name, provider, file)
    where = urlsplit(str(provider["server_metadata_url"])).hostname
    return f"Sign-in [{name}]: client id and secret are set, people sign in at {where}"


def require_key(settings: Settings) -> None:
    """Refuse a hosted app whose key has no file, or one that can't be used or that others may read.

    Raises:
        SettingsInvalid: when none is named, it is not there, or no key is in it.
        VaultError: when others could read or change it, or a line of it is no key.
    """
    if settings.key_file is None or not settings.key_file.is_file():
        raise SettingsInvalid(
            "A hosted app needs LEDGERSYNC_KEY_FILE, the file with its encryption key"
            + ("." if settings.key_file is None else f", and {settings.key_file} is none."),
            f"{_GIVE_A_KEY} {_START_AGAIN}",
        )
    if not open_keys(settings).ids():
        raise SettingsInvalid(
            f"The key file {settings.key_file} holds no encryption key.",
            f"{_GIVE_A_KEY} {_START_AGAIN}",
        )


def _auth_section(file: Path) -> Mapping[str, Any]:
    try:
        mode = file.stat().st_mode
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsInvalid(
            f"A hosted app needs {file} with an [auth] section, and it can't be read.",
            f"Write it, or name another file in LEDGERSYNC_SECRETS_FILE. {_START_AGAIN}",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SettingsInvalid(
            f"{file} is not valid TOML.", f"Correct it as the README shows. {_START_AGAIN}"
        ) from None
    if file.suffix != ".toml":  # Streamlit would go on without its secrets
        raise SettingsInvalid(
            f"{file} has a name that does not end in .toml, so its secrets would not be read.",
            f"Rename it, and write its new name to LEDGERSYNC_SECRETS_FILE. {_START_AGAIN}",
        )
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise SettingsInvalid(
            f"{file} holds secrets, and other users of this machine may read it.",
            f"Run: chmod 600 {file}",
        )
    auth = document.get("auth")
    if not isinstance(auth, Mapping):
        raise _wrong(file, "has no [auth] section", "Add one as the README shows.")
    return auth


def _require_address(auth: Mapping[str, Any], file: Path) -> SplitResult:
    address = urlsplit(str(auth.get("redirect_uri", "")))
    if not _is_safe(address) or not address.path.endswith(_CALLBACK):
        raise _wrong(
            file,
            "names no redirect_uri that is safe",
            f"Write the app's own address, https://..., with {_CALLBACK} at its end.",
        )
    usual = _as_browsers_write(address)
    if address.netloc != usual:
        raise _wrong(
            file,
            f"names {address.netloc} in redirect_uri, where browsers say {usual}",
            "Write it as browsers do: nobody could sign in otherwise.",
        )
    return address


def _as_browsers_write(address: SplitResult) -> str:
    """Host and port in small letters, without the port that goes without saying."""
    unsaid = {"https": ":443", "http": ":80"}[address.scheme]
    return address.netloc.lower().removesuffix(unsaid)


def _require_cookie_secret(auth: Mapping[str, Any], file: Path) -> None:
    if len(str(auth.get("cookie_secret", ""))) < _SHORTEST_SECRET:
        raise _wrong(
            file,
            f"has a cookie_secret of fewer than {_SHORTEST_SECRET} characters",
            'Make one with: python3 -c "import secrets; print(secrets.token_hex(32))"',
        )


def _providers(auth: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Each provider's section with its name; [auth] itself where it names none."""
    named = [(f"auth.{name}", section) for name, section in named_providers(auth).items()]
    return named or [("auth", auth)]


def _require_provider(name: str, provider: Mapping[str, Any], file: Path) -> None:
    for key in _PROVIDER:
        if not provider.get(key):
            raise _wrong(file, f"has no {key} in [{name}]", "Your company's sign-in gives it.")
    if not _is_safe(urlsplit(str(provider["server_metadata_url"]))):
        raise _wrong(
            file,
            f"has a server_metadata_url in [{name}] that is not safe",
            "It must start with https://",
        )


def _is_safe(address: SplitResult) -> bool:
    if not address.hostname or address.username or address.password:
        return False
    return address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK)


def _wrong(file: Path, what: str, next_step: str) -> SettingsInvalid:
    return SettingsInvalid(f"{file} {what}.", f"{next_step} {_START_AGAIN}")
