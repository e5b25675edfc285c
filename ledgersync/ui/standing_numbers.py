"""What a number of Overview counts: in which bank accounts that is, and the way to just that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledgersync import money
from ledgersync.domain.periods import Period
from ledgersync.domain.ties import Tie
from ledgersync.services.overview import AccountStanding, ClientStanding
from ledgersync.ui.review_sheet import Show
from ledgersync.ui.texts import counted


class Number(StrEnum):
    """The numbers of Overview that lead somewhere, named like the board's columns.

    `LOADED` and `TIES` count bank accounts, the others transactions. `REVIEWED` ones are not
    exported yet; `DONE` counts both.
    """

    LOADED = "loaded"
    ROWS = "transactions"
    MATCHED = "matched"
    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"
    DONE = "done"
    EXPORTED = "exported"
    PROBLEMS = "problems"
    TIES = "ties"

    @property
    def counts_rows(self) -> bool:
        return self not in {Number.LOADED, Number.TIES}


# Review's filter that lets through just the rows which a number counts.
_SHOWS = {
    Number.ROWS: Show.KEPT,
    Number.MATCHED: Show.MATCHED,
    Number.TO_REVIEW: Show.TO_REVIEW,
    Number.REVIEWED: Show.REVIEWED,
    Number.DONE: Show.DONE,
    Number.EXPORTED: Show.EXPORTED,
    Number.PROBLEMS: Show.PROBLEM,
}
_ROW_WORDS = {
    Number.ROWS: "transactions",
    Number.MATCHED: "matched",
    Number.TO_REVIEW: "to review",
    Number.REVIEWED: "reviewed, not exported yet",
    Number.DONE: "reviewed or exported",
    Number.EXPORTED: "exported",
    Number.PROBLEMS: "with a problem",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One bank account behind a number of Overview, and whose it is."""

    number: Number
    client: ClientStanding
    account: AccountStanding

    @property
    def rows(self) -> int:
        """How many of the account's rows the number counts; none where it counts accounts."""
        counts = self.account.counts
        if self.number is Number.DONE:
            return counts.reviewed + counts.exported
        return getattr(counts, self.number.value) if self.number.counts_rows else 0

    @property
    def tie(self) -> Tie | None:
        return self.account.tie.tie if self.account.tie else None

    @property
    def words(self) -> str:
        """What the number says of the account: how many rows, or how the account stands."""
        if self.number is Number.LOADED:
            return "Loaded" if self.account.loaded else "Not loaded"
        if self.number is Number.TIES and self.account.tie:
            off = abs(self.account.tie.difference or 0)
            return f"Off by {money.dollars(off, self.account.currency)}" if off else "Ties"
        return f"{self.rows:,}"

    def link(self, period: Period) -> dict[str, str]:
        """The query parameters that bring Review to what the number counts here."""
        return _link(self.client, self.account, period) | _filter(self.number)


def places(clients: Iterable[ClientStanding], number: Number) -> list[Place]:
    """The bank accounts behind a number, those that need work or have most rows first."""
    every = [Place(number, client, account) for client in clients for account in client.places]
    if number is Number.LOADED:
        return sorted(every, key=lambda place: place.account.loaded)
    if number is Number.TIES:
        compared = [place for place in every if place.tie in {Tie.OFF, Tie.TIES}]
        return sorted(compared, key=lambda place: place.tie is Tie.TIES)
    return sorted((place for place in every if place.rows), key=lambda place: -place.rows)


def number_words(found: Sequence[Place], number: Number) -> str:
    """The number that these places make up: "154 to review", "24 of 36 accounts loaded"."""
    every = counted(len(found), "account")
    if number is Number.LOADED:
        return f"{sum(place.account.loaded for place in found)} of {every} loaded"
    if number is Number.TIES:
        return f"{sum(place.tie is Tie.TIES for place in found)} of {every} tie"
    return f"{sum(place.rows for place in found):,} {_ROW_WORDS[number]}"


def number_link(client: ClientStanding, number: Number, period: Period) -> dict[str, str]:
    """The way to where a client has most of a number; without any, to a list of none."""
    found = places([client], number)
    return found[0].link(period) if found else client_link(client, period) | _filter(number)


def client_link(client: ClientStanding, period: Period) -> dict[str, str]:
    """The way to a client on Review: to the account with most to review, or else most rows.

    It names the account, so that Review has nothing to add to it, and one step leads back.
    """
    busiest = max(
        client.places,
        key=lambda account: (account.counts.to_review, account.counts.transactions),
        default=None,
    )
    return _link(client, busiest, period)


def _link(
    client: ClientStanding, account: AccountStanding | None, period: Period
) -> dict[str, str]:
    parts = {
        "client": client.client_id,
        "account": account.account_id if account else "",
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
    }
    return {name: part for name, part in parts.items() if part}


def _filter(number: Number) -> dict[str, str]:
    return {"show": _SHOWS[number].value} if number in _SHOWS else {}
