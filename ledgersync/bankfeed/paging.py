"""Whole lists: page after page, until they are complete - or an honest note why they aren't.

Lists change while they are read and servers count wrongly. A first reading stops at the first sign
of that and starts again, once; the second goes on as far as it can and says what it saw.
"""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ledgersync.bankfeed import profiles
from ledgersync.bankfeed.addresses import link_or_none, with_params
from ledgersync.bankfeed.rows import Row
from ledgersync.domain.transactions import SetAside

T = TypeVar("T")

MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One answer: its rows, how many rows it says there are, and the next cursor or link."""

    rows: tuple[Row[T], ...]
    total: int | None
    next: str


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list as far as it could be read; `note` says in a sentence why it is not complete."""

    rows: tuple[T, ...]
    set_aside: tuple[SetAside, ...]
    complete: bool
    note: str


class Unsteady(Exception):  # noqa: N818  a reason to read again, never an error for the caller
    """The list changed or repeated itself while it was read."""


@dataclass
class _Reading(Generic[T]):
    """One pass over a list: what was gathered, and the first thing that was wrong with it."""

    strict: bool
    rows: dict[Hashable, Row[T]] = field(default_factory=dict)
    conflicts: dict[str, list[Row[T]]] = field(default_factory=dict)
    pages: set[tuple[str, ...]] = field(default_factory=set)
    received: int = 0
    first_length: int = 0
    total: int | None = None
    note: str = ""

    def add(self, page: Page[T]) -> bool:
        """Take a page in; False when it is one that was seen before."""
        content = tuple(row.raw for row in page.rows)
        if content in self.pages and not self._may_be_real(page):
            self.flaw("LedgerSync sent the same page twice.")
            return False
        self.first_length = self.first_length if self.pages else len(content)
        self.pages.add(content)
        self._expect(page.total)
        for row in page.rows:
            self._take(row)
        self.received += len(content)
        return True

    def _may_be_real(self, page: Page[T]) -> bool:
        """Whether equal pages are no repetition: empty, or equal purchases in a feed without ids.

        Only a total keeps the latter from going on for ever.
        """
        alike = len({row.raw for row in page.rows}) <= 1
        nameless = not any(row.source_id for row in page.rows)
        return not page.rows or (page.total is not None and alike and nameless)

    def _expect(self, total: int | None) -> None:
        if total is None:
            return
        if self.total is not None and total != self.total:
            self.flaw(f"The list changed from {self.total} to {total} rows while it was read.")
        self.total = total

    def _take(self, row: Row[T]) -> None:
        """Rows with an id count once; rows without one are each their own."""
        if not row.source_id:
            self.rows[len(self.rows), row.raw] = row
            return
        known = self.rows.setdefault(row.source_id, row)
        if known.raw != row.raw:
            self.flaw("LedgerSync sent the same id with different content.")
            self.conflicts.setdefault(row.source_id, [known]).append(row)

    def flaw(self, note: str) -> None:
        if self.strict:
            raise Unsteady
        self.note = self.note or note

    def ended_after(self, page: Page[T], size: int) -> bool:
        """Whether a list that is counted or numbered ends with this page.

        Without a total, a short page is only the last when an earlier one was longer: servers send
        fewer rows than asked for when they have a limit of their own.
        """
        if not page.rows:
            return True
        if self.total is not None:
            return len(self.rows) >= self.total
        return len(page.rows) < self.first_length and len(page.rows) < size

    def listing(self) -> Listing[T]:
        if self.total is not None and len(self.rows) != self.total:
            self.flaw(
                f"LedgerSync announced {self.total} rows and sent {len(self.rows)} different ones."
            )
        kept = [row for name, row in self.rows.items() if name not in self.conflicts]
        aside = [row.value for row in kept if isinstance(row.value, SetAside)]
        for rows in self.conflicts.values():
            reason = "Its id came twice with different content."
            aside.extend(SetAside(reason, row.raw, row.source_id) for row in rows)
        good = tuple(row.value for row in kept if not isinstance(row.value, SetAside))
        return Listing(good, tuple(aside), not self.note, self.note)


async def read_list(
    fetch: Callable[[str], Awaitable[Page[T]]], url: str, paging: profiles.Paging
) -> Listing[T]:
    """Read the whole list that begins at `url`; what `fetch` raises passes through."""
    try:
        return await _read(fetch, url, paging, _Reading(strict=True))
    except Unsteady:
        pass
    return await _read(fetch, url, paging, _Reading(strict=False))


async def _read(
    fetch: Callable[[str], Awaitable[Page[T]]],
    url: str,
    paging: profiles.Paging,
    reading: _Reading[T],
) -> Listing[T]:
    steps = _steps(url, paging)
    current = steps.first
    for _ in range(MOST_PAGES):
        page = await fetch(current)
        if not reading.add(page):
            return reading.listing()
        following = steps.after(current, page, reading)
        if not following:
            return reading.listing()
        current = following
    reading.strict = False  # reading ten thousand pages again would end no better
    reading.flaw(f"The list has more than {MOST_PAGES} pages.")
    return reading.listing()


def first_address(url: str, paging: profiles.Paging) -> str:
    """The address of a list's first page."""
    return _steps(url, paging).first


def _steps(url: str, paging: profiles.Paging) -> "_CursorSteps | _NumberedSteps":
    return _CursorSteps(url, paging) if paging.style == "cursor" else _NumberedSteps(url, paging)


class _NumberedSteps:
    """Pages by number or by rows to skip, or the one and only page."""

    def __init__(self, url: str, paging: profiles.Paging) -> None:
        self._url = url
        self._paging = paging
        self._number = paging.first_page if paging.style == "page" else 0
        self.first = url if paging.style == "none" else self._address()

    def _address(self) -> str:
        paging = self._paging
        size = {paging.size_param: str(paging.size)} if paging.size_param else {}
        return with_params(self._url, {paging.page_param: str(self._number), **size})

    def after(self, _: str, page: Page[T], reading: _Reading[T]) -> str:
        if self._paging.style == "none" or reading.ended_after(page, self._paging.size):
            return ""
        self._number = self._number + 1 if self._paging.style == "page" else reading.received
        return self._address()


class _CursorSteps:
    """Pages that each name the next one, by a cursor or by a link."""

    def __init__(self, url: str, paging: profiles.Paging) -> None:
        size = {paging.size_param: str(paging.size)} if paging.size_param else {}
        self.first = with_params(url, size)
        self._param = paging.cursor_param
        self._seen: set[str] = {self.first}

    def after(self, current: str, page: Page[T], reading: _Reading[T]) -> str:
        if not page.next:
            return ""
        link = link_or_none(page.next, current)
        following = link or with_params(self.first, {self._param: page.next})
        if following in self._seen:
            reading.flaw("LedgerSync's paging goes round in a circle.")
            return ""
        self._seen.add(following)
        return following
