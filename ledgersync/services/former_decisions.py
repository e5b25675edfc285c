"""Former decisions: whether what was decided of a row before can still be stored."""

from collections.abc import Collection, Iterable

from ledgersync.domain.decisions import Decision
from ledgersync.domain.splits import adds_up
from ledgersync.domain.undoing import Why
from ledgersync.storage import charts, transactions
from ledgersync.storage.engine import Tx


def unfit_now(tx: Tx, client_id: str, former: Iterable[Decision]) -> dict[Decision, Why]:
    """Why former decisions on a client's rows can't come back, of those where that is so.

    A vendor or GL code can be deleted once no row has it any more, and LedgerSync can change the
    amount that a split was made for.
    """
    coded = [one for one in former if one.coded]
    if not coded:
        return {}
    vendors = charts.existing_vendors(tx, {one.vendor_id for one in coded})
    codes = charts.codes_for(tx, client_id)
    amounts = transactions.amounts_of(tx, [one.transaction_id for one in coded if one.split])
    found: dict[Decision, Why] = {}
    for one in coded:
        if not _are_there(one, vendors, codes):
            found[one] = Why.CODES_GONE
        elif one.split and not adds_up(one.split, amounts[one.transaction_id]):
            found[one] = Why.OTHER_AMOUNT
    return found


def _are_there(one: Decision, vendors: Collection[str], codes: Collection[str]) -> bool:
    named = {one.gl_code, *(line.gl_code for line in one.split)} - {""}
    return one.vendor_id in {"", *vendors} and named.issubset(codes)
