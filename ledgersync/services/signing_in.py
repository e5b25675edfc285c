"""Signing in with the company's account: from the claims of its token to a person who may act.

There is no actor yet: these say who it is. Streamlit has verified the token's signature, and keeps
its claims in a cookie for thirty days; that a sign-in is over is known here alone.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ledgersync import clock
from ledgersync.domain.actors import ANONYMOUS, Actor
from ledgersync.domain.people import address_key
from ledgersync.errors import DatabaseUnavailable, SignedOut, SignInRefused
from ledgersync.services import refused_sign_ins, sign_in_spans
from ledgersync.services.typed_texts import NAME_LENGTH, one_line
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, sign_ins, users
from ledgersync.storage.engine import Tx
from ledgersync.storage.sign_ins import SignIn
from ledgersync.storage.turns import Turn, take_turn
from ledgersync.storage.users import User

Claims = Mapping[str, object]

# What tells two sign-ins of one person apart, as far as a provider gives it.
_MARKS = ("iss", "sub", "iat", "nonce", "sid", "jti", "auth_time")


@dataclass(frozen=True, slots=True)
class _Token:
    """What the claims of a token say, checked."""

    issuer: str
    subject: str
    email: str
    email_is_verified: bool
    name: str
    began_at: datetime
    sign_in_id: str


def welcome(workspace: Workspace, claims: Claims) -> Actor:
    """The person who signed in with these claims.

    An invitation is taken up by whoever first signs in with its address, where the provider says
    that it has verified the address. From then on issuer and subject tell who it is, and no
    address does.

    Raises:
        SignInRefused: for people whom nobody has invited, who are known by another account, or who
            were disabled.
        SignedOut: when this sign-in is over. The audit trail notes both.
    """
    try:
        return _welcome(workspace, _read(claims))
    except (SignedOut, SignInRefused) as refused:
        _note(workspace, claims, refused)
        raise


def _note(workspace: Workspace, claims: Claims, refused: SignedOut | SignInRefused) -> None:
    issuer, subject = _text(claims, "iss"), _text(claims, "sub")
    with workspace.database.reading() as tx:
        user = users.find_by_subject(tx, issuer, subject) if issuer and subject else None
    actor = Actor(user.id, user.name) if user else ANONYMOUS
    mark = _sign_in_id(claims) if isinstance(refused, SignedOut) else f"{issuer} {subject}"
    refused_sign_ins.note(workspace, actor, refused, mark, issuer=issuer, by_subject=subject)


def _welcome(workspace: Workspace, token: _Token) -> Actor:
    with workspace.database.reading() as tx:
        user = users.find_by_subject(tx, token.issuer, token.subject)
        seen = sign_ins.find_sign_in(tx, token.sign_in_id) if user else None
    if user and seen and clock.now() - seen.seen_at < sign_in_spans.SEEN_EVERY:
        return _let_in(workspace, user, seen)
    try:
        return _let_in_anew(workspace, token)
    except DatabaseUnavailable:
        if user and seen:  # no reason to keep from reading whoever has come in before
            return _let_in(workspace, user, seen)
        raise


def _let_in_anew(workspace: Workspace, token: _Token) -> Actor:
    """Keep that the person is there, taking up their invitation at the first time."""
    with workspace.database.writing() as tx:
        user = _found_or_bound(tx, token)
        seen = _kept(tx, workspace, user, token)
        sign_ins.note_seen(tx, seen.id, clock.now())
        users.change_user(tx, user.id, last_seen_at=clock.now())
    return Actor(user.id, user.name, seen.id)


def sign_out(workspace: Workspace, actor: Actor) -> None:
    """End the actor's own sign-in: its cookie opens nothing any more, wherever a copy of it is."""
    if not actor.sign_in_id:
        return
    with workspace.database.writing() as tx:
        sign_ins.end_sign_in(tx, actor.sign_in_id, clock.now())
        audit.record(tx, audit.entry(actor, "sign out", "user", actor.user_id))


def _let_in(workspace: Workspace, user: User, seen: SignIn) -> Actor:
    _require_enabled(user)
    sign_in_spans.require_span(sign_in_spans.span_of(seen), user, workspace.settings)
    return Actor(user.id, user.name, seen.id)


