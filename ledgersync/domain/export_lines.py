"""Export lines: what a service hands to exports, free of storage and of any file format."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from ledgersync.domain.periods import Period
from ledgersync.domain.transactions import Status


class ExportLine(NamedTuple):
    """One distribution of one transaction; a split gives several lines with one transaction_id.

    A tuple, for a year of a large account has them by the hundred thousand.

    `amount` is the whole transaction in cents, negative is money out; `distribution` is this
    line's share of it, equal to `amount` when the transaction is not split. `bank_account` is the
    bank account's description in Accounting CS ("" when not known), `account_number` its mask or
    name. `has_vendor` tells "no vendor" from "a vendor without a code". `bank_gl` is the GL code of
    the bank account itself, `transfer_with` the other leg of a confirmed transfer; "" without one.
    """

    transaction_id: str
    version: int
    date: date
    description: str
    payee: str
    vendor_name: str
    vendor_code: str
    gl_code: str
    amount: int
    distribution: int
    check_number: str
    memo: str
    distribution_description: str
    bank_account: str
    account_number: str
    status: Status
    pending: bool
    export_number: int | None
    exported_version: int | None
    has_vendor: bool
    bank_gl: str = ""
    transfer_with: str = ""

    @property
    def exported(self) -> bool:
        return self.export_number is not None or self.status is Status.EXPORTED

    @property
    def changed_since_export(self) -> bool:
        return self.exported_version is not None and self.exported_version != self.version


@dataclass(frozen=True, slots=True)
class ExportAccount:
    """The bank account that a file is of, for formats that name it once, at the top.

    `type` is the feed's word for it, `balance` in cents on `balance_date` as the bank gave it, None
    when it did not.
    """

    id: str = ""
    number: str = ""
    type: str = ""
    currency: str = "USD"
    balance: int | None = None
    balance_date: date | None = None
    period: Period | None = None

    @property
    def is_card(self) -> bool:
        return "card" in self.type.lower()


def paid_to(payee: str, vendor_name: str, description: str) -> str:
    """Who was paid, or what the bank wrote when nobody is named."""
    return payee.strip() or vendor_name.strip() or description.strip()
