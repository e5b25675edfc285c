"""Which column of a bank's table is which, however the bank spells it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Spellings without case, spaces and marks, the one that is meant first; "#" is "number". Of two
# dates the bank's own posting day counts, as in the feed.
_SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "date": (
        *("postingdate", "posteddate", "postdate", "dateposted", "bookingdate", "date"),
        *("transactiondate", "transdate", "txndate", "dateutc", "effectivedate", "valuedate"),
    ),
    "description": (
        *("description", "transactiondescription", "bankdescription", "originaldescription"),
        *("desc", "payee", "name", "merchantname", "merchant", "partnername", "narrative"),
        *("details", "transactiondetails", "transaction", "memo"),
    ),
    "amount": ("amount", "transactionamount", "amt", "netamount"),
    "debit": (
        *("debit", "debits", "debitamount", "withdrawal", "withdrawals", "withdrawalamount"),
        *("amountdebit", "moneyout", "paidout"),
    ),
    "credit": (
        *("credit", "credits", "creditamount", "deposit", "deposits", "depositamount"),
        *("amountcredit", "moneyin", "paidin"),
    ),
    "balance": ("balance", "runningbalance", "runningbal", "accountbalance", "ledgerbalance"),
    "check": ("checknumber", "checkno", "checknum", "check", "chequenumber", "checkorslipnumber"),
    "id": ("transactionid", "fitid", "uniqueid"),
    "type": ("transactiontype", "type", "debitcredit", "creditdebit", "drcr", "crdr"),
    "status": ("status", "transactionstatus", "state"),
    "pending": ("pending",),
    "currency": ("currency", "currencycode", "isocurrencycode", "ccy"),
    "account": ("accountnumber", "account", "accountname", "sourceaccount", "accountid"),
    "memo": ("memo", "additionaldescription", "notes", "note"),
}
MONEY = frozenset(("amount", "debit", "credit"))
"""The columns that tell what moved."""

_AMOUNT_IN = re.compile(r"amount[a-z]{3}")


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
    squeezed = [_squeezed(title) for title in titles]
    places: dict[str, int] = {}
    for name, spellings in _SPELLINGS.items():
        at = next((squeezed.index(s) for s in spellings if s in squeezed), None)
        if at is not None and at not in places.values():
            places[name] = at
    if "amount" not in places:
        found = [at for at, title in enumerate(squeezed) if _AMOUNT_IN.fullmatch(title)]
        places |= {"amount": found[0]} if len(found) == 1 else {}
    return Columns(places)


def _squeezed(title: str) -> str:
    spelled = title.casefold().replace("#", "number")
    return "".join(sign for sign in spelled if sign.isalnum())
