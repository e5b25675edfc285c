"""The fields of Accounting CS, as far as they have to be derived from a line.

Accepted types and required fields: Thomson Reuters help, spreadsheet import of transactions.
"""

from enum import StrEnum

from ledgersync.domain.export_lines import ExportLine, paid_to


class TransactionType(StrEnum):
    CHECK = "Check"
    PAYMENT = "Payment"
    DEPOSIT = "Deposit"


def transaction_type(line: ExportLine) -> TransactionType:
    """Our choice of type: Thomson Reuters documents what is accepted, not what to choose.

    Accounting CS refuses a Check without a reference or a payee, so one that lacks either goes
    out as a Payment, which needs neither.
    """
    if line.amount >= 0:
        return TransactionType.DEPOSIT
    if line.check_number.strip() and payee(line):
        return TransactionType.CHECK
    return TransactionType.PAYMENT


def payee(line: ExportLine) -> str:
    """Payee Name/Description: who was paid, or what the bank wrote when nobody is named."""
    return paid_to(line.payee, line.vendor_name, line.description)


def named_payee(line: ExportLine) -> str:
    return line.payee.strip() or line.vendor_name.strip()


def total_amount(line: ExportLine) -> int:
    """The transaction's amount in cents without a sign: the type carries the direction."""
    return abs(line.amount)


def distribution_amount(line: ExportLine) -> int:
    """This line's share in cents; below zero when it runs against its transaction."""
    return line.distribution if line.amount >= 0 else -line.distribution


def distribution_text(line: ExportLine) -> str:
    """The bank's own description, unless the split says better; the payee often replaces it."""
    return line.distribution_description or line.description


def debit(line: ExportLine) -> int | None:
    """Money out in cents, in the bank's sense; None for money in."""
    return -line.distribution if line.distribution < 0 else None


def credit(line: ExportLine) -> int | None:
    """Money in in cents, in the bank's sense; None for money out."""
    return line.distribution if line.distribution >= 0 else None
