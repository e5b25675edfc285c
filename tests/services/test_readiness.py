"""Readiness: what of database, schema and key is missing, in a word each."""

import pytest
from sqlalchemy import text

from ledgersync.errors import DatabaseUnavailable
from ledgersync.services.readiness import what_is_missing
from tests.services.conftest import Office


def _without_key(office: Office) -> None:
    for file in office.workspace.settings.config_folder.rglob("*"):
        if file.is_file():
            file.unlink()


def test_a_key_that_is_gone_is_missing(office: Office) -> None:
    assert what_is_missing(office.workspace) == []
    office.connect()
    assert what_is_missing(office.workspace) == []
    _without_key(office)
    assert what_is_missing(office.workspace) == ["key"]


def test_a_key_is_missing_although_it_signs_alone(office: Office) -> None:
    _without_key(office)
    assert what_is_missing(office.workspace) == ["key"]


def test_another_schema_is_missing(office: Office) -> None:
    with office.workspace.database.writing() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert what_is_missing(office.workspace) == ["schema"]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_database_that_does_not_answer_is_missing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise DatabaseUnavailable("The database does not answer.", "Try again.")

    monkeypatch.setattr(office.workspace.database, "reading", away)
    assert what_is_missing(office.workspace) == ["database"]
