"""The fields of bank files: what OFX and QIF say of a transaction."""

from enum import StrEnum

from ledgersync.domain.export_lines import ExportLine
from ledgersync.exports.acs_fields import payee


class OfxType(StrEnum):
    """OFX's words for kinds of transactions (OFX 1.0.2, TRNTYPE), as far as they are known here."""

    CHECK = "CHECK"
    CREDIT = "CREDIT"
    DEBIT = "DEBIT"


def ofx_type(line: ExportLine) -> OfxType:
    if line.amount >= 0:
        return OfxType.CREDIT
    return OfxType.CHECK if line.check_number.strip() else OfxType.DEBIT


def name(line: ExportLine) -> str:
    return payee(line)


def memo(line: ExportLine) -> str:
    """The bank's description in full, and the memo where it says something else."""
    texts = dict.fromkeys(text.strip() for text in (line.description, line.memo))
    return " - ".join(filter(None, texts))
