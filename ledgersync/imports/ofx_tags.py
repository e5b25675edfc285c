"""The tags of an OFX file, as they come: SGML or XML, closed or not, whole or cut."""

import html
import re
from collections.abc import Callable, Iterator
from functools import partial
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
_COMMENT, _COMMENT_END = "<!--", "-->"
# Only with its semicolon: banks write & as it is, and BROWN&REGAN is no trade mark.
_ENTITY = re.compile(r"&#?\w{1,10};", re.ASCII)


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
    text = _replaced(with_line_feeds(text), _COMMENT, _COMMENT_END, _only_line_feeds)
    text = _replaced(text, _CDATA, _CDATA_END, partial(html.escape, quote=False))
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
        value = _ENTITY.sub(lambda found: html.unescape(found[0]), value)
    return " ".join(value.split())


def _replaced(text: str, begin: str, end: str, by: Callable[[str], str]) -> str:
    """The text with each section between two marks as `by` has it, without the marks."""
    parts, at = [], 0
    while (start := text.find(begin, at)) >= 0:
        stop = text.find(end, start)
        if stop < 0:
            break
        parts += [text[at:start], by(text[start + len(begin) : stop])]
        at = stop + len(end)
    return "".join([*parts, text[at:]])


def _only_line_feeds(comment: str) -> str:
    """What stays of a comment, so that the lines below it keep their numbers."""
    return "\n" * comment.count("\n")
