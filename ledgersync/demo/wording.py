"""How a bank writes a transaction on its statement."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from random import Random

from ledgersync.demo.plans import AccountPlan, ClientPlan, Merchant, dice

_RUNS = re.compile(r"~+|\^+")
_CAPITALS_AND_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def line(
    client: ClientPlan,
    account: AccountPlan,
    merchant: Merchant,
    day: date,
    rng: Random,
    *,
    money_in: bool = False,
) -> str:
    """The words for a row that is not a check or a transfer, as this account's bank has them."""
    fields = _fields(client, account, merchant, day, rng)
    if merchant.plain:
        return fill(pick(merchant.plain, rng), fields, rng)
    if merchant.ach and account.type != "credit_card":
        fields["company"], _, fields["entry"] = merchant.ach.partition("|")
        bank = account.bank
        return fill(pick((money_in and bank.ach_in) or bank.ach, rng), fields, rng)
    return _purchase(account, merchant, fields, rng, money_in=money_in)


def check(account: AccountPlan, number: int) -> tuple[str, str]:
    """The words for a check and its number, both as short as this bank keeps them."""
    shown = str(number)[-account.bank.check_digits :]
    return account.bank.check.format(number=shown), shown


def transfer(account: AccountPlan, other: AccountPlan, day: date, rng: Random, cents: int) -> str:
    """The words for one side of a transfer between two accounts of a client."""
    bank = account.bank
    fields = {
        "other": other.name.upper(),
        "other_mask": other.mask,
        "kind": {"checking": "CHK", "savings": "SAV"}.get(other.type, "CRD"),
        "auth": f"{day:%m/%d}",
    }
    return fill(bank.transfer_in if cents > 0 else bank.transfer_out, fields, rng)


def card_payment(
    client: ClientPlan, account: AccountPlan, card: AccountPlan, day: date, rng: Random
) -> str:
    """The words for paying a card, on the statement of the account that pays."""
    fields = {
        "card_bank": card.bank.name.upper()[:16].rstrip(),
        "other_mask": card.mask,
        "client": client.name.upper()[:18].rstrip(),
        "auth": f"{day:%m/%d}",
        "yymmdd": f"{day:%y%m%d}",
    }
    return fill(account.bank.card_payment, fields, rng)


def fill(template: str, fields: dict[str, str], rng: Random) -> str:
    """Put the fields in and turn every run of ~ and ^ into new digits and capitals."""
    return _RUNS.sub(lambda run: _run(run[0], rng), template.format_map(fields))


def pick(choices: Sequence[str], rng: Random) -> str:
    return choices[int(rng.random() * len(choices))]


def _purchase(
    account: AccountPlan, merchant: Merchant, fields: dict[str, str], rng: Random, *, money_in: bool
) -> str:
    text = pick(merchant.texts, rng).format_map(fields)
    bank = account.bank
    usual = (merchant.recurring and bank.recurring) or bank.purchase
    wrapper = bank.return_ if money_in else pick(usual, rng)
    return fill(wrapper, {**fields, "text": text}, rng)


def _fields(
    client: ClientPlan, account: AccountPlan, merchant: Merchant, day: date, rng: Random
) -> dict[str, str]:
    stores, phone = _places(client.id, merchant.key)
    # A card is used a day or three before the bank posts it.
    bought = day - timedelta(days=int(rng.random() * 3))
    return {
        "client": client.name.upper()[:18].rstrip(),
        "domain": client.email.partition("@")[2].partition(".")[0],
        "city": client.city,
        "mask": account.mask,
        "name": pick(merchant.names, rng) if merchant.names else "",
        "store": pick(stores, rng),
        "phone": phone,
        "auth": f"{bought.month:02d}/{bought.day:02d}",
        "mmdd": f"{bought.month:02d}{bought.day:02d}",
        "yymmdd": f"{day.year % 100:02d}{day.month:02d}{day.day:02d}",
    }


@cache
def _places(client_id: str, merchant_key: str) -> tuple[tuple[str, ...], str]:
    """A client goes to the same two stores of a chain, and a merchant has one phone number."""
    rng = dice("places", client_id, merchant_key)
    stores = (str(rng.randrange(1000, 9900)), str(rng.randrange(1000, 9900)))
    return stores, f"{rng.randrange(201, 989)}-555-01{rng.randrange(100):02d}"


def _run(run: str, rng: Random) -> str:
    if run[0] == "~":
        return str(rng.randrange(10 ** len(run))).zfill(len(run))
    return "".join(rng.choices(_CAPITALS_AND_DIGITS, k=len(run)))