def _read(claims: Claims) -> _Token:
    issuer, subject = _text(claims, "iss"), _text(claims, "sub")
    issued = claims.get("iat")
    if not issuer or not subject or isinstance(issued, bool) or not isinstance(issued, int | float):
        raise SignInRefused(
            "Your company's sign-in did not say who you are and since when.",
            "Ask your administrator: its token needs the claims iss, sub and iat.",
        )
    try:
        began_at = min(datetime.fromtimestamp(issued, UTC), clock.now())
    except (OverflowError, OSError, ValueError):
        began_at = datetime.fromtimestamp(0, UTC)
    return _Token(
        issuer=issuer,
        subject=subject,
        email=address_key(_text(claims, "email")),
        email_is_verified=_verified(claims),
        name=_name(claims),
        began_at=began_at,
        sign_in_id=_sign_in_id(claims),
    )


def _sign_in_id(claims: Claims) -> str:
    marks = json.dumps([str(claims.get(name, "")) for name in _MARKS])
    return hashlib.sha256(marks.encode()).hexdigest()


def _text(claims: Claims, name: str) -> str:
    """A text that tells people apart; "" for one that not every database can compare."""
    value = claims.get(name)
    return value if isinstance(value, str) and value.isprintable() else ""


def _name(claims: Claims) -> str:
    value = claims.get("name")
    return one_line(value[:NAME_LENGTH], "name", NAME_LENGTH) if isinstance(value, str) else ""


def _verified(claims: Claims) -> bool:
    """Whether the provider vouches for the address.

    Microsoft Entra knows no `email_verified`; its `xms_edov` says that the owner of the address's
    domain has confirmed it. Where neither is there, nobody has.
    """
    said = claims.get("email_verified", claims.get("xms_edov"))
    return said is True or str(said).lower() in {"true", "1"}


def _found_or_bound(tx: Tx, token: _Token) -> User:
    user = users.find_by_subject(tx, token.issuer, token.subject)
    if user is None:
        take_turn(tx, Turn.PEOPLE)
        user = users.find_by_subject(tx, token.issuer, token.subject) or _bound(tx, token)
    _require_enabled(user)
    return user


def _bound(tx: Tx, token: _Token) -> User:
    """Take up the invitation of the token's address, once and for all."""
    invited = _known(tx, token.email) if token.email else None
    if invited is None:
        raise SignInRefused(
            f"Nobody has invited {token.email or 'you'} to this app.",
            "Ask your administrator for an invitation to this address.",
        )
    if not token.email_is_verified:
        raise SignInRefused(
            f"Your company's sign-in does not confirm that {token.email} is yours.",
            "Ask your administrator: its token needs the claim email_verified, or xms_edov from "
            "Microsoft Entra.",
        )
    _require_enabled(invited)
    if invited.issuer:
        raise SignInRefused(
            f"{token.email} belongs to somebody here who signs in with another account.",
            "If that is you and your company's sign-in has changed, ask your administrator to "
            "invite you again.",
        )
    name = invited.name if invited.name != invited.email else token.name or invited.name
    user = replace(invited, issuer=token.issuer, subject=token.subject, name=name)
    users.change_user(tx, user.id, issuer=user.issuer, subject=user.subject, name=user.name)
    who = {"issuer": user.issuer, "by_subject": user.subject}
    actor = Actor(user.id, user.name)
    audit.record(tx, audit.entry(actor, "take up invitation", "user", user.id, **who))
    return user


def _known(tx: Tx, email: str) -> User | None:
    """Whose address it is, an open invitation before whoever has taken theirs up."""
    return users.find_invited(tx, email) or users.find_by_email(tx, email)


def _require_enabled(user: User) -> None:
    if user.disabled:
        raise SignInRefused(
            f"{user.name}, your access to this app was turned off.",
            "Ask your administrator if you should still have it.",
        )


def _kept(tx: Tx, workspace: Workspace, user: User, token: _Token) -> SignIn:
    """The sign-in of a token, kept at its first use.

    Raises:
        SignedOut: when it is over, also before anybody has used it here.
    """
    take_turn(tx, Turn.PEOPLE)
    found = sign_ins.find_sign_in(tx, token.sign_in_id)
    kept = found or SignIn(token.sign_in_id, user.id, token.began_at, token.began_at)
    sign_in_spans.require_span(sign_in_spans.span_of(kept), user, workspace.settings)
    if found is None:
        sign_ins.add_sign_in(tx, kept)
        audit.record(tx, audit.entry(Actor(user.id, user.name), "sign in", "user", user.id))
    return kept
