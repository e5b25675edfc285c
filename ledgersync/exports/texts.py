"""Texts in files: what is guarded, joined, removed or shortened, and how often.

Banks, and whoever can make them print a line, write the texts that end up in these files. A text
must stay a text in the spreadsheet that opens it, and fit into a cell.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

CELL_LIMIT = 32_767  # Excel's, in UTF-16 units: an emoji counts as two

_HARMLESS = re.compile(r"[A-Za-z0-9][ -~]*")
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Control characters but tab and the line breaks, and what neither XML nor UTF-8 can hold.
_UNWRITABLE = re.compile(
    "[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


class Guard(StrEnum):
    """The export profile: whether texts that a spreadsheet would run get an apostrophe in CSV."""

    EXCEL_SAFE = "excel-safe"
    EXACT = "exact"


@dataclass
class TextWriter:
    """Makes texts fit for a file, and counts the cells that had to be changed.

    `guard` puts an apostrophe before what looks like a formula, `one_line` replaces line breaks
    by spaces, `limit` is the longest text in UTF-16 units. `encoding` is for files that can't hold
    every character: what is missing there becomes a question mark.
    """

    guard: bool
    one_line: bool
    limit: int | None = None
    encoding: str = ""
    guarded: int = 0
    joined: int = 0
    cleaned: int = 0
    shortened: int = 0
    replaced: int = 0

    def write(self, text: str) -> str:
        if not text or (len(text) <= CELL_LIMIT and _HARMLESS.fullmatch(text)):
            return text
        return self._shorten(self._guard(self._encodable(self._join(self._clean(text)))))

    def cut(self, text: str, longest: int | None) -> str:
        """The text, cut to a field's characters."""
        if longest is None or len(text) <= longest:
            return text
        self.shortened += 1
        return text[:longest].rstrip()

    def _clean(self, text: str) -> str:
        cleaned = _UNWRITABLE.sub("", text)
        self.cleaned += cleaned != text
        return cleaned

    def _join(self, text: str) -> str:
        joined = _LINE_BREAK.sub(" ", text) if self.one_line else text
        self.joined += joined != text
        return joined

    def _encodable(self, text: str) -> str:
        if not self.encoding:
            return text
        kept = text.encode(self.encoding, errors="replace").decode(self.encoding)
        self.replaced += kept != text
        return kept

    def _guard(self, text: str) -> str:
        if not (self.guard and looks_like_formula(text)):
            return text
        self.guarded += 1
        return f"'{text}"

    def _shorten(self, text: str) -> str:
        if self.limit is None or len(text) * 2 <= self.limit:
            return text
        units = text.encode("utf-16-le")
        if len(units) <= self.limit * 2:
            return text
        self.shortened += 1
        # Half of a pair at the cut is dropped, not written.
        return units[: self.limit * 2].decode("utf-16-le", errors="ignore")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula or a command.

    It might when the first visible character is one of = + - @ in any width, or when a tab or a
    carriage return stands before it.
    """
    for char in text:
        if char in "\t\r":
            return True
        if not _is_skipped(char):
            return unicodedata.normalize("NFKC", char)[0] in "=+-@\u2212"
    return False


def _is_skipped(char: str) -> bool:
    """Spaces, and what is not seen: byte order marks, zero-width and control characters."""
    return char.isspace() or unicodedata.category(char) in {"Cc", "Cf"} or char in _UNSEEN


_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe0e\ufe0f")
