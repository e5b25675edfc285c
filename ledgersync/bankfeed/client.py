"""The way to LedgerSync for the rest of the program: synchronous, safe to share between threads.

Inside, everything runs on one event loop in a thread of its own, because only there can a deadline
really end what it limits: a name that is never resolved, headers and bodies that drip.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeAlias, TypeVar

import anyio
from anyio.from_thread import start_blocking_portal
from anyio.streams.memory import MemoryObjectReceiveStream
from pydantic import SecretStr

from ledgersync.bankfeed import answers, failures, log_in
from ledgersync.bankfeed.access import Access, Credentials, Token
from ledgersync.bankfeed.addresses import fill, with_params
from ledgersync.bankfeed.columns import transactions_reader
from ledgersync.bankfeed.crowd import a_good_number, all_there_is, at_once
from ledgersync.bankfeed.days import write_day
from ledgersync.bankfeed.failures import TokenRefused
from ledgersync.bankfeed.lanes import Answer, Deadlines, Question
from ledgersync.bankfeed.paging import Listing, Page, first_address, read_list
from ledgersync.bankfeed.profiles import Profile
from ledgersync.bankfeed.rows import (
    Row,
    account_reader,
    client_reader,
    each,
    statement_reader,
)
from ledgersync.bankfeed.transport import Backoff, Transport
from ledgersync.domain.clients import AccountKey, FeedAccount, FeedClient, FeedStatement
from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import FeedTransaction
from ledgersync.errors import FeedError, FeedNotUnderstood

__all__ = ["Backoff", "Credentials", "Deadlines", "Feed", "Listing", "Session", "Token"]

T = TypeVar("T")
K = TypeVar("K")

_Take: TypeAlias = Callable[
    [MemoryObjectReceiveStream[tuple[K, T | Exception]]],
    Awaitable[list[tuple[K, T | Exception]]],
]


class Feed:
    """The connection pool to one LedgerSync API; one per process, closed at its end.

    Raises:
        SettingsInvalid: when `ca_bundle` holds no usable certificates.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        ca_bundle: Path | None = None,
        deadlines: Deadlines = Deadlines(),  # noqa: B008  frozen, so it can be shared
        backoff: Backoff = Backoff(),  # noqa: B008
    ) -> None:
        self.profile = profile
        self.deadlines = deadlines
        with ExitStack() as opened:
            self.portal = opened.enter_context(start_blocking_portal(name="ledgersync-feed"))
            make = partial(Transport, profile.base_url, ca_bundle, deadlines, backoff)
            self.transport = self.portal.call(make)
            opened.callback(self.portal.call, self.transport.close)
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._opened.close()

    def log_in(self, email: SecretStr, password: SecretStr, seconds: float = float("inf")) -> Token:
        """Log in, with one attempt.

        `seconds` is all the time that the caller has, where that is less than `deadlines.log_in`.

        Raises:
            LogInRefused: when LedgerSync says no; `why` tells which no.
            FeedError: when it can't be reached or understood in time.
        """
        return self.portal.call(self.token_for, Credentials(email, password), seconds)

    async def token_for(self, credentials: Credentials, most: float = float("inf")) -> Token:
        """`log_in`, on the event loop."""
        answer = await self.answer_to(credentials, most)
        return failures.read_safely(lambda: log_in.read_token(answer, self.profile.auth))

    async def answer_to(self, credentials: Credentials, most: float = float("inf")) -> Answer:
        """What LedgerSync answers to a log-in, unread."""
        seconds = min(self.deadlines.log_in, most)
        question = log_in.question(self.profile, credentials)
        with anyio.CancelScope(deadline=anyio.current_time() + seconds):
            return await self.transport.ask_once(question)
        raise failures.too_slow(log_in.LABEL, seconds)

    def session(
        self,
        credentials: Callable[[], Credentials],
        token: Token | None = None,
        on_token: Callable[[Token], None] | None = None,
        seconds: float | None = None,
    ) -> "Session":
        """A session that starts with `token`, or logs in before its first request.

        `credentials` and `on_token` are called on a thread of the feed, inside a log-in only.
        `seconds` is all the time it has, `deadlines.sync` unless told.
        """
        return self.portal.call(Session, self, credentials, token, on_token, seconds)


