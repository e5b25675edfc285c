"""What must still hold of rows that are decided on as a pair: nobody was faster than the list."""

from collections.abc import Iterable, Mapping, Sequence

from ledgersync.domain.clients import BankAccount
from ledgersync.domain.decisions import Decision, Standing
from ledgersync.domain.pairs import DuplicatePair, Movement, PairKind, pair_key
from ledgersync.errors import DecisionsChanged, InvalidInput
from ledgersync.services import access
from ledgersync.storage import decisions, pairs, transactions
from ledgersync.storage.engine import Tx

_AGAIN = "Look at the list again."


class LegDecided(DecisionsChanged):
    """Somebody decided a row since it was shown; `theirs` is what stands there now."""

    def __init__(self, leg: Movement, theirs: Decision) -> None:
        """Say whose decision stands in the way."""
        super().__init__(
            f"{theirs.decided_by} decided {_named(leg)} meanwhile, so nothing was saved.", _AGAIN
        )
        self.leg, self.theirs = leg, theirs


def lock_accounts(tx: Tx, client_id: str, ids: Iterable[str]) -> dict[str, BankAccount]:
    """The rows' bank accounts, locked in id order; all must be this client's."""
    found = {
        account_id: access.account_in_scope(tx, account_id, lock=True)
        for account_id in sorted(transactions.accounts_of(tx, ids))
    }
    if any(account.client_id != client_id for account in found.values()):
        raise InvalidInput(
            "These rows belong to different clients.", "Choose two rows of one client."
        )
    return found


def require_undecided(stored: Mapping[str, Decision], seen: Iterable[Movement]) -> None:
    """Nobody has decided these rows since they were shown."""
    for leg in seen:
        theirs = stored.get(leg.id)
        if theirs and theirs.version != leg.version:
            raise LegDecided(leg, theirs)


def require_not_exported(now: Mapping[str, Movement], seen: Iterable[Movement]) -> None:
    """No export has locked these rows since they were shown."""
    for leg in seen:
        if leg.open and leg.id in now and not now[leg.id].open:
            raise DecisionsChanged(
                f"An export has locked {_named(leg)} meanwhile, so nothing was saved.", _AGAIN
            )


def require_unchanged(now: Mapping[str, Movement], seen: Iterable[Movement]) -> None:
    """These rows are still there, with their amounts as they were shown."""
    for leg in seen:
        if leg.id not in now:
            raise DecisionsChanged(
                f"Meanwhile {_named(leg)} was taken away, so nothing was saved.", _AGAIN
            )
        if now[leg.id].amount != leg.amount:
            raise DecisionsChanged(
                f"LedgerSync changed {_named(leg)} meanwhile, so nothing was saved.", _AGAIN
            )


def require_listed_twice(tx: Tx, chosen: Sequence[DuplicatePair]) -> None:
    """Of each pair the second row may go: it was not decided, and the first one still stands.

    Were the first excluded or gone by now, the purchase would be in no export at all.
    """
    firsts, seconds = [pair.first for pair in chosen], [pair.second for pair in chosen]
    stored = decisions.lock_decisions(tx, [row.id for row in (*firsts, *seconds)])
    _require_unanswered(tx, chosen)
    require_undecided(stored, seconds)
    for first in firsts:
        theirs = stored.get(first.id)
        if theirs and (theirs.standing is Standing.EXCLUDED or theirs.transfer_with):
            raise LegDecided(first, theirs)
    require_unchanged(pairs.movements_by_id(tx, [row.id for row in firsts]), firsts)


def _require_unanswered(tx: Tx, chosen: Sequence[DuplicatePair]) -> None:
    said = pairs.answered_by(tx, PairKind.DUPLICATE, [pair.ids for pair in chosen])
    for pair in chosen:
        if who := said.get(pair.ids):
            raise DecisionsChanged(
                f"{who} said meanwhile that {_named(pair.second)} and the one like it are both "
                "real, so nothing was saved.",
                "To exclude it all the same, press Ask again in the list, then Exclude the second.",
            )


def require_apart(tx: Tx, kind: PairKind, key: tuple[str, str]) -> None:
    """Nobody has decided two rows as the one thing that they are now said not to be."""
    for theirs in decisions.lock_decisions(tx, list(key)).values():
        confirmed = theirs.transfer_with and pair_key(*key) == pair_key(
            theirs.transaction_id, theirs.transfer_with
        )
        if kind is PairKind.TRANSFER and confirmed:
            raise DecisionsChanged(
                f"{theirs.decided_by} confirmed this transfer meanwhile, so your answer was not "
                "kept.",
                "If it is none, undo that under Changes.",
            )
        if kind is PairKind.DUPLICATE and theirs.standing is Standing.EXCLUDED:
            raise DecisionsChanged(
                f"{theirs.decided_by} excluded one of the two rows meanwhile, so your answer was "
                "not kept.",
                "If both are real, undo that under Changes.",
            )


def _named(leg: Movement) -> str:
    return f"the row of {leg.date:%m/%d/%Y}, {leg.description[:40]!r},"
