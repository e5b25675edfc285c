"""Options that several commands share, and the days and periods that people type."""

from datetime import date, datetime
from typing import Annotated

import typer

from ledgersync import clock
from ledgersync.domain.periods import Period, last_month
from ledgersync.errors import InvalidInput

_FORMATS = ("%Y-%m-%d", "%m/%d/%Y")
_YEARS = range(1900, 2200)  # with room before and after for the days that a load reads besides


def day(text: str) -> date:
    """A day as people write it, 2026-10-31 or 10/31/2026.

    Raises:
        BadParameter: for anything else.
    """
    for form in _FORMATS:
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  a plain day
        except ValueError:
            continue
        if found.year in _YEARS:
            return found
    raise typer.BadParameter(f"{text[:40]!r} is not a day such as 2026-10-31 or 10/31/2026.")


def period(start: date | None, end: date | None) -> Period:
    """The days asked for; without a start from the first day of the month before, to today.

    Raises:
        BadParameter: when the end lies before the start.
    """
    end = end or clock.today()
    try:
        return Period(start or last_month(end).start, end)
    except InvalidInput as error:
        raise typer.BadParameter(error.sentence, param_hint="--from and --to") from None


ClientOption = Annotated[
    str, typer.Option("--client", metavar="NAME|ID", help="The client's exact name, or an id.")
]
AccountOption = Annotated[
    str, typer.Option("--account", metavar="ID", help="The bank account's id, or LedgerSync's.")
]
FromOption = Annotated[
    date | None,
    typer.Option(
        "--from",
        parser=day,
        metavar="DATE",
        help="First day; the first of the month before if left out.",
    ),
]
ToOption = Annotated[
    date | None,
    typer.Option("--to", parser=day, metavar="DATE", help="Last day; today if left out."),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout and nothing else.")
]
