"""What an account's habits put on its statement in one month, before anything has an id."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from ledgersync.demo import wording
from ledgersync.demo.days import business_day, last_of, months_since_epoch, paydays
from ledgersync.demo.plans import AccountPlan, ClientPlan, Habit, Merchant

_TWIN_CHANCE = 0.06
_REFUND_CHANCE = 0.025
_REFUND_FROM = 2_000
_ROUND_SUM = 1_000
_FIRST_CHECK = 10_080


class Draft(NamedTuple):
    """A row without an id; `merchant` is None on transfers, where `gl` names the other account."""

    day: date
    text: str
    cents: int
    merchant: Merchant | None
    category: str
    gl: str = ""
    check_number: str = ""
    purchase: bool = False


def spending(
    client: ClientPlan, account: AccountPlan, habits: Iterable[Habit], month: date, rng: Random
) -> Iterator[Draft]:
    """Purchases, bills, payroll, checks, with now and then a refund or the same thing twice."""
    checks = _check_numbers(account, month)
    for habit in habits:
        for day in _days(habit, month, rng):
            cents = amount(habit, rng)
            if habit.merchant.check:
                yield _check(account, habit, (day, cents), next(checks), rng)
            else:
                yield from _bought(client, account, habit, (day, cents), rng)


def income(
    client: ClientPlan, account: AccountPlan, month: date, total: int, rng: Random
) -> Iterator[Draft]:
    """Money in that adds up to `total` cents exactly, shared out as the account's plan says."""
    days = [(habit, day) for habit in account.income for day in _days(habit, month, rng)]
    weights = [habit.share / habit.times * rng.uniform(0.6, 1.4) for habit, _ in days]
    amounts = _shared_out(total, weights)
    for (habit, day), cents in zip(days, amounts, strict=True):
        text = wording.line(client, account, habit.merchant, day, rng, money_in=True)
        yield Draft(day, text, cents, habit.merchant, habit.category)


def _bought(
    client: ClientPlan, account: AccountPlan, habit: Habit, what: tuple[date, int], rng: Random
) -> Iterator[Draft]:
    day, cents = what
    text = wording.line(client, account, habit.merchant, day, rng)
    purchase = is_purchase(account, habit.merchant)
    category = _category(habit, cents, rng)
    draft = Draft(day, text, -cents, habit.merchant, category, purchase=purchase)
    yield draft
    if habit.merchant.twin and rng.random() < _TWIN_CHANCE:
        yield draft
    elif purchase and habit.low != habit.high and cents > _REFUND_FROM:
        yield from _refund(client, account, draft, rng)


def _refund(client: ClientPlan, account: AccountPlan, draft: Draft, rng: Random) -> Iterator[Draft]:
    back = draft.day + timedelta(days=rng.randint(2, 8))
    if rng.random() < _REFUND_CHANCE and back.month == draft.day.month and draft.merchant:
        part = rng.choice((1, 1, 2, 3))
        text = wording.line(client, account, draft.merchant, back, rng, money_in=True)
        yield draft._replace(day=back, text=text, cents=-draft.cents // part)


def _category(habit: Habit, cents: int, rng: Random) -> str:
    if habit.other_category and rng.random() < habit.other_chance:
        return habit.other_category
    return habit.category_for(cents)


def is_purchase(account: AccountPlan, merchant: Merchant) -> bool:
    """Whether the row came from a card, and so shows up as pending before it posts."""
    return bool(merchant.texts) and (account.type == "credit_card" or not merchant.ach)


def _check(
    account: AccountPlan, habit: Habit, what: tuple[date, int], number: int, rng: Random
) -> Draft:
    day, cents = what
    text, shown = wording.check(account, number)
    category = _category(habit, cents, rng)
    return Draft(day, text, -cents, habit.merchant, category, check_number=shown)


def _check_numbers(account: AccountPlan, month: date) -> Iterator[int]:
    first = (
        _FIRST_CHECK
        + int(account.mask) % 900
        + months_since_epoch(month) * (account.checks_a_month)
    )
    return iter(range(first, first + account.checks_a_month))


def _days(habit: Habit, month: date, rng: Random) -> list[date]:
    if habit.fortnightly:
        return paydays(month)
    if habit.day:
        return [business_day(month.replace(day=habit.day))] * _times(habit, rng)
    days = (
        month.replace(day=rng.randint(1, last_of(month).day)) for _ in range(_times(habit, rng))
    )
    shops_any_day = bool(habit.merchant.texts)
    return sorted(day if shops_any_day else business_day(day) for day in days)


def _times(habit: Habit, rng: Random) -> int:
    """How often this month: a part of one is a chance, many vary a little, checks never do."""
    whole, part = divmod(habit.times, 1)
    if part:
        return int(whole) + (rng.random() < part)
    if habit.day or whole < 3 or habit.merchant.check:  # noqa: PLR2004  too few to vary
        return int(whole)
    return round(whole * rng.uniform(0.85, 1.15))


def amount(habit: Habit, rng: Random) -> int:
    """Small amounts are likelier than large ones; people pay people round sums."""
    if habit.low == habit.high:
        return habit.low
    cents = int(habit.low * (habit.high / habit.low) ** rng.random())
    if habit.merchant.plain:
        return max(cents // _ROUND_SUM * _ROUND_SUM, habit.low)
    return _priced(cents, rng) if habit.merchant.texts else cents


def _priced(cents: int, rng: Random) -> int:
    """Some prices end in .99 or .00."""
    ending = rng.random()
    if ending < 0.2:  # noqa: PLR2004  one price in five
        return cents // 100 * 100 + 99
    return cents // 100 * 100 if ending < 0.35 and cents >= 100 else cents  # noqa: PLR2004


def _shared_out(total: int, weights: Iterable[float]) -> list[int]:
    weights = list(weights)
    scale = total / sum(weights)
    amounts = [int(weight * scale) for weight in weights]
    amounts[-1] += total - sum(amounts)
    return amounts
