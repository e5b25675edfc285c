"""Delimited text as many programs write it, with the line that each record begins on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Dialect:
    """How a program writes: the mark between cells, line ends, encoding and quotation marks."""

    delimiter: str
    ending: str
    encoding: str
    quotes_all: bool
    names_delimiter: bool

    @classmethod
    def drawn(cls, dice: Random) -> "Dialect":
        return cls(
            dice.choice(",,,;\t|"),
            dice.choice(("\n", "\r\n", "\r")),
            dice.choice(ENCODINGS),
            dice.random() < 0.3,
            dice.random() < 0.1,
        )

    def __str__(self) -> str:
        return f"{self.encoding}, {self.delimiter!r}, {self.ending!r}"

    def write(self, dice: Random, records: Iterable[Sequence[str]]) -> tuple[bytes, list[int]]:
        """The file, and on which line each record begins; blank lines lie between some."""
        text = f"sep={self.delimiter}{self.ending}" if self.names_delimiter else ""
        pieces, begins = [text], list[int]()
        line = len(_LINE_END.findall(text)) + 1
        for record in records:
            blanks = self.ending if begins and dice.random() < 0.03 else ""
            begins.append(line + bool(blanks))
            piece = blanks + self.delimiter.join(map(self._cell, record)) + self.ending
            line += len(_LINE_END.findall(piece))
            pieces.append(piece)
        return "".join(pieces).encode(self.encoding, "replace"), begins

    def _cell(self, text: str) -> str:
        if self.quotes_all or any(mark in text for mark in f'{self.delimiter}"\r\n'):
            return '"' + text.replace('"', '""') + '"'
        return text


def spelled(dice: Random, header: str) -> str:
    """A header in another case, with other marks between its words, or with blanks around."""
    header = dice.choice((str, str.upper, str.lower, str.title))(header)
    header = header.replace(" ", dice.choice((" ", " ", "_", "-", ".")))
    return dice.choice((header, header, f" {header} "))


def below(dice: Random, most: int) -> int:
    """A count up to `most`, small ones far more often."""
    return int(most ** dice.random())
