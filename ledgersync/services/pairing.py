"""Transfers between a client's accounts and rows listed twice: proposed, then decided by people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

from ledgersync import clock, money
from ledgersync.domain.actors import Actor
from ledgersync.domain.batches import BatchItem, BatchKind
from ledgersync.domain.clients import BankAccount
from ledgersync.domain.decisions import Decision, Edit, Standing, undecided
from ledgersync.domain.judgement import Proposed
from ledgersync.domain.pairs import (
    DuplicatePair,
    Movement,
    PairKind,
    TransferPair,
    Wording,
    duplicates,
    near_amounts,
    pair_key,
    transfers,
)
from ledgersync.domain.periods import Period
from ledgersync.errors import InvalidInput
from ledgersync.matching.twins import may_be_one_payee
from ledgersync.services import access, deciding, pair_checks, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.clicks import Click, record_batch
from ledgersync.services.closing import require_rows_open
from ledgersync.services.deciding import Saved
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, charts, clients, decisions, learning, pairs, transactions
from ledgersync.storage.engine import Tx

# Beside the period, so that legs of two months meet and habits are known.
_AROUND = timedelta(days=45)

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Proposals:
    """What may be pairs in one account and period, with the client's accounts by id.

    `ambiguous` counts rows that fit several others as a transfer and are left to people;
    `answered` are the pairs of which somebody said that they are none.
    """

    transfers: tuple[TransferPair, ...]
    duplicates: tuple[DuplicatePair, ...]
    ambiguous: int
    accounts: Mapping[str, BankAccount]
    answered: tuple[tuple[PairKind, Key], ...]


def proposals(actor: Actor, workspace: Workspace, account_id: str, period: Period) -> Proposals:
    """Pairs with at least one row in this account and period, the likeliest first.

    Raises:
        NotFound: when there is no such account in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        return _read_proposals(tx, access.account_in_scope(tx, account_id), period)


def _read_proposals(tx: Tx, account: BankAccount, period: Period) -> Proposals:
    """The proposals, for an account that was found in the actor's scope before."""
    accounts = {a.id: a for a in clients.list_accounts(tx, account.client_id)}
    rows = pairs.movements(tx, account.client_id, _widened(period))
    no = {kind: pairs.answers(tx, kind, account.client_id) for kind in PairKind}
    here = {row.id for row in rows if row.account_id == account.id and row.date in period}
    found = transfers(rows, no[PairKind.TRANSFER])
    own = [row for row in rows if row.account_id == account.id]
    twins = duplicates(own, wording(), no[PairKind.DUPLICATE])
    return Proposals(
        transfers=tuple(
            p for p in found.pairs if here & set(p.ids) and _left_as_transfer(p, accounts)
        ),
        duplicates=tuple(p for p in twins if here & set(p.ids)),
        ambiguous=len(here & found.ambiguous),
        accounts=accounts,
        answered=tuple((kind, key) for kind in PairKind for key in no[kind] if here & set(key)),
    )


def said_to_be_transfers(tx: Tx, account: BankAccount, period: Period) -> frozenset[str]:
    """Rows that the banks call a transfer, and of which nobody has said whether they are one.

    The rows around the period count too: they may be the other half, or leave more than one.
    """
    accounts = {a.id: a for a in clients.list_accounts(tx, account.client_id)}
    if len(accounts) == 1:  # there is no other to transfer to
        return frozenset()
    rows = pairs.movements(tx, account.client_id, _widened(period), between_accounts=True)
    here = {row.id for row in rows if row.account_id == account.id and row.date in period}
    found = transfers(rows, pairs.answers(tx, PairKind.TRANSFER, account.client_id))
    said = [
        p for p in found.pairs if p.said and here & set(p.ids) and _left_as_transfer(p, accounts)
    ]
    return frozenset(leg for pair in said for leg in pair.ids)


def said_to_be_twice(tx: Tx, account: BankAccount, period: Period) -> frozenset[Key]:
    """Rows that may be one, listed twice, as pairs of ids; nobody has said whether they are.

    The later row is second. Only rows whose amount comes twice within days are read in full.
    """
    days = _widened(period)
    amounts = near_amounts(pairs.moved_amounts(tx, account.id, days))
    rows = pairs.movements_of(tx, account.id, days, amounts)
    here = {row.id for row in rows if row.date in period}
    no = pairs.answers(tx, PairKind.DUPLICATE, account.client_id) if rows else set()
    twins = ((p.first.id, p.second.id) for p in duplicates(rows, wording(), no))
    return frozenset(pair for pair in twins if here & set(pair))


