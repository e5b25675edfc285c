"""What the demo firm hands out. Amounts and balances are cents; negative is money out or owed."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Scale:
    """How big a benchmark's firm is; `transactions` are per account, over the whole window."""

    clients: int
    accounts: int
    transactions: int

    def __post_init__(self) -> None:
        if min(self.clients, self.accounts, self.transactions) < 0:
            raise ValueError("clients, accounts and transactions can't be negative")


@dataclass(frozen=True, slots=True)
class DemoClient:
    id: str
    name: str
    email: str
    status: str
    acs_code: str


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A bank account; `balance` is the bank's posted balance at the end of `balance_date`.

    `acs_description` and `gl_code` are what Accounting CS calls the account.
    """

    id: str
    client_id: str
    name: str
    institution: str
    type: str
    mask: str
    currency: str
    balance: int
    balance_date: date
    status: str
    acs_description: str
    gl_code: str


@dataclass(frozen=True, slots=True)
class DemoTransaction:
    id: str
    account_id: str
    date: date
    description: str
    amount: int
    payee: str
    check_number: str
    memo: str
    pending: bool


@dataclass(frozen=True, slots=True)
class DemoStatement:
    id: str
    account_id: str
    start: date
    end: date
    opening_balance: int
    closing_balance: int


@dataclass(frozen=True, slots=True)
class DemoGl:
    code: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class DemoVendor:
    """A vendor of a client; `code` is "" where nobody gave it one yet."""

    code: str
    name: str
    default_gl: str


@dataclass(frozen=True, slots=True)
class DemoCoding:
    """How a transaction is coded: `gl_code` is right, `confirmed_gl` is what a person chose.

    The two differ in about 4 rows of 100, as people do. `vendor_name` is "" on transfers.
    """

    vendor_name: str
    vendor_code: str
    gl_code: str
    confirmed_gl: str