class Session:
    """One sync's worth of reading; its deadline, `deadlines.sync`, runs from the start.

    Methods may be called from several threads. Besides what each names they raise
    StoredPasswordRefused, FeedForbidden, FeedUnreachable, FeedThrottled and FeedNotUnderstood.
    """

    def __init__(
        self,
        feed: Feed,
        credentials: Callable[[], Credentials],
        token: Token | None,
        on_token: Callable[[Token], None] | None,
        seconds: float | None = None,
    ) -> None:
        self.profile = feed.profile
        self._portal = feed.portal
        self._transport = feed.transport
        self._deadlines = feed.deadlines
        self._seconds = feed.deadlines.sync if seconds is None else seconds
        self._ends = anyio.current_time() + self._seconds
        self._access = Access(feed.token_for, credentials, token, on_token)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends = float("-inf")

    def clients(self) -> Listing[FeedClient]:
        return self._portal.call(self._clients)

    def accounts(self, client_source_id: str) -> Listing[FeedAccount]:
        return self._portal.call(self._accounts, client_source_id)

    def transactions(self, account: AccountKey, period: Period) -> Listing[FeedTransaction]:
        return self._portal.call(self._transactions, account, period)

    def statements(self, account: AccountKey) -> Listing[FeedStatement]:
        """The account's statements; FeedNotUnderstood where the profile has no such section."""
        return self._portal.call(self._statements, account)

    def refresh(self, account: AccountKey) -> None:
        """Ask LedgerSync to fetch the account anew from its bank."""
        self._portal.call(self._refresh, account)

    def refresh_status(self, account: AccountKey) -> str:
        """How the refresh goes: "running", "done", "failed", or another word of LedgerSync's."""
        return self._portal.call(self._refresh_status, account)

    def each_accounts(
        self, client_source_ids: Iterable[str]
    ) -> Iterator[tuple[str, Listing[FeedAccount] | FeedError]]:
        """The accounts of many clients, eight at once, as they come; all stops when closed."""
        return self._each([(name, partial(self._accounts, name)) for name in client_source_ids])

    def each_transactions(
        self, wanted: Iterable[tuple[AccountKey, Period]]
    ) -> Iterator[tuple[AccountKey, Listing[FeedTransaction] | FeedError]]:
        """The transactions of many accounts, eight at once, as they come; all stops when closed."""
        return self._each(self._transaction_work(wanted))

    def transactions_as_they_come(
        self, wanted: Iterable[tuple[AccountKey, Period]]
    ) -> Iterator[list[tuple[AccountKey, Listing[FeedTransaction] | FeedError]]]:
        """Like `each_transactions`, but by the dozen where they come fast, to be stored at once."""
        return self._arriving(self._transaction_work(wanted), a_good_number)

    def each_statements(
        self, accounts: Iterable[AccountKey]
    ) -> Iterator[tuple[AccountKey, Listing[FeedStatement] | FeedError]]:
        """The statements of many accounts, eight at once, as they come; all stops when closed."""
        return self._each([(key, partial(self._statements, key)) for key in accounts])

    def _transaction_work(
        self, wanted: Iterable[tuple[AccountKey, Period]]
    ) -> list[tuple[AccountKey, Callable[[], Awaitable[Listing[FeedTransaction]]]]]:
        return [(key, partial(self._transactions, key, period)) for key, period in wanted]

    def peek(
        self,
        label: str,
        path: str,
        ids: dict[str, str],
        params: dict[str, str],
        *,
        paged: bool = True,
    ) -> object:
        """The JSON of an answer as it came, of a list its first page; for the probe."""
        url = with_params(fill(self.profile.base_url, path, ids), params)
        url = first_address(url, self.profile.paging) if paged else url
        return self._portal.call(self._peek, Question(label, path, url))

    async def _clients(self) -> Listing[FeedClient]:
        section = self.profile.clients
        return await self._list(
            "the list of clients", section.path, {}, {}, each(client_reader(section))
        )

    async def _accounts(self, client_id: str) -> Listing[FeedAccount]:
        section = self.profile.accounts
        read_rows = each(account_reader(section, self.profile))
        ids = {"client_id": client_id}
        return await self._list("a client's accounts", section.path, ids, {}, read_rows)

    async def _transactions(self, account: AccountKey, period: Period) -> Listing[FeedTransaction]:
        section = self.profile.transactions
        params = period_params(self.profile, period)
        ids = asdict(account)
        read_rows = transactions_reader(section)
        return await self._list("an account's transactions", section.path, ids, params, read_rows)

    async def _statements(self, account: AccountKey) -> Listing[FeedStatement]:
        section = self.profile.statements
        if not section:
            raise _not_in_profile("statements")
        ids = asdict(account)
        read_rows = each(statement_reader(section, self.profile))
        return await self._list("an account's statements", section.path, ids, {}, read_rows)

    async def _refresh(self, account: AccountKey) -> None:
        section = self.profile.refresh
        if not section:
            raise _not_in_profile("refresh")
        url = fill(self.profile.base_url, section.path, asdict(account))
        asked = Question("an account's refresh", section.path, url, method="POST")
        await self._within(asked.label, partial(self._ask, asked, lambda _: None))

    async def _refresh_status(self, account: AccountKey) -> str:
        section = self.profile.refresh
        if not section:
            raise _not_in_profile("refresh")
        path, label = section.status_path, "the state of a refresh"
        asked = Question(label, path, fill(self.profile.base_url, path, asdict(account)))

        def read(answer: Answer) -> str:
            return answers.word(answer.body, section.status_field, label)

        return await self._within(label, partial(self._ask, asked, read))

    async def _list(
        self,
        label: str,
        path: str,
        ids: dict[str, str],
        params: dict[str, str],
        read_rows: Callable[[list[object]], list[Row[T]]],
    ) -> Listing[T]:
        paging = self.profile.paging

        def read(answer: Answer) -> Page[T]:
            return answers.page(answer.body, paging, label, read_rows)

        async def fetch(url: str) -> Page[T]:
            return await self._ask(Question(label, path, url), read)

        url = with_params(fill(self.profile.base_url, path, ids), params)
        return await self._within(label, partial(read_list, fetch, url, paging))

    async def _peek(self, asked: Question) -> object:
        def read(answer: Answer) -> object:
            return answers.document(answer.body, asked.label)

        return await self._within(asked.label, partial(self._ask, asked, read))

    async def _ask(self, question: Question, read: Callable[[Answer], T]) -> T:
        """Ask with the session's token; a token that is refused is renewed once, for everybody."""
        token = await self._access.token()
        for _ in range(2):
            signed = replace(question, headers=partial(self._header, token))
            try:
                return await self._transport.ask(signed, read)
            except TokenRefused:
                pass
            token = await self._access.token(refused=token)
        raise self._access.give_up()

    def _header(self, token: Token) -> dict[str, str]:
        auth = self.profile.auth
        return {auth.header: f"{auth.scheme} {token.value.get_secret_value()}".strip()}

    async def _within(self, label: str, work: Callable[[], Awaitable[T]]) -> T:
        """The work, ended when it takes too long or the session's own time is over."""
        listing, until = self._deadlines.listing, self._ends
        with anyio.CancelScope(deadline=min(anyio.current_time() + listing, until)):
            return await work()
        if anyio.current_time() >= until:
            raise failures.too_slow("the sync", self._seconds)
        raise failures.too_slow(label, listing)

    def _each(
        self, work: Sequence[tuple[K, Callable[[], Awaitable[T]]]]
    ) -> Iterator[tuple[K, T | FeedError]]:
        for arrived in self._arriving(work, all_there_is):
            yield from arrived

    def _arriving(
        self, work: Sequence[tuple[K, Callable[[], Awaitable[T]]]], take: _Take[K, T]
    ) -> Iterator[list[tuple[K, T | FeedError]]]:
        results = self._portal.wrap_async_context_manager(at_once(work))
        with ExitStack() as stack:
            received = results.__enter__()
            # Leaves without the reason: a closed generator is no error for the tasks inside.
            stack.callback(results.__exit__, None, None, None)
            while arrived := self._portal.call(take, received):
                yield [(key, _known(outcome)) for key, outcome in arrived]


def _known(outcome: T | Exception) -> T | FeedError:
    """What came of one piece of work; whatever else went wrong than the feed is raised."""
    if isinstance(outcome, Exception) and not isinstance(outcome, FeedError):
        raise outcome
    return outcome


def period_params(profile: Profile, period: Period) -> dict[str, str]:
    """The parameters that ask for a period, as the profile names and writes them."""
    section = profile.transactions
    params = {
        section.start_param: write_day(period.start, section.date_format),
        section.end_param: write_day(period.end, section.date_format, end=True),
    }
    return {name: value for name, value in params.items() if name}


def _not_in_profile(section: str) -> FeedNotUnderstood:
    return FeedNotUnderstood(
        f"The feed profile has no [{section}] section, so LedgerSync can't be asked for this.",
        "Add the section to the feed profile if the API has it; default.toml shows how.",
    )
