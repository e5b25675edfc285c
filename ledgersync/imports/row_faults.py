"""What is wrong with a row as a whole, in the same words wherever rows are read."""

from ledgersync.imports.tables import CellKind

VALUELESS = frozenset((CellKind.FORMULA, CellKind.ERROR))
NO_VALUE = "A cell holds a formula or an error instead of a value."


def too_wide(cells: int, width: int) -> str:
    """A line of text with more cells than its header: a comma, most likely, within a name."""
    return (
        f"The line has {cells} cells, the header {width}; put quotation marks around text that "
        "holds the separator."
    )
