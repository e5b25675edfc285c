"""What commands print: answers on stdout, remarks and errors on stderr, never a control character.

Descriptions, names and error texts come from banks and servers; a terminal must not obey them.
"""

import json
from collections.abc import Sequence

import typer

from ledgersync.errors import LedgerSyncError

_GAP = "  "


def say(text: str = "") -> None:
    """Part of the answer, on stdout."""
    typer.echo(_printable(text))


def complain(text: str) -> None:
    """A remark or an error, on stderr."""
    typer.echo(_printable(text), err=True)


def complain_of(error: LedgerSyncError) -> None:
    complain(f"{error} ({error.code})")


def say_json(document: object) -> None:
    """One JSON document in plain ASCII, which every terminal and program can take."""
    typer.echo(json.dumps(document, indent=2))


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[str] = ()
) -> str:
    """Rows in aligned columns; the columns named in `numbers` stand to the right."""
    lines = [tuple(headers), *(tuple(_one_line(cell) for cell in row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(headers))]
    return "\n".join(_line(line, widths, [name in numbers for name in headers]) for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if to_the_right else cell.ljust(width)
        for cell, width, to_the_right in zip(cells, widths, right, strict=True)
    )
    return _GAP.join(padded).rstrip()


def _one_line(text: str) -> str:
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
