"""Spellings: what vendors are called on statements, written down or proposed."""

from dataclasses import dataclass
from datetime import date

from ledgersync.domain.charts import Vendor


@dataclass(frozen=True, slots=True)
class VendorSpellings:
    """A vendor with the spellings that people wrote down for it, in alphabetical order."""

    vendor: Vendor
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpellingProposal:
    """A spelling that a vendor's reviewed rows share and that its name does not explain.

    `rows` are those that would have been named by it, `example` is the newest of them.
    """

    vendor_id: str
    spelling: str
    rows: int
    example: str
    last_on: date
