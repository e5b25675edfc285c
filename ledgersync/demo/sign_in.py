"""Who may use the demo server: log-ins, the lock after wrong passwords, and bearer tokens."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

DEMO_EMAIL = "demo@ledgersync.example"
DEMO_PASSWORD = "demo-password"  # noqa: S105  public on purpose: the demo's own
SUSPENDED_EMAIL = "suspended@ledgersync.example"
LOCKED_EMAIL = "locked@ledgersync.example"
EMPTY_EMAIL = "empty@ledgersync.example"

TOKEN_SECONDS = 3600
LOCK_SECONDS = 60
_TRIES = 5
_KNOWN = {DEMO_EMAIL, SUSPENDED_EMAIL, LOCKED_EMAIL, EMPTY_EMAIL}


class Refused(Exception):  # noqa: N818  named for what happened
    """A log-in that is refused: the HTTP status, and the words of the answer."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(status, error, message)
        self.status = status
        self.error = error
        self.message = message


@dataclass
class SignIn:
    """The memory of one server: wrong tries by e-mail, and the tokens it gave out.

    `clock` tells seconds that only ever grow.
    """

    clock: Callable[[], float]
    lock_seconds: float = LOCK_SECONDS
    _wrong: dict[str, int] = field(default_factory=dict)
    _locked_until: dict[str, float] = field(default_factory=dict)
    _tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def token(self, email: str, password: str) -> str:
        """A new token for an hour.

        Raises:
            Refused: 401 for a wrong e-mail or password, 423 for a locked account (five wrong
                passwords lock it for a while), 403 for a suspended subscription.
        """
        email = email.strip().lower()
        if email == LOCKED_EMAIL or self._locked_until.get(email, 0) > self.clock():
            raise _locked()
        if email not in _KNOWN or not hmac.compare_digest(password.encode(), _PASSWORD):
            raise self._wrong_password(email)
        if email == SUSPENDED_EMAIL:
            raise Refused(
                403, "subscription_suspended", "Your LedgerSync subscription is suspended."
            )
        self._wrong.pop(email, None)
        token = secrets.token_urlsafe(32)
        self._tokens[token] = (email, self.clock() + TOKEN_SECONDS)
        return token

    def email(self, authorization: str) -> str | None:
        """Whose token an Authorization header holds; None when it holds none that is good."""
        scheme, _, token = authorization.partition(" ")
        email, until = self._tokens.get(token, ("", 0.0))
        return email if scheme.lower() == "bearer" and until > self.clock() else None

    def _wrong_password(self, email: str) -> Refused:
        self._wrong[email] = self._wrong.get(email, 0) + 1
        if self._wrong[email] >= _TRIES:
            del self._wrong[email]
            self._locked_until[email] = self.clock() + self.lock_seconds
            return _locked()
        return Refused(401, "invalid_credentials", "The e-mail or password is incorrect.")


_PASSWORD = DEMO_PASSWORD.encode()


def _locked() -> Refused:
    return Refused(423, "account_locked", "This account is locked after too many wrong passwords.")