def by_row(found: Proposals) -> Proposed:
    """What each row of these proposals may belong to, by the row's id."""
    duplicates = {pair.first.id: pair.second for pair in found.duplicates}
    duplicates |= {pair.second.id: pair.first for pair in found.duplicates}
    legs = [
        leg for pair in found.transfers for leg in ((pair.out, pair.into), (pair.into, pair.out))
    ]
    accounts = found.accounts
    return Proposed(duplicates, {leg.id: accounts[other.account_id].label for leg, other in legs})


def _widened(period: Period) -> Period:
    return Period(period.start - _AROUND, period.end + _AROUND)


def _left_as_transfer(pair: TransferPair, accounts: Mapping[str, BankAccount]) -> bool:
    """A leg that has left in an export is one only if it was coded to the other bank account."""
    legs = ((pair.out, pair.into), (pair.into, pair.out))
    return all(
        leg.open or leg.gl_code == accounts[other.account_id].gl_code != "" for leg, other in legs
    )


def wording() -> Wording:
    """For one look through the rows: each description is worked out once, where it is needed."""
    return Wording(cache(suggesting.descriptor_of), may_be_one_payee)


def confirm_transfers(
    actor: Actor, workspace: Workspace, client_id: str, chosen: Sequence[TransferPair]
) -> str:
    """Book each transfer once: one leg on the other bank account's GL code, the other excluded.

    The leg of the account that the money left is coded, unless the other leg has left in an export
    already. All of it is one batch; returns its id.

    Raises:
        InvalidInput: when a bank account has no GL code yet, or for a row in a closed period;
            nothing is saved.
        LegDecided: when a colleague decided a row since it was shown; nothing is saved.
        DecisionsChanged: when LedgerSync changed a row since it was shown; nothing is saved.
    """
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        client = access.client_in_scope(tx, client_id)
        ids = [leg.id for pair in chosen for leg in (pair.out, pair.into)]
        accounts = pair_checks.lock_accounts(tx, client.id, ids)
        stored = decisions.lock_decisions(tx, ids)
        _require_as_shown(tx, stored, [leg for pair in chosen for leg in (pair.out, pair.into)])
        codes = {gl.code for gl in charts.chart_for(tx, client.id)}
        require_rows_open(tx, ids)
        after = [d for pair in chosen for d in _booked(pair, accounts, codes, stored, actor)]
        batch_id = _keep(tx, actor, accounts, stored, after, _click(chosen))
    suggesting.note_decisions(workspace, client.id, after)
    return batch_id


def _require_as_shown(tx: Tx, stored: Mapping[str, Decision], seen: Sequence[Movement]) -> None:
    pair_checks.require_undecided(stored, seen)
    now = pairs.movements_by_id(tx, [leg.id for leg in seen])
    pair_checks.require_not_exported(now, seen)
    pair_checks.require_unchanged(now, seen)


def _booked(
    pair: TransferPair,
    accounts: Mapping[str, BankAccount],
    codes: set[str],
    stored: Mapping[str, Decision],
    actor: Actor,
) -> list[Decision]:
    """The decisions of both legs; of a leg that has left in an export none is needed."""
    booked, other = (pair.out, pair.into) if pair.into.open else (pair.into, pair.out)
    decided = [_excluded(_before(stored, other), booked.id, actor)]
    if booked.open:
        gl_code = _bank_gl(accounts[other.account_id], codes)
        decided.append(_coded(_before(stored, booked), gl_code, other.id, actor))
    return decided


def _before(stored: Mapping[str, Decision], leg: Movement) -> Decision:
    return stored.get(leg.id) or undecided(leg.id)


def _bank_gl(account: BankAccount, codes: set[str]) -> str:
    if account.gl_code not in codes:
        missing = "has no GL code" if not account.gl_code else "has a GL code outside the chart"
        raise InvalidInput(
            f"{account.label} {missing}, so a transfer to it can't be booked.",
            "Set the bank account's GL code on Clients, under Bank accounts.",
        )
    return account.gl_code


def _coded(before: Decision, gl_code: str, other: str, actor: Actor) -> Decision:
    coded = replace(
        before,
        vendor_id="",
        gl_code=gl_code,
        split=(),
        standing=Standing.REVIEWED,
        transfer_with=other,
        cleared=False,
    )
    return replace(coded, version=before.version + 1).by(actor.name, clock.now())


def _excluded(before: Decision, other: str, actor: Actor) -> Decision:
    """The other leg stays out of the books: the coded one books both sides."""
    out = replace(before, standing=Standing.EXCLUDED, transfer_with=other)
    return replace(out, version=before.version + 1).by(actor.name, clock.now())


def _click(chosen: Sequence[TransferPair]) -> Click:
    total = money.dollars(sum(pair.into.amount for pair in chosen), chosen[0].into.currency)
    what = "transfer" if len(chosen) == 1 else f"{len(chosen):,} transfers"
    return Click(BatchKind.TRANSFER, f"Confirmed {what}, {total}")


