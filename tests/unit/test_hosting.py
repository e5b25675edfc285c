"""What a hosted app refuses to start without: each thing in one sentence, with what to do."""

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from ledgersync.commands import hosting
from ledgersync.config import Mode, Settings
from ledgersync.errors import SettingsInvalid, VaultError
from tests.conftest import settings_in

GOOD: dict[str, Any] = {
    "redirect_uri": "https://books.firm.com/oauth2callback",
    "cookie_secret": "a" * 32,
    "client_id": "ledgersync",
    "client_secret": "secret of the test",
    "server_metadata_url": "https://login.firm.com/.well-known/openid-configuration",
}
A_KEY = f"K1 {base64.b64encode(bytes(32)).decode()}\n"


def written(folder: Path, lines: str, mode: int = 0o600, *, name: str = "secrets.toml") -> Settings:
    """Settings of a hosted app with these secrets, and a key."""
    secrets, key = folder / name, folder / "firm.key"
    secrets.write_text(lines)
    secrets.chmod(mode)
    key.write_text(A_KEY)
    key.chmod(0o600)
    return settings_in(folder, mode=Mode.HOSTED, secrets_file=secrets, key_file=key)


def section(**changes: Any) -> str:
    values = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return "[auth]\n" + "\n".join(f'{name} = "{value}"' for name, value in values.items())


def test_with_everything_in_place_it_answers_to_its_own_address(tmp_path: Path) -> None:
    options = hosting.require_safe(written(tmp_path, section()))
    assert f"--secrets.files={tmp_path / 'secrets.toml'}" in options
    assert "--server.allowedHosts=books.firm.com" in options
    assert "--server.corsAllowedOrigins=https://books.firm.com" in options
    assert "--browser.serverAddress=books.firm.com" in options


def test_several_providers_each_have_their_section(tmp_path: Path) -> None:
    own = {name: GOOD[name] for name in ("redirect_uri", "cookie_secret")}
    lines = "[auth]\n" + "\n".join(f'{name} = "{value}"' for name, value in own.items())
    lines += '\n[auth.microsoft]\nclient_id = "x"\nclient_secret = "y"\n'
    with pytest.raises(SettingsInvalid, match=r"no server_metadata_url in \[auth.microsoft\]"):
        hosting.require_safe(written(tmp_path, lines))
    lines += f'server_metadata_url = "{GOOD["server_metadata_url"]}"\n'
    assert hosting.require_safe(written(tmp_path, lines))


def test_what_the_only_provider_is_told_besides_is_no_provider(tmp_path: Path) -> None:
    lines = section() + '\nclient_kwargs = { prompt = "login" }\n'
    assert hosting.require_safe(written(tmp_path, lines))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"cookie_secret": "a" * 31}, "cookie_secret of fewer than 32 characters"),
        ({"cookie_secret": None}, "cookie_secret of fewer than 32 characters"),
        ({"redirect_uri": None}, "no redirect_uri that is safe"),
        ({"redirect_uri": "http://books.firm.com/oauth2callback"}, "no redirect_uri that is safe"),
        ({"redirect_uri": "https://books.firm.com/"}, "no redirect_uri that is safe"),
        ({"redirect_uri": "https://Books.firm.com/oauth2callback"}, "browsers say books.firm.com"),
        (
            {"redirect_uri": "https://books.firm.com:443/oauth2callback"},
            "browsers say books.firm.com",
        ),
        ({"client_id": None}, "no client_id in"),
        ({"client_secret": ""}, "no client_secret in"),
        ({"server_metadata_url": "http://login.firm.com/x"}, "server_metadata_url in"),
    ],
)
def test_what_misses_in_the_secrets_is_named(
    tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingsInvalid, match=told) as refused:
        hosting.require_safe(written(tmp_path, section(**changes)))
    assert refused.value.next_step
    for secret in (GOOD["client_secret"], "a" * 31):
        assert secret not in str(refused.value)


@pytest.mark.parametrize("lines", ["", "[auth", "[other]\nx = 1", "auth = 3"])
def test_secrets_without_a_section_are_refused(tmp_path: Path, lines: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"no \[auth\] section|not valid TOML"):
        hosting.require_safe(written(tmp_path, lines))


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX systems")
def test_secrets_that_others_may_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="other users of this machine may read it"):
        hosting.require_safe(written(tmp_path, section(), 0o644))


def test_secrets_under_a_name_that_streamlit_does_not_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match=r"does not end in \.toml"):
        hosting.require_safe(written(tmp_path, section(), name="sign_in"))


def test_without_a_key_or_the_file_it_does_not_start(tmp_path: Path) -> None:
    settings = written(tmp_path, section())
    with pytest.raises(SettingsInvalid, match="needs LEDGERSYNC_KEY_FILE"):
        hosting.require_safe(settings.model_copy(update={"key_file": None}))
    with pytest.raises(SettingsInvalid, match="is none"):
        hosting.require_safe(settings.model_copy(update={"key_file": tmp_path / "gone.key"}))
    with pytest.raises(SettingsInvalid, match="can't be read"):
        hosting.require_safe(settings.model_copy(update={"secrets_file": tmp_path / "gone.toml"}))


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX systems")
@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        (A_KEY, 0o644, "permissions 0644; only 0400 and 0600 are safe"),
        (A_KEY, 0o640, "permissions 0640; only 0400 and 0600 are safe"),
        ("K1 x", 0o600, "Line 1 of the key file .* is not a key id and a key"),
        ("# no key yet\n", 0o600, "holds no encryption key"),
    ],
)
def test_a_key_that_cannot_be_used_does_not_start(
    tmp_path: Path, content: str, mode: int, told: str
) -> None:
    settings = written(tmp_path, section())
    (tmp_path / "firm.key").write_text(content)
    (tmp_path / "firm.key").chmod(mode)
    with pytest.raises((SettingsInvalid, VaultError), match=told) as refused:
        hosting.require_safe(settings)
    assert refused.value.next_step
