"""The one hosted app that all attacks are on, and the same on a company's own PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.attacks.hosted_office import HostedOffice, running_office
from tests.attacks.telling_postgres import TellingPostgres, telling_postgres


@pytest.fixture(scope="session")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostedOffice]:
    with running_office(tmp_path_factory.mktemp("attacked")) as made:
        yield made


@pytest.fixture(scope="session")
def companys_postgres() -> Iterator[TellingPostgres]:
    """The server of the app below, which writes down all that it is told."""
    with telling_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def hosted_on_postgresql(
    companys_postgres: TellingPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[HostedOffice]:
    with running_office(tmp_path_factory.mktemp("told"), companys_postgres.url) as made:
        yield made


@pytest.fixture
def attacked(backend: str, request: pytest.FixtureRequest) -> HostedOffice:
    """The hosted app on each of the two databases in turn."""
    fixtures = {"sqlite": "hosted", "postgresql": "hosted_on_postgresql"}
    office: HostedOffice = request.getfixturevalue(fixtures[backend])
    return office
