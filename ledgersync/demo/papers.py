"""Statements of the demo firm: LedgerSync's own, and one that somebody typed in wrongly."""

from ledgersync import money
from ledgersync.domain.actors import Actor
from ledgersync.domain.periods import Period
from ledgersync.services import feed_statements, reviewing, statements, ties
from ledgersync.services.statements import TypedStatement
from ledgersync.services.workspace import Workspace

_SLIP_AT = "acc_100301"


def bring_statements(admin: Actor, workspace: Workspace, bookkeeper: Actor, month: Period) -> None:
    """Fetch all statements; on one account the bookkeeper then mixes up two digits of the month's.

    So one client shows an account that ties, one that is off, and one whose statement is missing.
    """
    accounts = reviewing.list_all_accounts(admin, workspace)
    feed_statements.load_statements(admin, workspace, [account.id for account in accounts])
    for slip in (account for account in accounts if account.source_id == _SLIP_AT):
        closing = ties.account_tie(admin, workspace, slip.id, month).tie.closing
        paper = TypedStatement(month.start, month.end, _mixed_up(closing or 0))
        statements.add_statement(bookkeeper, workspace, slip.id, paper)


def _mixed_up(cents: int) -> str:
    """The amount with the first two unlike neighbours among its digits changed about."""
    digits = list(money.plain(cents))
    for at in range(1, len(digits) - 1):
        here, after = digits[at : at + 2]
        if here != after and here.isdigit() and after.isdigit():
            digits[at : at + 2] = after, here
            break
    return "".join(digits)
