"""How the demo firm codes: a client's chart and vendors, and the slips that people make."""

from collections.abc import Iterator
from functools import cache
from random import Random

from ledgersync.demo.newcomers import is_stranger, newcomer_habits
from ledgersync.demo.plans import AccountPlan, ClientPlan, Habit, Merchant, books, merchants
from ledgersync.demo.records import DemoCoding, DemoGl, DemoVendor

_SLIP_CHANCE = 0.04
_UNDISTRIBUTED = 9990
_COSTS = {"Expense", "Cost of Sales"}


def gl_code(client: ClientPlan, account: AccountPlan, category: str) -> str:
    """The code that this client's chart has for a category, in the account's department."""
    return client.code(books()[category].number, account.department)


def account_gl(client: ClientPlan, account: AccountPlan) -> str:
    """The code of the bank account itself."""
    return client.code(account.gl_number, account.department)


def undistributed(client: ClientPlan) -> str:
    """The code to which Accounting CS posts what has none."""
    return client.code(_UNDISTRIBUTED, client.departments[0])


def confirmed(client: ClientPlan, account: AccountPlan, category: str, rng: Random) -> str:
    """The code that a person chose: the right one, but for about 4 slips in 100."""
    if rng.random() < _SLIP_CHANCE:
        category = rng.choice(_mistaken_for(client, category))
    return gl_code(client, account, category)


def coding(client: ClientPlan, merchant: Merchant | None, gl: str, chosen: str) -> DemoCoding:
    if merchant is None:
        return DemoCoding("", "", gl, chosen)
    return DemoCoding(merchant.vendor, vendor_code(client, merchant), gl, chosen)


def vendor_code(client: ClientPlan, merchant: Merchant) -> str:
    return "" if merchant.key in client.uncoded else merchant.code


@cache
def chart(client: ClientPlan) -> tuple[DemoGl, ...]:
    """The client's chart of accounts, by code: bank accounts, what habits use, Undistributed."""
    banked = (
        DemoGl(account_gl(client, account), f"{account.name} {account.mask}", _side(account))
        for account in client.accounts
    )
    rest = DemoGl(undistributed(client), "Undistributed", "Expense")
    return tuple(sorted({*banked, *_chart_of_habits(client), rest}, key=lambda gl: gl.code))


@cache
def vendors(client: ClientPlan) -> tuple[DemoVendor, ...]:
    """The client's vendors, by name, each with the code of its first habit as default."""
    found: dict[str, DemoVendor] = {}
    for account in client.accounts:
        for habit in (*account.spend, *account.income, *_bank_habits(account)):
            default = gl_code(client, account, habit.category)
            _note(found, client, habit, default)
    department = client.departments[0]
    for habit in newcomer_habits(client):
        usual = client.code(books()[habit.category].number, department)
        _note(found, client, habit, "" if is_stranger(habit.merchant) else usual)
    return tuple(sorted(found.values(), key=lambda vendor: vendor.name))


def _note(found: dict[str, DemoVendor], client: ClientPlan, habit: Habit, default: str) -> None:
    code, name = vendor_code(client, habit.merchant), habit.merchant.vendor
    found.setdefault(name, DemoVendor(code, name, default))


def _chart_of_habits(client: ClientPlan) -> Iterator[DemoGl]:
    for category in _categories(client):
        number, name, kind = books()[category]
        for department in client.departments:
            yield DemoGl(client.code(number, department), name, kind)
    if any(habit.category == "loan" for habit in client.habits):
        number, name, kind = books()["interest_expense"]
        yield DemoGl(client.code(number, client.departments[0]), name, kind)


def _categories(client: ClientPlan) -> list[str]:
    used = {"office_supplies", "repairs", "interest_income"}
    for habit in (*client.habits, *newcomer_habits(client)):
        used |= {habit.category, habit.big_category, habit.other_category} - {""}
    return sorted(used)


@cache
def _mistaken_for(client: ClientPlan, category: str) -> list[str]:
    """What a tired person might choose: other income for income, a cost for anything else."""
    kinds = {"Income"} if books()[category].type == "Income" else _COSTS
    others = (key for key in _categories(client) if key != category)
    return [key for key in others if books()[key].type in kinds]


def _bank_habits(account: AccountPlan) -> tuple[Habit, ...]:
    if not account.saves_from:
        return ()
    return (Habit(merchants()["interest"], "interest_income", 1),)


def _side(account: AccountPlan) -> str:
    return "Liability" if account.type == "credit_card" else "Asset"
