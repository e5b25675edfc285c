"""The demo firm's rows, month by month: every month of an account has its own dice.

Nothing depends on the day it is asked for. Opening and closing balances are known before the
rows are: a checking account aims at a balance near its base and takes in what that needs, a card
owes the month's charges and is paid the next month, a savings account adds up its transfers.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import blake2b
from random import Random
from typing import NamedTuple

from ledgersync.demo import coding, wording
from ledgersync.demo.days import EPOCH, business_day, last_of, months_since_epoch, shifted
from ledgersync.demo.newcomers import newcomers
from ledgersync.demo.plans import AccountPlan, ClientPlan, Merchant, dice, merchants
from ledgersync.demo.records import DemoTransaction
from ledgersync.demo.spending import Draft, income, spending

_QUARTER = 3
_SAVINGS_RATE = 0.0021  # a month


class Entry(NamedTuple):
    """A row and what is true of it; `merchant` is None on transfers."""

    transaction: DemoTransaction
    merchant: Merchant | None
    gl_code: str
    confirmed_gl: str
    purchase: bool


class Transfer(NamedTuple):
    """Money from one account of a client to another; `cents` is positive."""

    source: AccountPlan
    target: AccountPlan
    cents: int
    sent: date
    arrived: date


class Ledger:
    """All rows of one client; what was worked out once is kept."""

    def __init__(self, seed: int, client: ClientPlan) -> None:
        self._seed = seed
        self._client = client
        self._by_key = {account.key: account for account in client.accounts}
        self._entries: dict[tuple[str, date], tuple[Entry, ...]] = {}
        self._spending: dict[tuple[str, date], tuple[Draft, ...]] = {}
        self._savings: dict[tuple[str, date], int] = {}

    def entries(self, account: AccountPlan, month: date) -> tuple[Entry, ...]:
        """The account's rows of the month, by date; always the same for the same seed."""
        key = (account.id, month)
        if key not in self._entries:
            self._entries[key] = tuple(self._written(account, month))
        return self._entries[key]

    def opening(self, account: AccountPlan, month: date) -> int:
        return self.closing(account, shifted(month, -1))

    def closing(self, account: AccountPlan, month: date) -> int:
        """The balance at the end of the month in cents, negative when owed."""
        if account.type == "credit_card":
            return sum(draft.cents for draft in self._spent(account, month))
        if account.saves_from:
            return self._saved(account, month)
        if account.funded_by:
            return account.base
        return int(account.base * self._dice(account, month, "balance").uniform(0.82, 1.18))

    def _written(self, account: AccountPlan, month: date) -> Iterator[Entry]:
        drafts = self._drafts(account, month)
        rng = self._dice(account, month, "order and slips")
        # Banks post a day's credits before its debits.
        drafts.sort(key=lambda draft: (draft.day, draft.cents < 0, rng.random()))
        for index, draft in enumerate(drafts):
            yield self._entry(account, draft, index, rng)

    def _drafts(self, account: AccountPlan, month: date) -> list[Draft]:
        drafts = [*self._spent(account, month), *self._legs(account, month)]
        if account.saves_from:
            drafts.append(self._interest(account, month))
        if account.income:
            change = self.closing(account, month) - self.opening(account, month)
            missing = change - sum(draft.cents for draft in drafts)
            rng = self._dice(account, month, "income")
            drafts.extend(income(self._client, account, month, missing, rng))
        return drafts

    def _spent(self, account: AccountPlan, month: date) -> tuple[Draft, ...]:
        key = (account.id, month)
        if key not in self._spending:
            rng = self._dice(account, month, "spending")
            met = newcomers(self._seed, self._client, account, month)
            habits = (*account.spend, *met)
            self._spending[key] = tuple(spending(self._client, account, habits, month, rng))
        return self._spending[key]

    def _saved(self, account: AccountPlan, month: date) -> int:
        if month < EPOCH:
            return account.base
        key = (account.id, month)
        if key not in self._savings:
            rows = (*self._legs(account, month), self._interest(account, month))
            self._savings[key] = self.opening(account, month) + sum(row.cents for row in rows)
        return self._savings[key]

    def _interest(self, account: AccountPlan, month: date) -> Draft:
        cents = max(1, round(self.opening(account, month) * _SAVINGS_RATE))
        day = business_day(last_of(month))
        return Draft(day, "INTEREST PAYMENT", cents, merchants()["interest"], "interest_income")

    def _legs(self, account: AccountPlan, month: date) -> Iterator[Draft]:
        for transfer in self._transfers(month):
            if transfer.source is account:
                yield self._leg(transfer, month, out=True)
            elif transfer.target is account:
                yield self._leg(transfer, month, out=False)

    def _leg(self, transfer: Transfer, month: date, *, out: bool) -> Draft:
        source, target, cents, sent, arrived = transfer
        own, other, day = (source, target, sent) if out else (target, source, arrived)
        rng = self._dice(own, month, f"{other.key} {sent}")
        if target.type != "credit_card":
            text = wording.transfer(own, other, day, rng, -cents if out else cents)
        elif out:
            text = wording.card_payment(self._client, own, other, day, rng)
        else:
            text = wording.fill(wording.pick(own.bank.received, rng), {}, rng)
        gl = coding.account_gl(self._client, other)
        return Draft(day, text, -cents if out else cents, None, "", gl=gl)

    def _transfers(self, month: date) -> Iterator[Transfer]:
        for account in self._client.accounts:
            if account.paid_from:
                yield from self._card_payment(account, month)
            elif account.saves_from:
                yield from self._saving(account, month)
            elif account.funded_by:
                yield from self._funding(account, month)

    def _card_payment(self, card: AccountPlan, month: date) -> Iterator[Transfer]:
        """Last month's balance, in full; the card sees it one to three days later."""
        rng = self._dice(card, month, "payment")
        sent = business_day(month.replace(day=rng.randint(11, 22)))
        arrived = sent + timedelta(days=rng.randint(1, 3))
        if owed := -self.opening(card, month):
            yield Transfer(self._by_key[card.paid_from], card, owed, sent, arrived)

    def _saving(self, account: AccountPlan, month: date) -> Iterator[Transfer]:
        """A round sum aside each month; most of it comes back for the quarter's taxes."""
        rng = self._dice(account, month, "saving")
        low, high = account.saves
        source = self._by_key[account.saves_from]
        sent = business_day(month.replace(day=rng.randint(3, 12)))
        aside = rng.randrange(low, high + 1, 50) * 100
        yield Transfer(source, account, aside, sent, business_day(sent + timedelta(days=1)))
        if (months_since_epoch(month) + 1) % _QUARTER == 0:
            back = business_day(month.replace(day=rng.randint(14, 20)))
            yield Transfer(account, source, int(low * 2.5) // 50 * 5000, back, back)

    def _funding(self, account: AccountPlan, month: date) -> Iterator[Transfer]:
        needed: dict[date, int] = defaultdict(int)
        for draft in self._spent(account, month):
            needed[draft.day] -= draft.cents
        for day, cents in sorted(needed.items()):
            yield Transfer(self._by_key[account.funded_by], account, cents, day, day)

    def _entry(self, account: AccountPlan, draft: Draft, index: int, rng: Random) -> Entry:
        transaction = DemoTransaction(
            id=row_id(self._seed, account.id, f"{draft.day:%Y-%m}", index),
            account_id=account.id,
            date=draft.day,
            description=draft.text,
            amount=draft.cents,
            payee="",
            check_number=draft.check_number,
            memo="",
            pending=False,
        )
        if draft.merchant is None:
            return Entry(transaction, None, draft.gl, draft.gl, purchase=False)
        gl = coding.gl_code(self._client, account, draft.category)
        chosen = coding.confirmed(self._client, account, draft.category, rng)
        return Entry(transaction, draft.merchant, gl, chosen, draft.purchase)

    def _dice(self, account: AccountPlan, month: date, what: str) -> Random:
        return dice(self._seed, account.id, f"{month:%Y-%m}", what)


def row_id(*names: object) -> str:
    """An id that is the same for the same row of the same firm, and for no other."""
    return f"txn_{blake2b('/'.join(map(str, names)).encode(), digest_size=8).hexdigest()}"
