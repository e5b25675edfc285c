"""Who may do what: one check per call, with role and disabled flag read in the same transaction."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeGuard

from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.errors import NotFound, NotPermitted, SignedOut
from ledgersync.services import refused_sign_ins, sign_in_spans
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, clients, scopes, users
from ledgersync.storage.engine import Tx
from ledgersync.storage.users import User


class Permission(StrEnum):
    """What a public service function asks for; each role's set is in PERMITTED."""

    SEE_CLIENTS = "see clients"
    REVIEW = "review transactions"
    LOAD = "load transactions"
    EXPORT = "export"
    EXPORT_AGAIN = "export rows a second time"
    CLOSE_PERIOD = "close or reopen a period"
    CHANGE_CLIENT = "change a client's set-up"
    CHANGE_FIRM_LISTS = "change the whole firm's lists and rules"
    WRITE_RULES = "write rules"
    CONNECT = "connect to LedgerSync"
    ADMINISTER = "administer"


FIRM_RULES = (
    "Rules for the whole firm are written by administrators.",
    "Choose one of your clients, or ask your administrator.",
)

PERMITTED: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.STAFF: frozenset(
        {
            Permission.SEE_CLIENTS,
            Permission.REVIEW,
            Permission.LOAD,
            Permission.EXPORT,
            Permission.CLOSE_PERIOD,
            Permission.CHANGE_CLIENT,
            Permission.WRITE_RULES,
            Permission.CONNECT,
        }
    ),
}


def to_write_rules(client_id: str) -> Permission:
    """What writing a rule asks for: a client's, or the firm's where it is ""."""
    return Permission.WRITE_RULES if client_id else Permission.CHANGE_FIRM_LISTS


def to_change_list(client_id: str) -> Permission:
    """What changing vendors or a chart asks for: a client's, or the firm's where it is ""."""
    return Permission.CHANGE_CLIENT if client_id else Permission.CHANGE_FIRM_LISTS


@contextmanager
def reading(workspace: Workspace, actor: Actor, permission: Permission) -> Iterator[Tx]:
    """A reading transaction for somebody who may; it sees no client outside their scope.

    Raises:
        NotPermitted: for everybody else, before any read and with a line in the audit trail.
        SignedOut: when the sign-in is over, with such a line too.
    """
    with _refusals_recorded(workspace, actor), workspace.database.reading() as tx:
        _admit(tx, workspace, actor, permission)
        yield tx


@contextmanager
def writing(workspace: Workspace, actor: Actor, permission: Permission) -> Iterator[Tx]:
    """A writing transaction for somebody who may; like `reading` for everybody else.

    Whoever writes is there: it keeps a sign-in from growing idle, as reading alone does not.
    """
    with _refusals_recorded(workspace, actor), workspace.database.writing() as tx:
        _admit(tx, workspace, actor, permission)
        sign_in_spans.note_click(tx, actor)
        yield tx


def require(workspace: Workspace, actor: Actor, permission: Permission) -> None:
    """Check before work that starts outside the database, such as a log-in at LedgerSync."""
    with reading(workspace, actor, permission):
        pass


def permits(workspace: Workspace, actor: Actor, permission: Permission) -> bool:
    """Whether to offer something at all; a no is only a fact here, so the audit trail is silent."""
    with workspace.database.reading() as tx:
        return _may(users.find_user(tx, actor.user_id), permission)


def client_in_scope(tx: Tx, client_id: str) -> Client:
    """Resolve a client id that came from a page, a URL or a command.

    Raises:
        NotFound: when there is none, in the same words as for one outside the actor's scope, of
            which the audit trail gets a line.
    """
    client = clients.find_client(tx, client_id)
    if client is None:
        raise _NotSeen("client", client_id)
    return client


def account_in_scope(tx: Tx, account_id: str, *, lock: bool = False) -> BankAccount:
    """Resolve a bank account id, like `client_in_scope`."""
    account = clients.find_account(tx, account_id, lock=lock)
    if account is None:
        raise _NotSeen("bank account", account_id)
    return account