def _keep(
    tx: Tx,
    actor: Actor,
    accounts: Mapping[str, BankAccount],
    stored: Mapping[str, Decision],
    after: Sequence[Decision],
    click: Click,
) -> str:
    ids = [decision.transaction_id for decision in after]
    texts = pairs.movements_by_id(tx, ids)
    descriptors = {id_: suggesting.descriptor_of(texts[id_].description) for id_ in ids}
    decisions.save_decisions(tx, after, stored, descriptors)
    notes = transactions.clear_source_notes(tx, ids)
    for account in accounts.values():
        clients.touch_account(tx, account.id)
    learning.note_coding(tx, next(iter(accounts.values())).client_id)
    entries = (
        audit.entry(
            actor, "transfer", "transaction", d.transaction_id, transfer_with=d.transfer_with
        )
        for d in after
    )
    audit.record(tx, *entries)
    items = [
        BatchItem(
            d.version,
            stored.get(d.transaction_id) or undecided(d.transaction_id),
            notes.get(d.transaction_id, ""),
        )
        for d in after
    ]
    return record_batch(tx, actor, list(accounts.values()), items, click)


def exclude_duplicate(actor: Actor, workspace: Workspace, pair: DuplicatePair) -> Saved:
    """Exclude the second row of two that are one; the first one stays as it is.

    Raises:
        LegDecided: when a colleague decided the second row since it was shown, or the first one so
            that the purchase is in no export any more; nothing is saved.
        DecisionsChanged: when a colleague said that both are real, or the first one changed at
            LedgerSync; nothing is saved.
    """
    second = pair.second
    words = f"Excluded as listed twice: {second.description[:40]} of {second.date:%m/%d/%Y}"
    return _exclude(actor, workspace, [pair], words)


def exclude_of_files(actor: Actor, workspace: Workspace, chosen: Sequence[DuplicatePair]) -> Saved:
    """Exclude every second row, of pairs of one account that a statement file and the feed have.

    Raises as `exclude_duplicate` does, where one of the pairs is no longer as it was shown.
    """
    words = f"Excluded {len(chosen):,} rows of statement files as listed twice"
    return _exclude(actor, workspace, chosen, words)


def _exclude(
    actor: Actor, workspace: Workspace, chosen: Sequence[DuplicatePair], words: str
) -> Saved:
    edits = [Edit(p.second.id, p.second.version, standing=Standing.EXCLUDED) for p in chosen]
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, chosen[0].first.account_id)
        pair_checks.lock_accounts(tx, account.client_id, [id_ for p in chosen for id_ in p.ids])
        pair_checks.require_listed_twice(tx, chosen)
        saved = deciding.save(tx, actor, account, edits, Click(BatchKind.DUPLICATE, words))
    learned = suggesting.note_decisions(workspace, account.client_id, saved.kept)
    return replace(saved, suggested_anew=tuple(learned))


def keep_apart(actor: Actor, workspace: Workspace, kind: PairKind, ids: Key) -> None:
    """Keep that two rows are no pair, so that nobody is asked again.

    Raises:
        DecisionsChanged: when a colleague has decided them as one since they were shown.
    """
    key = pair_key(*ids)
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        accounts = _pair_accounts(tx, [key])
        pair_checks.require_apart(tx, kind, key)
        pairs.answer(tx, kind, key, clock.now(), actor.name)
        _note(tx, actor, accounts, f"no {kind.value}", [key])


def ask_again(actor: Actor, workspace: Workspace, answered: Sequence[tuple[PairKind, Key]]) -> None:
    """Take back what `keep_apart` kept of these pairs."""
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        accounts = _pair_accounts(tx, [key for _, key in answered])
        for kind, key in answered:
            pairs.forget(tx, kind, [key])
        _note(tx, actor, accounts, "ask again", [key for _, key in answered])


def _pair_accounts(tx: Tx, keys: Sequence[Key]) -> list[BankAccount]:
    """The accounts of both rows of every pair, in the actor's scope and of one client a pair."""
    found: dict[str, BankAccount] = {}
    for key in keys:
        ids = transactions.accounts_of(tx, key)
        own = [access.account_in_scope(tx, account_id, lock=True) for account_id in sorted(ids)]
        if not own or len({account.client_id for account in own}) > 1:
            raise InvalidInput("There is no such pair of rows.", "Look at the list again.")
        found |= {account.id: account for account in own}
    return list(found.values())


def _note(
    tx: Tx, actor: Actor, accounts: Sequence[BankAccount], action: str, keys: Sequence[Key]
) -> None:
    for account in accounts:
        clients.touch_account(tx, account.id)
    audit.record(tx, *(audit.entry(actor, action, "pair", key[0], other=key[1]) for key in keys))
