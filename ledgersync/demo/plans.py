"""The demo firm as its TOML files describe it: merchants, banks, books, clients and habits."""

import math
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from random import Random
from typing import Any, NamedTuple


class Book(NamedTuple):
    """A general ledger account before a client's style is applied to its number."""

    number: int
    name: str
    type: str


@dataclass(frozen=True)
class Merchant:
    """Someone who pays or is paid, and the words that banks have for it."""

    key: str
    vendor: str
    code: str
    texts: tuple[str, ...] = ()
    ach: str = ""
    plain: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    check: bool = False
    twin: bool = False
    recurring: bool = False


@dataclass(frozen=True)
class Bank:
    """How a bank words its lines; cards have no checks or transfers, accounts no `received`."""

    name: str
    purchase: tuple[str, ...]
    return_: str
    recurring: tuple[str, ...] = ()
    ach: tuple[str, ...] = ()
    ach_in: tuple[str, ...] = ()
    check: str = ""
    check_digits: int = 6
    transfer_out: str = ""
    transfer_in: str = ""
    card_payment: str = ""
    received: tuple[str, ...] = ()


@dataclass(frozen=True)
class Habit:
    """Something that an account does so many `times` a month, between `low` and `high` cents.

    For money in, `share` says which part of the month's income it is, and the amounts follow. What
    reads the same is sometimes something else: in `other_chance` of 1 it is `other_category`.
    """

    merchant: Merchant
    category: str
    times: float
    low: int = 0
    high: int = 0
    share: float = 0
    day: int = 0
    fortnightly: bool = False
    big_above: int = 0
    big_category: str = ""
    other_chance: float = 0
    other_category: str = ""

    def category_for(self, cents: int) -> str:
        return self.big_category if self.big_category and cents > self.big_above else self.category


@dataclass(frozen=True)
class AccountPlan:
    """A bank account and what happens on it; the other accounts are named by their keys.

    Every month it meets so many `new_vendors` of the client's list, and so many `strangers`. The
    statements of a `paper` account come by mail: the feed has none.
    """

    id: str
    key: str
    name: str
    type: str
    bank: Bank
    mask: str
    gl_number: int
    base: int = 0
    department: str = ""
    spend: tuple[Habit, ...] = ()
    income: tuple[Habit, ...] = ()
    funded_by: str = ""
    saves_from: str = ""
    saves: tuple[int, int] = (0, 0)
    new_vendors: int = 0
    strangers: int = 0
    paid_from: str = ""
    status: str = "active"
    stale_days: int = 0
    paper: bool = False

    @cached_property
    def checks_a_month(self) -> int:
        return sum(math.ceil(habit.times) for habit in self.spend if habit.merchant.check)


@dataclass(frozen=True)
class ClientPlan:
    id: str
    name: str
    email: str
    acs: str
    city: str
    style: str
    accounts: tuple[AccountPlan, ...]
    departments: tuple[str, ...] = ("",)
    uncoded: tuple[str, ...] = ()
    status: str = "active"

    @cached_property
    def habits(self) -> tuple[Habit, ...]:
        return tuple(h for account in self.accounts for h in (*account.spend, *account.income))

    def code(self, number: int, department: str) -> str:
        """A GL number as this client writes it: 6250, 62500 or 6250-10."""
        if self.style == "departments":
            return f"{number}-{department}"
        return f"{number}0" if self.style == "long" else str(number)


def dice(*names: object) -> Random:
    """Chance that is the same every time for the same names."""
    return Random("/".join(map(str, names)))  # noqa: S311  a demo's dice, not a secret


@cache
def books() -> dict[str, Book]:
    return {key: Book(*row) for key, row in table("books").items()}


@cache
def merchants() -> dict[str, Merchant]:
    return {key: Merchant(key=key, **frozen(row)) for key, row in table("merchants").items()}


@cache
def banks() -> dict[str, Bank]:
    return {key: _bank(frozen(row)) for key, row in table("banks").items()}


@cache
def clients() -> tuple[ClientPlan, ...]:
    """The twelve clients, in the order of the file."""
    return tuple(_client(frozen(row)) for row in table("clients")["clients"])


def table(name: str) -> dict[str, Any]:
    """One of the TOML files beside this module."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


def frozen(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a file with tuples for its lists."""
    return {key: tuple(item) if isinstance(item, list) else item for key, item in row.items()}


def _bank(row: dict[str, Any]) -> Bank:
    return Bank(return_=row.pop("return"), **row)


def _client(row: dict[str, Any]) -> ClientPlan:
    tables = row.pop("accounts")
    accounts = (
        _account(row["id"], index, key, frozen(table))
        for index, (key, table) in enumerate(tables.items(), start=1)
    )
    return ClientPlan(accounts=tuple(accounts), **row)


def _account(client_id: str, index: int, key: str, row: dict[str, Any]) -> AccountPlan:
    is_card = row["type"] == "credit_card"
    row["bank"] = banks()[row["bank"]]
    row["base"] = row.get("base", 0) * 100
    row["spend"] = tuple(map(read_spending, row.get("spend", ())))
    row["income"] = tuple(map(read_income, row.get("income", ())))
    return AccountPlan(
        id=f"acc_{client_id.removeprefix('cl_')}{index:02d}",
        key=key,
        gl_number=(2000 if is_card else 1000) + 10 * index,
        **row,
    )


def read_spending(text: str) -> Habit:
    """Read "merchant category times low high [dN] [fri] [>N:category] [~N:category]".

    Amounts are in dollars, the last is how many of 100 rows belong to another category.
    """
    merchant, _, habit = text.partition(" ")
    return read_habit(merchants()[merchant], habit)


def read_habit(merchant: Merchant, text: str) -> Habit:
    """Read what is spent at a merchant: as in `read_spending`, without the merchant."""
    category, times, low, high, *extras = text.split()
    return Habit(merchant, category, float(times), _cents(low), _cents(high), **_extras(extras))


def read_income(text: str) -> Habit:
    """Read "merchant category times share [dN]"."""
    merchant, category, times, share, *extras = text.split()
    return Habit(
        merchants()[merchant], category, float(times), share=float(share), **_extras(extras)
    )


def _extras(words: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for word in words:
        if word == "fri":
            found["fortnightly"] = True
        elif word.startswith(">"):
            above, _, found["big_category"] = word[1:].partition(":")
            found["big_above"] = _cents(above)
        elif word.startswith("~"):
            percent, _, found["other_category"] = word[1:].partition(":")
            found["other_chance"] = int(percent) / 100
        else:
            found["day"] = int(word.removeprefix("d"))
    return found


def _cents(dollars: str) -> int:
    return round(float(dollars) * 100)
