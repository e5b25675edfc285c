"""Drafts of exports: one request, read from the books and checked, before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.codes import Coding
from ledgersync.domain.export_lines import ExportAccount, ExportLine
from ledgersync.domain.transactions import Transaction
from ledgersync.errors import NothingToExport
from ledgersync.exports import preflight
from ledgersync.exports.registry import find_layout
from ledgersync.services import access
from ledgersync.services.export_context import preflight_context
from ledgersync.services.export_requests import ExportRequest, Preflight
from ledgersync.storage import sheets
from ledgersync.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file would be made of.

    `suggested` are the codes of rows that leave without a person's decision, by transaction id.
    """

    client: Client
    account: BankAccount
    lines: tuple[ExportLine, ...]
    suggested: Mapping[str, Coding]
    preflight: Preflight


def read_draft(tx: Tx, request: ExportRequest) -> Draft:
    """The rows that were asked for, those that leave, and what pre-flight says of them.

    Raises:
        NothingToExport: when only picked rows are asked for, and none is picked.
    """
    layout = find_layout(request.layout)
    account = access.account_in_scope(tx, request.account_id)
    client = access.client_in_scope(tx, account.client_id)
    rows = _asked_for(sheets.review_rows(tx, account.id, request.period, {}), request)
    context = preflight_context(tx, request, client, account, rows)
    lines = [line for row in rows for line in _lines(row, account)]
    going = tuple(line for line in lines if preflight.goes_out(line, context))
    findings = preflight.check(lines, layout, context)
    total = sum({line.transaction_id: line.amount for line in going}.values())
    leaving = {line.transaction_id for line in going}
    suggested = {
        row.id: Coding(row.vendor_id, row.gl_code, row.split)
        for row in rows
        if row.suggested and row.id in leaving
    }
    found = Preflight(layout, len(leaving), total, findings)
    return Draft(client, account, going, suggested, found)


def _asked_for(rows: list[Transaction], request: ExportRequest) -> list[Transaction]:
    only = request.only
    if only is None:
        return rows
    if not only:
        raise NothingToExport(
            "No row is ticked, and only ticked rows are asked for.",
            "Tick the rows that are to leave, or ask for the whole period.",
        )
    return [row for row in rows if row.id in only]


def _lines(row: Transaction, account: BankAccount) -> list[ExportLine]:
    """One line for each distribution: the whole amount, or the lines of a split."""
    if not row.split:
        return [_line(row, account, row.gl_code, row.amount)]
    return [_line(row, account, share.gl_code, share.amount, share.memo) for share in row.split]


def _line(
    row: Transaction, account: BankAccount, gl_code: str, amount: int, memo: str = ""
) -> ExportLine:
    return ExportLine(
        transaction_id=row.id,
        version=row.version,
        date=row.date,
        description=row.description,
        payee=row.payee,
        vendor_name=row.vendor_name,
        vendor_code=row.vendor_code,
        gl_code=gl_code,
        amount=row.amount,
        distribution=amount,
        check_number=row.check_number,
        memo=row.memo,
        distribution_description=memo or row.description,
        bank_account=account.acs_description,
        account_number=account.mask or account.name,
        status=row.status,
        pending=row.pending,
        export_number=row.export_number,
        exported_version=row.exported_version,
        has_vendor=bool(row.vendor_id),
        bank_gl=account.gl_code,
        transfer_with=row.transfer_with,
    )


def named_account(account: BankAccount, request: ExportRequest) -> ExportAccount:
    """What a bank file says of the account it is of."""
    return ExportAccount(
        id=account.id,
        number=account.mask,
        type=account.type,
        currency=account.currency,
        balance=account.balance,
        balance_date=account.balance_date,
        period=request.period,
    )
