"""The tags of an OFX file, as they come: SGML or XML, closed or not, whole or cut."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from ledgersync.errors import ImportRejected
from ledgersync.imports.delimited import with_line_feeds
from ledgersync.imports.tables import LONGEST_CELL

# Possessive, so that a tag which never ends is given up at once instead of letter by letter.
_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*+)[^<>]*+>")
_MOST_TAGS = 800_000

ROW = "STMTTRN"
"""The tag that a transaction begins with."""

_CDATA, _CDATA_END = "<![CDATA[", "]]>"


class Element(NamedTuple):
    """A tag with the text behind it; `name` begins with / where it closes.

    `line` is that of the transaction that began last.
    """

    name: str
    value: str
    line: int


def is_ofx(text: str) -> bool:
    """Whether a text is meant as OFX, whole or in pieces."""
    begin = text[:4000].upper()
    return any(sign in begin for sign in ("OFXHEADER", "<OFX>", "<?OFX", "<STMTTRN", "<BANKMSGS"))


def elements(text: str) -> Iterator[Element]:
    """The tags in their order, each with the text up to the next one.

    Raises:
        ImportRejected: for more tags than 50,000 transactions need.
    """
    text = _without_cdata(with_line_feeds(text))
    name, begins, line, counted = "", 0, 1, 0
    for count, tag in enumerate(_TAG.finditer(text)):
        if count == _MOST_TAGS:
            raise ImportRejected(
                f"The file has more than {_MOST_TAGS:,} tags.",
                "Download shorter periods, one file each.",
            )
        if name:
            yield Element(name, _value(text, begins, tag.start()), line)
        name, begins = tag[1] + tag[2].upper().rpartition(":")[2], tag.end()
        if name == ROW:
            line += text.count("\n", counted, begins)
            counted = begins
    if name:
        yield Element(name, _value(text, begins, len(text)), line)


def _value(text: str, start: int, end: int) -> str:
    """The text of a tag, cut where it is longer than any field may be."""
    value = text[start : min(end, start + LONGEST_CELL + 1)].strip()
    if "&" in value:
        value = html.unescape(value)
    return " ".join(value.split())


def _without_cdata(text: str) -> str:
    """The text with its CDATA sections as plain text."""
    if _CDATA not in text:
        return text
    parts, at = [], 0
    while (start := text.find(_CDATA, at)) >= 0:
        end = text.find(_CDATA_END, start)
        if end < 0:
            break
        parts += [text[at:start], html.escape(text[start + len(_CDATA) : end], quote=False)]
        at = end + len(_CDATA_END)
    return "".join([*parts, text[at:]])
