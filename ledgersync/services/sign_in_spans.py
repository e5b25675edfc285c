"""How long a sign-in lasts: asked in every transaction of somebody who came with one."""

from datetime import timedelta

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.domain.actors import Actor
from ledgersync.domain.people import Ending, Limits, Span
from ledgersync.errors import SignedOut
from ledgersync.services.workspace import Workspace
from ledgersync.storage import sign_ins
from ledgersync.storage.engine import Tx
from ledgersync.storage.sign_ins import SignIn
from ledgersync.storage.users import User

# Finer than this nobody needs to know when somebody was last there.
SEEN_EVERY = timedelta(minutes=1)
_AGAIN = "Sign in again to go on; what you saved is kept."


def require_lasting(tx: Tx, workspace: Workspace, user: User, sign_in_id: str) -> SignIn:
    """The sign-in of that person, while it lasts.

    Raises:
        SignedOut: when it is over, with why.
    """
    found = sign_ins.find_sign_in(tx, sign_in_id)
    if found is None or found.user_id != user.id:
        raise SignedOut("You are not signed in.", _AGAIN)
    require_span(span_of(found), user, workspace.settings)
    return found


def require_span(span: Span, user: User, settings: Settings) -> None:
    """Raise `SignedOut` when a sign-in of that person is over."""
    if over := span.ending(user.valid_after, limits_of(settings), clock.now()):
        raise SignedOut(_words(over, settings), _AGAIN)


def note_click(tx: Tx, actor: Actor) -> None:
    """Keep that the person is still there, at most once a minute."""
    found = sign_ins.find_sign_in(tx, actor.sign_in_id) if actor.sign_in_id else None
    if found and clock.now() - found.seen_at >= SEEN_EVERY:
        sign_ins.note_seen(tx, found.id, clock.now())


def span_of(found: SignIn) -> Span:
    return Span(found.began_at, found.seen_at, found.ended_at)


def limits_of(settings: Settings) -> Limits:
    return Limits(timedelta(minutes=settings.idle_minutes), timedelta(hours=settings.sign_in_hours))


def _words(over: Ending, settings: Settings) -> str:
    match over:
        case Ending.EVERYWHERE:
            return "You were signed out everywhere."
        case Ending.SIGNED_OUT:
            return "You have signed out."
        case Ending.TOO_LONG:
            return f"A sign-in lasts {settings.sign_in_hours} hours, and yours is older."
        case Ending.IDLE:
            return f"You were signed out after {settings.idle_minutes} minutes without a click."
