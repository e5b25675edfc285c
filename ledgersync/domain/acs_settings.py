"""What Accounting CS is set to for a client: fiscal year, open period, GL mask, Undistributed."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AcsSettings:
    """A client's settings in Accounting CS, as far as somebody has said.

    `fiscal_year_end` is "MM-DD" or ""; `open_from` and `open_to` are the first and the last day
    that may be posted to, None where it is open-ended.
    """

    fiscal_year_end: str = ""
    open_from: date | None = None
    open_to: date | None = None
    gl_mask: str = ""
    undistributed_gl: str = ""

    def fiscal_year_start(self, day: date) -> date | None:
        """The first day of the fiscal year that holds `day`; None when its end is not known."""
        if not self.fiscal_year_end:
            return None
        ended = self._end_in(day.year)
        return (ended if day > ended else self._end_in(day.year - 1)) + _ONE_DAY

    def is_open(self, day: date) -> bool:
        return (self.open_from or day) <= day <= (self.open_to or day)

    def _end_in(self, year: int) -> date:
        """The last day of the fiscal year that ends in this year; February 29 is its last day."""
        month, day = map(int, self.fiscal_year_end.split("-"))
        return date(year, month, min(day, monthrange(year, month)[1]))
