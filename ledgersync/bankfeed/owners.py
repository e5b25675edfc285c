"""Whose account is whose, for profiles whose account paths also name the client."""

from collections.abc import Awaitable, Callable, Iterable

import anyio

from ledgersync.bankfeed.failures import PROFILE
from ledgersync.errors import FeedNotUnderstood


class Owners:
    """Remembers the client of each account listed in a session; looks all of them up once."""

    def __init__(self, look_up: Callable[[], Awaitable[None]]) -> None:
        self._look_up = look_up
        self._client_of: dict[str, str] = {}
        self._looked_up = False
        self._lock = anyio.Lock()

    def note(self, client_id: str, account_ids: Iterable[str]) -> None:
        for account_id in account_ids:
            self._client_of[account_id] = client_id

    async def of(self, account_id: str) -> str:
        """The client of an account.

        Raises:
            FeedNotUnderstood: when LedgerSync lists no client with this account.
        """
        async with self._lock:
            if account_id not in self._client_of and not self._looked_up:
                await self._look_up()
                self._looked_up = True
        if account_id not in self._client_of:
            raise FeedNotUnderstood(
                "LedgerSync lists this account for none of its clients, and the feed profile "
                "needs the client in the account's path.",
                PROFILE,
            )
        return self._client_of[account_id]
