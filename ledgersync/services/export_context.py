"""What pre-flight knows beside the rows: lists, settings, transfers, the bank's statement."""

from collections.abc import Sequence

from ledgersync import clock
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.periods import Period
from ledgersync.domain.ties import Tie
from ledgersync.domain.transactions import Transaction
from ledgersync.exports.findings import PreflightContext
from ledgersync.services.export_requests import ExportRequest
from ledgersync.services.pairing import said_to_be_transfers, said_to_be_twice
from ledgersync.services.ties import compared
from ledgersync.storage import acs_settings, charts, decisions
from ledgersync.storage.engine import Tx


def preflight_context(
    tx: Tx,
    request: ExportRequest,
    client: Client,
    account: BankAccount,
    rows: Sequence[Transaction],
) -> PreflightContext:
    """Everything that the checks compare these rows with."""
    vendors = charts.vendors_for(tx, client.id)
    legs = [row.transfer_with for row in rows if row.transfer_with]
    return PreflightContext(
        chart_codes=frozenset(gl.code for gl in charts.chart_for(tx, client.id)),
        vendor_codes=frozenset(vendor.code for vendor in vendors if vendor.code),
        include_unreviewed=request.include_unreviewed,
        again=request.again,
        settings=acs_settings.find(tx, client.id),
        today=clock.today(),
        coded_legs=frozenset(decisions.coded_transactions(tx, legs)),
        unanswered_transfers=said_to_be_transfers(tx, account, request.period),
        unanswered_duplicates=said_to_be_twice(tx, account, request.period),
        tie_difference=tie_difference(tx, account, request.period),
        currency=account.currency,
    )


def tie_difference(tx: Tx, account: BankAccount, period: Period) -> int | None:
    """What is missing to the bank's statement in cents; None while no statement is known."""
    tie = compared(tx, account, period)
    return tie.difference if tie.tie is Tie.OFF else None
