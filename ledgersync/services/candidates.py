"""Candidates: the next best GL codes of a transaction, beside the one that is suggested."""

from ledgersync.domain.actors import Actor
from ledgersync.domain.suggestions import Choice
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import suggestions, transactions


def other_codes(
    actor: Actor, workspace: Workspace, account_id: str, transaction_id: str
) -> tuple[Choice, ...]:
    """The GL codes that the matcher would suggest next for a row of the account, best first.

    Raises:
        NotFound: when there is no such account in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        if account.id not in transactions.accounts_of(tx, [transaction_id]):
            return ()
        found = suggestions.suggestions_for(tx, [transaction_id])
    return found[transaction_id].others if transaction_id in found else ()
