"""The office of the services' tests, for faults to be done to."""

from tests.services.conftest import _after_october, feed, loaded, office, server

__all__ = ["_after_october", "feed", "loaded", "office", "server"]
