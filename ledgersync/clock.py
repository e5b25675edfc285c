"""The one place that asks what time it is, so that tests can travel."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """The current moment, aware and in UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date where the app runs; accountants think in local days."""
    return datetime.now().astimezone().date()
