"""The one hosted app that all attacks are on."""

from collections.abc import Iterator

import pytest

from tests.attacks.hosted_office import HostedOffice, running_office


@pytest.fixture(scope="session")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostedOffice]:
    with running_office(tmp_path_factory.mktemp("attacked")) as made:
        yield made
