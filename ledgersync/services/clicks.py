"""Clicks: what a person did at once, recorded so that it can be undone at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import Batch, BatchItem, BatchKind
from ledgersync.domain.clients import BankAccount
from ledgersync.storage import batches
from ledgersync.storage.columns import new_id
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Click:
    """What kind of click it was, and what it did in words ("" leaves them to the kind)."""

    kind: BatchKind
    words: str = ""


EDIT = Click(BatchKind.EDIT)


def record_batch(
    tx: Tx,
    actor: Actor,
    accounts: Sequence[BankAccount],
    items: Sequence[BatchItem],
    click: Click,
) -> str:
    """Keep what one click decided on rows of one client's accounts; returns the batch's id."""
    batch = Batch(
        id=new_id(),
        kind=click.kind,
        client_id=accounts[0].client_id,
        account_id=accounts[0].id if len(accounts) == 1 else "",
        at=clock.now(),
        user_id=actor.user_id,
        user_name=actor.name,
        rows=len(items),
        words=click.words or _words(len(items)),
    )
    batches.add_batch(tx, batch, items)
    return batch.id


def _words(rows: int) -> str:
    return "Changed 1 row" if rows == 1 else f"Changed {rows:,} rows"
