"""The token of one session: one log-in for all who need it, and an end after a refusal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import anyio
import anyio.to_thread
from pydantic import SecretStr

from ledgersync import clock
from ledgersync.errors import FeedError, LogInRefused, StoredPasswordRefused


@dataclass(frozen=True, slots=True)
class Token:
    """What LedgerSync gave at log-in; `expires_at` is None when it didn't say."""

    value: SecretStr
    expires_at: datetime | None = None

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= clock.now()


@dataclass(frozen=True, slots=True)
class Credentials:
    email: SecretStr
    password: SecretStr


class Access:
    """Hands out the token, and renews it once when LedgerSync stops taking it.

    LedgerSync locks accounts after repeated refusals: after the first one, and after any log-in
    that failed, everybody gets the same error and nobody logs in again.
    """

    def __init__(
        self,
        log_in: Callable[[Credentials], Awaitable[Token]],
        credentials: Callable[[], Credentials],
        token: Token | None,
        on_token: Callable[[Token], None] | None,
    ) -> None:
        self._log_in = log_in
        self._credentials = credentials
        self._on_token = on_token
        self._token = token
        self._renewed = False
        self._over: FeedError | None = None
        self._lock = anyio.Lock()

    async def token(self, refused: Token | None = None) -> Token:
        """The token to use, after `refused` was answered with 401.

        Raises:
            StoredPasswordRefused: when LedgerSync refuses the password, or what it gave for it.
            FeedError: when the log-in failed otherwise, for all who come after too.
        """
        async with self._lock:
            if self._over:
                raise self._over.with_traceback(None)
            current = self._token
            if current and current is not refused and not current.expired:
                return current
            if current and current is refused and not current.expired:
                if self._renewed:
                    raise self.give_up()
                self._renewed = True
            return await self._fresh()

    def give_up(self) -> FeedError:
        """End the session's access: a token was refused right after it was given."""
        self._over = self._over or _refused("It gives a token and then refuses it.")
        return self._over

    async def _fresh(self) -> Token:
        try:
            # The callers' functions read and write databases: never on the event loop.
            credentials = await anyio.to_thread.run_sync(self._credentials)
            token = await self._log_in(credentials)
        except LogInRefused as refusal:
            self._over = _refused(refusal.sentence, refusal.next_step)
        except FeedError as failure:
            self._over = failure
        else:
            self._token = token
            if self._on_token:
                await anyio.to_thread.run_sync(self._on_token, token)
            return token
        raise self._over


def _refused(reason: str, next_step: str = "") -> StoredPasswordRefused:
    return StoredPasswordRefused(
        f"LedgerSync refused the stored password. {reason}",
        next_step or "Enter the current password in Settings under LedgerSync Integration.",
    )
