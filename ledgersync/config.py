"""Settings from the environment and from a .env file beside app.py: frozen, checked at start."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ledgersync.errors import SettingsInvalid

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SQLITE = "sqlite:///"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_OWN_SECTION = "client_kwargs"


class Mode(StrEnum):
    """How the app is used: on one PC, for a firm at a URL, or as a demo without an account."""

    LOCAL = "local"
    HOSTED = "hosted"
    DEMO = "demo"


class Settings(BaseSettings):
    """Everything that differs between installations; every value has a safe default."""

    model_config = SettingsConfigDict(
        env_prefix="LEDGERSYNC_",
        env_file=PROJECT_ROOT / ".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    mode: Mode = Mode.LOCAL
    # Some systems have one folder for data and configuration: the last part keeps them apart.
    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("ledgersync", appauthor=False) / "data"
    )
    config_dir: Path = Field(
        default_factory=lambda: (
            platformdirs.user_config_path("ledgersync", appauthor=False) / "config"
        )
    )
    database_url: str = Field(default="", repr=False)
    key_file: Path | None = None
    secrets_file: Path | None = None
    api_url: str = ""
    api_profile: Path | None = None
    ca_bundle: Path | None = None
    idle_minutes: int = Field(default=60, ge=5, le=24 * 60)
    sign_in_hours: int = Field(default=12, ge=1, le=7 * 24)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: object) -> object:
        return value.upper() if isinstance(value, str) else value

    @field_validator(
        "data_dir", "config_dir", "key_file", "secrets_file", "api_profile", "ca_bundle"
    )
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else None

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith((SQLITE, "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql+psycopg://")
        return value

    @field_validator("api_url")
    @classmethod
    def _safe_address(cls, value: str) -> str:
        if value:
            require_safe_address(value)
        return value.rstrip("/")

    @property
    def data_folder(self) -> Path:
        """Where the database lives; the demo has its own, so that it never meets a firm's data."""
        return self.data_dir / "demo" if self.mode is Mode.DEMO else self.data_dir

    @property
    def config_folder(self) -> Path:
        """Where the key file lives: never inside the data folder, which people copy as a backup."""
        return self.config_dir / "demo" if self.mode is Mode.DEMO else self.config_dir

    @property
    def effective_database_url(self) -> str:
        """The database that is named, else a file in the data folder; the demo has its own."""
        if self.database_url and self.mode is not Mode.DEMO:
            return self.database_url
        return f"{SQLITE}{self.data_folder / 'ledgersync.db'}"

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database, None for PostgreSQL."""
        url = self.effective_database_url
        return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None

    @property
    def effective_key_file(self) -> Path | None:
        return None if self.mode is Mode.DEMO else self.key_file


def require_safe_address(address: str) -> None:
    """Refuse feed addresses that would send a password in the clear.

    Raises:
        ValueError: unless the address is https, or http to this machine's loopback, with a host
            and without credentials in it.
    """
    parts = urlsplit(address)
    if not parts.hostname or parts.username or parts.password:
        raise ValueError("must be a full address such as https://app.ledgersync.com/api/v1")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("must start with https:// (http:// only for this machine itself)")


def named_providers(auth: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The sections of a secrets file's [auth] that name a company sign-in each, by name.

    What [auth] itself tells the only one (client_kwargs) is none.
    """
    return {
        name: section
        for name, section in auth.items()
        if isinstance(section, Mapping) and section and name != _OWN_SECTION
    }


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsInvalid: for the first value that is refused, naming its variable.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "LEDGERSYNC_" + "_".join(str(part) for part in first["loc"]).upper()
        problem = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise SettingsInvalid(
            f"The setting {name} is not usable: {problem[:1].lower()}{problem[1:]}.",
            "Correct it in the environment or in the .env file beside app.py, then start again.",
        ) from None
    _require_secrets_apart(settings)
    return settings


def _require_secrets_apart(settings: Settings) -> None:
    """Refuse places where a copy of the data would take what has to stay secret along."""
    data, database = settings.data_folder.resolve(), settings.database_file
    beside = database.resolve().parent if database else data
    for name, place, what in (
        ("LEDGERSYNC_CONFIG_DIR", settings.config_folder, "the encryption key"),
        ("LEDGERSYNC_KEY_FILE", settings.effective_key_file, "the encryption key"),
        ("LEDGERSYNC_SECRETS_FILE", settings.secrets_file, "the secrets of the company sign-in"),
    ):
        if not place:
            continue
        folder = place.resolve() if name.endswith("_DIR") else place.resolve().parent
        if folder in {beside, beside / "backups"} and not folder.is_relative_to(data):
            raise SettingsInvalid(
                f"{name} lies beside the database of LEDGERSYNC_DATABASE_URL, so a copy of its "
                f"folder would take {what} along.",
                "Choose another folder for one of them, then start again.",
            )
        if place.resolve().is_relative_to(data):
            raise SettingsInvalid(
                f"{name} lies inside LEDGERSYNC_DATA_DIR, so a copy of the data would take "
                f"{what} along.",
                "Choose a place outside the data folder, then start again.",
            )
