"""Running the `ledgersync` command in a test's own installation, and how it ended."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


def install_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands work in a local installation below `folder`."""
    monkeypatch.setenv("LEDGERSYNC_MODE", "local")
    for name, place in {"DATA_DIR": "data", "CONFIG_DIR": "config", "KEY_FILE": "firm.key"}.items():
        monkeypatch.setenv(f"LEDGERSYNC_{name}", str(folder / place))
