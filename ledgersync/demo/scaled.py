"""As many clients, bank accounts and rows as a benchmark asks for, in the twelve clients' words.

Every account has exactly the rows asked for, spread evenly over the days of the window. Nine rows
of money out are followed by one of money in that brings the balance back to its base, so that the
balance before any row is known without writing the rows before it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate, cycle, islice
from random import Random

from ledgersync.demo import coding, wording
from ledgersync.demo.days import last_of
from ledgersync.demo.ledger import Entry
from ledgersync.demo.plans import AccountPlan, ClientPlan, Habit, clients, dice
from ledgersync.demo.records import DemoTransaction, Scale
from ledgersync.demo.spending import amount, is_purchase

_BLOCK = 10
_FIRST_CHECK = 10_000


def scaled_clients(scale: Scale) -> tuple[ClientPlan, ...]:
    """So many clients with so many accounts each, modelled on the demo's clients in turn."""
    models = cycle(client for client in clients() if client.accounts)
    return tuple(
        _client(model, number, scale.accounts)
        for number, model in enumerate(islice(models, scale.clients), start=1)
    )


class ScaledLedger:
    """The rows of one scaled client; written when asked for, hardly kept."""

    def __init__(
        self, seed: int, client: ClientPlan, count: int, window: tuple[date, date]
    ) -> None:
        self._seed = seed
        self._client = client
        self._count = count
        self._start, end = window
        self._days = max(1, (end - self._start).days + 1)
        self._last: dict[str, tuple[int, list[Entry]]] = {}

    def entries(self, account: AccountPlan, month: date) -> list[Entry]:
        """The account's rows of the month, by date."""
        first = self._rows_before(month)
        last = self._rows_before(last_of(month) + timedelta(days=1))
        found: list[Entry] = []
        for block in range(first // _BLOCK, -(-last // _BLOCK)):
            rows = self._block(account, block)
            start = block * _BLOCK
            found.extend(rows[max(first - start, 0) : last - start])
        return found

    def opening(self, account: AccountPlan, month: date) -> int:
        """The balance before the month's first row, in cents."""
        block, position = divmod(self._rows_before(month), _BLOCK)
        return account.base - sum(cents for _, cents in self._bought(account, block)[1][:position])

    def _rows_before(self, day: date) -> int:
        """How many rows lie before the day: the first row on it has this index."""
        offset = min(max((day - self._start).days, 0), self._days)
        return -(-offset * self._count // self._days)

    def _bought(self, account: AccountPlan, block: int) -> tuple[Random, list[tuple[Habit, int]]]:
        rng = dice(self._seed, account.id, block)
        weights = list(accumulate(habit.times for habit in account.spend))
        habits = rng.choices(account.spend, cum_weights=weights, k=_BLOCK - 1)
        return rng, [(habit, amount(habit, rng)) for habit in habits]

    def _block(self, account: AccountPlan, block: int) -> list[Entry]:
        # Two months often share a block: the last one of each account is worth keeping.
        number, rows = self._last.get(account.id, (-1, []))
        if number != block:
            rows = list(self._written(account, block))
            self._last[account.id] = (block, rows)
        return rows

    def _written(self, account: AccountPlan, block: int) -> Iterator[Entry]:
        rng, bought = self._bought(account, block)
        first = block * _BLOCK
        for index, (habit, cents) in enumerate(bought, start=first):
            yield self._out(account, index, habit, cents, rng)
        yield self._in(account, first + len(bought), sum(cents for _, cents in bought), rng)

    def _out(
        self, account: AccountPlan, index: int, habit: Habit, cents: int, rng: Random
    ) -> Entry:
        day, number = self._day(index), ""
        if habit.merchant.check:
            text, number = wording.check(account, _FIRST_CHECK + index)
        else:
            text = wording.line(self._client, account, habit.merchant, day, rng)
        category = habit.category_for(cents)
        return Entry(
            _row(account, index, day, text, -cents, number),
            habit.merchant,
            coding.gl_code(self._client, account, category),
            coding.confirmed(self._client, account, category, rng),
            is_purchase(account, habit.merchant),
        )

    def _in(self, account: AccountPlan, index: int, cents: int, rng: Random) -> Entry:
        day = self._day(index)
        if account.income:
            habit = rng.choice(account.income)
            text = wording.line(self._client, account, habit.merchant, day, rng, money_in=True)
            gl = coding.gl_code(self._client, account, habit.category)
            row = _row(account, index, day, text, cents)
            return Entry(row, habit.merchant, gl, gl, purchase=False)
        words = account.bank.received or ("DEPOSIT",)
        text = wording.fill(wording.pick(words, rng), {}, rng)
        gl = coding.account_gl(self._client, self._client.accounts[0])
        return Entry(_row(account, index, day, text, cents), None, gl, gl, purchase=False)

    def _day(self, index: int) -> date:
        return self._start + timedelta(days=index * self._days // self._count)


def _row(
    account: AccountPlan, index: int, day: date, text: str, cents: int, number: str = ""
) -> DemoTransaction:
    new_id = f"txn_{account.id[4:]}{index:06d}"
    return DemoTransaction(new_id, account.id, day, text, cents, "", number, "", pending=False)


def _client(model: ClientPlan, number: int, accounts: int) -> ClientPlan:
    models = islice(cycle(plan for plan in model.accounts if plan.spend), accounts)
    return replace(
        model,
        id=f"cl_{number:05d}",
        name=f"{model.name} {number:03d}",
        email=f"client{number:05d}@firm.example",
        acs=f"{model.acs}{number:03d}",
        accounts=tuple(_account(plan, number, index) for index, plan in enumerate(models, 1)),
    )


def _account(model: AccountPlan, number: int, index: int) -> AccountPlan:
    return replace(
        model,
        id=f"acc_{number:05d}{index:02d}",
        key=f"{model.key}{index}",
        mask=f"{(number * 37 + index * 1009) % 10_000:04d}",
        gl_number=(2000 if model.type == "credit_card" else 1000) + 10 * index,
        status="active",
        stale_days=0,
        new_vendors=0,
        strangers=0,
    )
