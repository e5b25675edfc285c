"""Copying codes downwards in a list: each chosen row takes those of the row above it."""

from collections.abc import Collection, Sequence

from ledgersync.domain.decisions import Edit
from ledgersync.domain.transactions import Status, Transaction


def edits_from_above(rows: Sequence[Transaction], chosen: Collection[str]) -> list[Edit]:
    """The edits that give each chosen row the vendor and GL code of the row above it.

    Of several chosen in a row, all take the codes of the first row above that is not chosen. A row
    with nothing above it, or with a row above that has no codes to copy, is left out.

    Args:
        rows: the list as the person sees it, from the top.
        chosen: transaction ids.
    """
    edits: list[Edit] = []
    above: Transaction | None = None
    for row in rows:
        if row.id not in chosen:
            above = row
        elif above is not None and _can_be_copied(above):
            edits.append(_edit(row, above))
    return edits


def _can_be_copied(row: Transaction) -> bool:
    """Whether the row has codes of its own; a split's shares fit one amount alone."""
    return bool(row.vendor_id or row.gl_code) and row.status is not Status.EXCLUDED


def _edit(row: Transaction, above: Transaction) -> Edit:
    """Nothing is emptied: what the row above lacks stays as it is."""
    return Edit(row.id, row.version, above.vendor_id or None, above.gl_code or None)
