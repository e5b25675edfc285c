"""Tiny readers of OFX and QIF that share nothing with the writers: a bank file as others see it."""

import html
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class OfxFile:
    """The header's values, the values outside of transactions by tag, and the transactions."""

    header: dict[str, str]
    values: dict[str, str]
    tags: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def read_ofx(data: bytes) -> OfxFile:
    """Read SGML as the standard has it: a value ends at the line's end or the next tag."""
    head, body = data.decode("cp1252").split("\r\n\r\n", 1)
    values: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    opened: list[str] = []
    tags: list[str] = []
    for tag, text in re.findall(r"<(/?[A-Z0-9]+)>([^<\r\n]*)", body):
        if tag.startswith("/"):
            assert opened.pop() == tag[1:], f"{tag} closes something else"
        elif text:
            into = rows[-1] if opened[-1] == "STMTTRN" else values
            assert tag not in into or tag in {"CODE", "SEVERITY"}, f"{tag} stands twice"
            into[tag] = html.unescape(text)
        else:
            opened.append(tag)
            tags.append(tag)
            if tag == "STMTTRN":
                rows.append({})
    assert opened == [], f"{opened} were never closed"
    header = dict(line.split(":", 1) for line in head.split("\r\n"))
    return OfxFile(header, values, tuple(tags), tuple(rows))


def read_qif(data: bytes) -> tuple[str, list[dict[str, str]]]:
    """The file's type and its records by letter."""
    first, *lines = data.decode("cp1252").split("\r\n")
    assert lines.pop() == "", "the file ends with a line's end"
    rows: list[dict[str, str]] = [{}]
    for line in lines:
        if line == "^":
            rows.append({})
        else:
            assert line[0] not in rows[-1], f"{line[0]} stands twice"
            rows[-1][line[0]] = line[1:]
    assert rows.pop() == {}, "the last record is closed"
    return first, rows
