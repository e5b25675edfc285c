"""Settings: safe without any, and every value that is refused is named."""

from pathlib import Path

import pytest

from ledgersync import config
from ledgersync.config import Mode, Settings, load_settings
from ledgersync.errors import SettingsInvalid


@pytest.fixture(autouse=True)
def _no_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert settings.mode is Mode.LOCAL
    assert settings.effective_database_url == (
        f"sqlite:///{settings.data_folder / 'ledgersync.db'}"
    )
    assert settings.api_url == ""
    assert not settings.config_folder.is_relative_to(settings.data_folder)
    assert not settings.data_folder.is_relative_to(settings.config_folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEDGERSYNC_MODE", "production"),
        ("LEDGERSYNC_DATABASE_URL", "mysql://books"),
        ("LEDGERSYNC_DATABASE_URL", "postgresql://books"),
        ("LEDGERSYNC_API_URL", "http://app.ledgersync.example/api"),
        ("LEDGERSYNC_API_URL", "https://someone:hunter2@app.ledgersync.example"),
        ("LEDGERSYNC_API_URL", "app.ledgersync.example"),
        ("LEDGERSYNC_API_URL", "ftp://app.ledgersync.example"),
        ("LEDGERSYNC_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_refused_value_names_its_variable_and_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as refused:
        load_settings()
    assert f"The setting {name} is not usable: " in refused.value.sentence
    assert refused.value.next_step
    assert refused.value.__cause__ is None
    assert "hunter2" not in str(refused.value)
    assert "production" not in str(refused.value)


@pytest.mark.parametrize("value", ["http://127.0.0.1:8000/api/v1/", "https://a.example/v1"])
def test_safe_addresses_are_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LEDGERSYNC_API_URL", value)
    assert load_settings().api_url == value.rstrip("/")


def test_a_file_beside_the_app_is_read_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("LEDGERSYNC_LOG_LEVEL=warning\nLEDGERSYNC_MODE=hosted\n")
    monkeypatch.setenv("LEDGERSYNC_MODE", "local")
    settings = load_settings()
    assert (settings.log_level, settings.mode) == ("WARNING", Mode.LOCAL)


def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGERSYNC_MODE", "")
    monkeypatch.setenv("LEDGERSYNC_KEY_FILE", "")
    settings = load_settings()
    assert (settings.mode, settings.key_file) == (Mode.LOCAL, None)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("LEDGERSYNC_CONFIG_DIR", "books/config"),
        ("LEDGERSYNC_KEY_FILE", "books/my.key"),
        ("LEDGERSYNC_SECRETS_FILE", "books/sign-in.toml"),
    ],
)
def test_a_copy_of_the_data_must_not_take_secrets_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, inside: str
) -> None:
    monkeypatch.setenv("LEDGERSYNC_DATA_DIR", str(tmp_path / "books"))
    monkeypatch.setenv(name, str(tmp_path / inside))
    with pytest.raises(SettingsInvalid, match=f"{name} lies inside LEDGERSYNC_DATA_DIR"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("LEDGERSYNC_CONFIG_DIR", "books"),
        ("LEDGERSYNC_KEY_FILE", "books/firm.key"),
        ("LEDGERSYNC_KEY_FILE", "books/backups/firm.key"),
        ("LEDGERSYNC_SECRETS_FILE", "books/secrets.toml"),
    ],
)
def test_secrets_are_not_beside_a_database_of_another_place_either(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, place: str
) -> None:
    monkeypatch.setenv("LEDGERSYNC_DATABASE_URL", f"sqlite:///{tmp_path / 'books' / 'firm.db'}")
    load_settings()
    monkeypatch.setenv(name, str(tmp_path / "keys" / "firm"))
    load_settings()
    monkeypatch.setenv(name, str(tmp_path / place))
    with pytest.raises(SettingsInvalid, match=f"{name} lies beside the database"):
        load_settings()


def test_a_link_does_not_hide_where_the_key_lies(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "books" / "config").mkdir(parents=True)
    (tmp_path / "elsewhere").symlink_to(tmp_path / "books" / "config")
    monkeypatch.setenv("LEDGERSYNC_DATA_DIR", str(tmp_path / "books"))
    monkeypatch.setenv("LEDGERSYNC_CONFIG_DIR", str(tmp_path / "elsewhere"))
    with pytest.raises(SettingsInvalid, match="LEDGERSYNC_CONFIG_DIR lies inside"):
        load_settings()


def test_the_demo_has_places_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEDGERSYNC_DATABASE_URL", "postgresql+psycopg://books.example/firm")
    monkeypatch.setenv("LEDGERSYNC_KEY_FILE", str(tmp_path / "firm.key"))
    firm = load_settings()
    monkeypatch.setenv("LEDGERSYNC_MODE", "demo")
    demo = load_settings()
    assert demo.effective_database_url.startswith("sqlite:///")
    assert demo.effective_key_file is None
    assert firm.effective_key_file == tmp_path / "firm.key"
    assert demo.data_folder != firm.data_folder
    assert demo.config_folder != firm.config_folder


def test_settings_cannot_be_changed_and_do_not_show_the_database_password() -> None:
    settings = Settings(database_url="postgresql+psycopg://ledger:s3cret@host/db")
    with pytest.raises(ValueError, match="frozen"):
        settings.mode = Mode.DEMO
    assert "s3cret" not in repr(settings)
    assert config.PROJECT_ROOT.joinpath("app.py").is_file()
