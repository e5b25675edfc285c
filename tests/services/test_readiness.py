"""Readiness: what of database, schema and key is missing, in a word each."""

import pytest
from sqlalchemy import text

from ledgersync.services.readiness import what_is_missing
from tests.services.conftest import Office


def test_a_key_that_is_gone_is_missing_once_something_needs_it(office: Office) -> None:
    assert what_is_missing(office.workspace) == []
    office.connect()
    assert what_is_missing(office.workspace) == []
    for file in office.workspace.settings.config_folder.rglob("*"):
        if file.is_file():
            file.unlink()
    assert what_is_missing(office.workspace) == ["key"]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_another_schema_is_missing(office: Office) -> None:
    with office.workspace.database.writing() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert what_is_missing(office.workspace) == ["schema"]
