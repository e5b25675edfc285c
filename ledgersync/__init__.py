"""LedgerSync for Accounting CS: bank feeds in, reviewed and coded files for Accounting CS out."""

__version__ = "0.1.0"
