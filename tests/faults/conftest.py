"""The office of the services' tests and the pages of the app's, for faults to be done to."""

from tests.services.conftest import _after_october, feed, loaded, office, server
from tests.ui.conftest import _nothing_unexpected, _own_main, _packages_read_once

__all__ = [
    "_after_october",
    "_nothing_unexpected",
    "_own_main",
    "_packages_read_once",
    "feed",
    "loaded",
    "office",
    "server",
]
