"""Clicks: what a person did at once, recorded so that it can be undone at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import Batch, BatchItem, BatchKind
from ledgersync.domain.click_words import edit_words
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.decisions import Edit
from ledgersync.storage import batches
from ledgersync.storage.columns import new_id
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Click:
    """What kind of click it was, and what it did in words ("" leaves them to the kind).

    `undoes` is the batch that it took back.
    """

    kind: BatchKind
    words: str = ""
    undoes: str = ""


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
        undoes=click.undoes,
    )
    batches.add_batch(tx, batch, items)
    return batch.id


def named(click: Click, done: Sequence[tuple[Edit, str]], labels: Mapping[str, str]) -> Click:
    """A click with words for what it did, where it brings none of its own.

    Args:
        click: several rows edited at once make it a bulk change.
        done: the edits that were saved, each with its row's description.
        labels: what GL codes and vendors are called, by code and by vendor id.
    """
    kind = BatchKind.BULK if click.kind is BatchKind.EDIT and len(done) > 1 else click.kind
    return replace(click, kind=kind, words=click.words or edit_words(done, labels))


def _words(rows: int) -> str:
    return "Changed 1 row" if rows == 1 else f"Changed {rows:,} rows"