def accounts_in_scope(tx: Tx, account_ids: Iterable[str]) -> list[BankAccount]:
    """Resolve many bank account ids at once, each only once, like `account_in_scope`."""
    known = {account.id: account for account in clients.list_accounts(tx)}
    wanted = list(dict.fromkeys(account_ids))
    for account_id in wanted:
        if account_id not in known:
            raise _NotSeen("bank account", account_id)
    return [known[account_id] for account_id in wanted]


def may(tx: Tx, actor: Actor, permission: Permission) -> bool:
    """Like `permits`, within a transaction."""
    return _may(users.find_user(tx, actor.user_id), permission)


def require_also(tx: Tx, actor: Actor, permission: Permission) -> None:
    """Refuse what needs more than the permission that opened the transaction.

    To be called within `writing`, which makes of it NotPermitted, with a line in the audit trail.
    """
    if not may(tx, actor, permission):
        raise _Refused(permission)


def require_rules_of(tx: Tx, actor: Actor, client_id: str) -> None:
    """Refuse a rule for the whole firm, where `client_id` is "", to all but administrators.

    To be called within `writing`, which makes of it NotPermitted, with a line in the audit trail.
    """
    if not may(tx, actor, to_write_rules(client_id)):
        raise _Refused(to_write_rules(client_id), *FIRM_RULES)


def scope_stamp(tx: Tx) -> str:
    """Another text for every set of clients that somebody may see, for caches that people share."""
    if not scopes.is_limited(tx):
        return "all"
    seen = ",".join(sorted(client.id for client in clients.list_clients(tx)))
    return hashlib.sha256(seen.encode()).hexdigest()


class _Refused(Exception):  # noqa: N818  never leaves this module
    """Carries the permission out of the transaction that must not be kept, and words for it."""

    def __init__(self, permission: Permission, sentence: str = "", next_step: str = "") -> None:
        super().__init__(permission)
        self.permission = permission
        self.sentence = sentence
        self.next_step = next_step


class _NotSeen(NotFound):
    """Carries out of a transaction which client or bank account was asked for in vain."""

    def __init__(self, subject: str, id_: str) -> None:
        what = "a client" if subject == "client" else "an account"
        super().__init__(f"There is no such {subject}.", f"Choose {what} from the list.")
        self.subject = subject
        self.id = id_

    def is_there(self, tx: Tx) -> bool:
        find = clients.find_client if self.subject == "client" else clients.find_account
        return find(tx, self.id) is not None


def _admit(tx: Tx, workspace: Workspace, actor: Actor, permission: Permission) -> None:
    """Let somebody in who may, and let the transaction see no more than they do."""
    user = users.find_user(tx, actor.user_id)
    if not _may(user, permission):
        raise _Refused(permission)
    if actor.sign_in_id:
        sign_in_spans.require_lasting(tx, workspace, user, actor.sign_in_id)
    if not user.sees_all:
        scopes.limit(tx, user.id)


def _may(user: User | None, permission: Permission) -> TypeGuard[User]:
    return user is not None and not user.disabled and permission in PERMITTED[user.role]


@contextmanager
def _refusals_recorded(workspace: Workspace, actor: Actor) -> Iterator[None]:
    try:
        yield
    except SignedOut as over:
        refused_sign_ins.note(workspace, actor, over, actor.sign_in_id)
        raise
    except _NotSeen as missed:
        _note_somebody_elses(workspace, actor, missed)
        raise
    except _Refused as refused:
        with workspace.database.writing() as tx:
            audit.record(tx, audit.entry(actor, "refused", "permission", refused.permission.value))
        raise NotPermitted(
            refused.sentence or f"{actor.name or 'You'} may not {refused.permission.value}.",
            refused.next_step or "Ask your administrator for access.",
        ) from None


def _note_somebody_elses(workspace: Workspace, actor: Actor, missed: _NotSeen) -> None:
    """Record that somebody asked for what is there but not theirs; what is not there is no news."""
    with workspace.database.reading() as tx:
        there = missed.is_there(tx)
    if there:
        with workspace.database.writing() as tx:
            audit.record(tx, audit.entry(actor, "refused", missed.subject, missed.id))
