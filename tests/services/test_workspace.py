"""Who may open what: the modes of the app, and the one person of a local installation."""

from pathlib import Path

import pytest

from ledgersync.config import Mode
from ledgersync.errors import SettingsInvalid
from ledgersync.services.workspace import local_actor, open_workspace
from ledgersync.storage.engine import Database
from ledgersync.storage.upgrading import upgrade
from tests.conftest import settings_in


def test_the_local_person_is_the_same_one_at_every_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    seen = []
    for _ in range(2):
        workspace = open_workspace(settings)
        seen.append(local_actor(workspace))
        workspace.close()
    assert seen[0] == seen[1]
    assert seen[0].name


def test_nobody_acts_in_hosted_mode_without_signing_in(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, mode=Mode.HOSTED)
    database = Database(settings.effective_database_url)
    upgrade(database)
    database.close()
    workspace = open_workspace(settings)
    with pytest.raises(SettingsInvalid, match="signs in first"):
        local_actor(workspace)
    workspace.close()
