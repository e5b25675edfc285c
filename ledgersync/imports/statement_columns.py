"""Which column of a bank's table is which, however the bank spells it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledgersync.imports.currency_titles import without_currency
from ledgersync.imports.titles import title_key

# Spellings without case, spaces, marks and currency, the one that is meant first; "#" is "number".
# Of two dates the bank's own posting day counts, as in the feed.
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "date": (
        *("postingdate", "posteddate", "postdate", "dateposted", "bookingdate", "processeddate"),
        *("clearingdate", "cleareddate", "completeddate", "date", "transactiondate", "transdate"),
        *("trandate", "txndate", "dateutc", "datetime", "created", "createdutc"),
        *("effectivedate", "valuedate"),
    ),
    "description": (
        *("description", "fulldescription", "transactiondescription", "bankdescription"),
        *("originaldescription", "desc", "payee", "payeename", "name", "namedescription"),
        *("cleanmerchantname", "merchantname", "merchant", "partnername", "counterparty"),
        *("counterpartyname", "narrative", "narration", "details", "transactiondetails"),
        *("transaction", "memo", "description1"),
    ),
    "amount": ("amount", "transactionamount", "amt", "netamount", "net", "amounttotal"),
    "debit": (
        *("debit", "debits", "debitamount", "withdrawal", "withdrawals", "withdrawalamount"),
        *("amountdebit", "moneyout", "paidout", "withdrawalsdebits", "debitswithdrawals"),
        *("withdrawalssubtractions", "charge", "charges"),
    ),
    "credit": (
        *("credit", "credits", "creditamount", "deposit", "deposits", "depositamount"),
        *("amountcredit", "moneyin", "paidin", "depositscredits", "creditsdeposits"),
        *("depositsadditions", "payment", "payments"),
    ),
    "balance": ("balance", "runningbalance", "runningbal", "accountbalance", "ledgerbalance"),
    "check": ("checknumber", "checkno", "checknum", "check", "chequenumber", "checkorslipnumber"),
    "id": ("transactionid", "fitid", "uniqueid"),
    "indicator": (
        *("debitcredit", "creditdebit", "drcr", "crdr", "debitcreditindicator", "debitorcredit"),
        *("creditdebitindicator", "creditordebit", "drcrindicator", "crdrindicator", "sign"),
    ),
    "type": ("transactiontype", "type", "typeoftransaction", "transaction"),
    "status": ("status", "transactionstatus", "state"),
    "pending": ("pending",),
    "impact": ("balanceimpact",),
    "fee": ("fee", "fees", "feeamount", "totalfees", "processingfee"),
    "currency": ("currency", "currencycode", "isocurrencycode", "ccy"),
    "account": (
        *("accountnumber", "accountno", "acctnumber", "acctno", "bankaccount", "bankaccountnumber"),
        *("account", "accountname", "sourceaccount", "accountid"),
    ),
    "memo": ("memo", "additionaldescription", "notes", "note"),
}
# What may say something of a row whose description is empty, besides all that may be one.
_FURTHER = ("additionaldescription", "description2", "notes", "note", "reference")
# Of these the first counts; of two amounts or dates with one title a person has to say which.
_OFTEN_TWICE = ("description", "memo")
_AFTER_FEES = ("net", "netamount")
MONEY = frozenset(("amount", "debit", "credit"))
"""The columns that tell what moved."""

# A balance of any name, as long as it is the one after the row.
_BALANCE = re.compile(r"(?!.*(?:available|begin|opening|start|previous|average|impact)).*balance.*")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each known column stands, from 0."""

    places: Mapping[str, int]

    @property
    def missing(self) -> bool:
        """Whether this can't be the header of a statement."""
        has = self.places.keys()
        moved = "amount" in has or {"debit", "credit"} <= has
        return not (moved and {"date", "description"} <= has)


def columns_of(titles: Sequence[str]) -> Columns:
    """The columns that the titles name; each title stands for one, the first that it fits."""
    spelled = [title_key(without_currency(title)) for title in titles]
    places: dict[str, int] = {}
    for name, spellings in _SPELLINGS.items():
        named = [one for one in spellings if one in spelled]
        at = spelled.index(named[0]) if named else None
        is_one = name in _OFTEN_TWICE or (named and spelled.count(named[0]) == 1)
        if at is not None and is_one and at not in places.values():
            places[name] = at
    net = next((spelled.index(one) for one in _AFTER_FEES if one in spelled), None)
    if net is not None and places.pop("fee", None) is not None:
        places["amount"] = net
    balances = [at for at, title in enumerate(spelled) if _BALANCE.fullmatch(title)]
    if "balance" not in places and len(balances) == 1:
        places["balance"] = balances[0]
    return Columns(places)


def descriptions_in(titles: Sequence[str]) -> tuple[int, ...]:
    """The columns that may say what a row is for, the likeliest first."""
    spelled = [title_key(title) for title in titles]
    known = sorted(_SPELLINGS["description"], key="transaction".__eq__)  # that is mostly its type
    return tuple(spelled.index(one) for one in (*known, *_FURTHER) if one in spelled)
