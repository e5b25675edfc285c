"""Whom a client meets for the first time: vendors that only its list knows, and strangers.

Every month brings others, in an order of each client's own. So whoever comes last month is new to
what was coded before, and still a month's rows are the same whatever day it is.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import product
from typing import Any

from ledgersync.demo.days import months_since_epoch
from ledgersync.demo.plans import (
    AccountPlan,
    ClientPlan,
    Habit,
    Merchant,
    dice,
    frozen,
    read_habit,
    table,
)

_LOCALS = 200  # in each client's vendor list
_STRANGER = "stranger"
_NOBODY = "One-time Payees"
_NO_CODE_OF_THEIR_OWN = "ONETIME"


def newcomers(
    seed: int, client: ClientPlan, account: AccountPlan, month: date
) -> tuple[Habit, ...]:
    """What the account does this month with payees that the client never had before."""
    vendors = _vendors_in_turn(seed, client, account, month)
    rng = dice(seed, account.id, f"{month:%Y-%m}", "strangers")
    count = account.strangers
    return (*vendors, *(rng.choices(_strangers(account.type), k=count) if count else ()))


def newcomer_vendors(client: ClientPlan) -> tuple[Habit, ...]:
    """The vendors of the client's list that it may meet, and what it would buy there.

    None for a client whose accounts meet nobody.
    """
    if not any(account.new_vendors for account in client.accounts):
        return ()
    known = {habit.merchant.vendor for habit in client.habits}
    chains = (habit for habit in _vendors() if habit.merchant.vendor not in known)
    return (*chains, *_locals(client))


def newcomer_habits(client: ClientPlan) -> tuple[Habit, ...]:
    """All that newcomers can bring to the client, for its chart and its vendors."""
    kinds = {account.type for account in client.accounts if account.strangers}
    strangers = (habit for kind in sorted(kinds) for habit in _strangers(kind))
    return (*newcomer_vendors(client), *strangers)


def is_stranger(merchant: Merchant) -> bool:
    """Whether the payee is on nobody's list: then no GL code is usual."""
    return merchant.key == _STRANGER


def _vendors_in_turn(
    seed: int, client: ClientPlan, account: AccountPlan, month: date
) -> list[Habit]:
    order = _order(seed, client)
    place = months_since_epoch(month) * sum(one.new_vendors for one in client.accounts)
    for other in client.accounts:
        if other is account:
            break
        place += other.new_vendors
    return [order[(place + index) % len(order)] for index in range(account.new_vendors)]


@cache
def _order(seed: int, client: ClientPlan) -> list[Habit]:
    habits = list(newcomer_vendors(client))
    dice(seed, client.id, "newcomers").shuffle(habits)
    return habits


@cache
def _table() -> dict[str, Any]:
    return table("newcomers")


@cache
def _vendors() -> tuple[Habit, ...]:
    return tuple(map(_vendor, map(frozen, _table()["vendors"])))


def _vendor(row: dict[str, Any]) -> Habit:
    habit = row.pop("habit")
    return _bought(Merchant(key=row["code"], **row), habit)


def _bought(vendor: Merchant, habit: str) -> Habit:
    """What is bought at a vendor: now and then something that its usual code is wrong for."""
    instead = _table()["instead"]
    return read_habit(vendor, f"{habit} ~{instead['percent']}:{instead[habit.partition(' ')[0]]}")


@cache
def _locals(client: ClientPlan) -> tuple[Habit, ...]:
    """Small firms of the client's own town."""
    found = _table()["locals"]
    rng = dice(client.id, "locals")
    firms = rng.sample(list(product(found["first"], found["trades"])), _LOCALS)
    return tuple(_local(first, trade, found["texts"]) for first, trade in firms)


def _local(first: str, trade: dict[str, Any], texts: Sequence[str]) -> Habit:
    name = f"{first} {trade['name']}"
    said = (f"{first.upper()} {words}" for words in trade["words"])
    wordings = (text.replace("{vendor}", name) for text, name in product(texts, said))
    code = f"{first.replace(' ', '')[:6]}{trade['name'][:3]}".upper()
    return _bought(Merchant(code, name, code, tuple(wordings)), trade["habit"])


@cache
def _strangers(account_type: str) -> tuple[Habit, ...]:
    """What strangers are paid for from such an account; people pay people from a bank account."""
    return tuple(
        read_habit(_stranger(row), habit)
        for row in map(frozen, _table()["strangers"])
        if row["on"] in {"any", account_type}
        for habit in row["habits"]
    )


def _stranger(row: dict[str, Any]) -> Merchant:
    names = (f"{first} {second}" for first, second in product(row["first"], row["second"]))
    words = {kind: row.get(kind, ()) for kind in ("texts", "plain")}
    return Merchant(_STRANGER, _NOBODY, _NO_CODE_OF_THEIR_OWN, names=tuple(names), **words)
