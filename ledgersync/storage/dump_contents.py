"""What a PostgreSQL dump says of itself, read from it before any database is touched."""

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ledgersync.errors import InvalidInput
from ledgersync.storage.backups import Contents

_COPY = re.compile(r'COPY (?:"?\w+"?\.)?"?(?P<table>\w+)"? \((?P<columns>.*)\) FROM stdin;')
_END = "\\."
_NULL = "\\N"
_ESCAPE = re.compile(r"\\(.)")
_MARKS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LONGEST_WORDS = 300

Row = tuple[str, dict[str, str | None]]


def contents(pg_restore: str, file: Path) -> Contents | None:
    """Read a dump to its end; None when it is none of this program.

    Raises:
        InvalidInput: when it is damaged, or no dump at all.
    """
    revision, kind = "", ""
    checks: dict[str, str] = {}
    sealed: list[str] = []
    for table, row in rows_of(_lines(pg_restore, file)):
        if table == "alembic_version":
            revision = row["version_num"] or ""
        elif table == "installation" and row["key"] == "kind":
            kind = row["value"] or ""
        elif table == "sealing_keys":
            checks[row["key_id"] or ""] = row["check_value"] or ""
        sealed += [text for name, text in row.items() if name.endswith("_sealed") and text]
    return Contents(revision, kind, checks, tuple(sealed)) if revision else None


def rows_of(lines: Iterable[str]) -> Iterator[Row]:
    """Each row of the COPY blocks of a script: its table, and its values by column."""
    table, columns = "", []
    for line in lines:
        if not table:
            if begun := _COPY.fullmatch(line):
                table = begun["table"]
                columns = [name.strip('"') for name in begun["columns"].split(", ")]
        elif line == _END:
            table = ""
        else:
            values = (_value(text) for text in line.split("\t"))
            yield table, dict(zip(columns, values, strict=True))


def _value(text: str) -> str | None:
    if text == _NULL:
        return None
    return _ESCAPE.sub(lambda mark: _MARKS.get(mark[1], mark[1]), text)


def _lines(pg_restore: str, file: Path) -> Iterator[str]:
    """The dump's rows as a script, line by line: a firm's whole books need not fit in memory."""
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603  pg_restore, with arguments of our own
            [pg_restore, "--data-only", "--file=-", str(file)],
            stdout=subprocess.PIPE,
            stderr=said,
            encoding="utf-8",
            errors="replace",
        ) as running,
    ):
        assert running.stdout is not None  # noqa: S101  piped above
        yield from (line.rstrip("\n") for line in running.stdout)
        if running.wait():
            said.seek(0)
            words = " ".join(said.read().decode(errors="replace").split())
            raise InvalidInput(
                f"{file} is no sound backup of a PostgreSQL database: "
                f"{words[:_LONGEST_WORDS].rstrip('.')}.",
                "Choose another backup; nothing was changed.",
            )
