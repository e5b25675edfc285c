"""Vendor lists of made-up firms with bank lines to find them in, from vendor_samples.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ledgersync.matching.aliases import aliases


class Firm(NamedTuple):
    """`meant` are lines with the vendor that each means, `look_alikes` lines that mean none.

    A vendor's key is its name.
    """

    vendors: dict[str, str]
    meant: list[tuple[str, str]]
    look_alikes: list[str]


@cache
def firms() -> list[Firm]:
    """The firms of the file, in its order."""
    file = Path(__file__).with_suffix(".toml")
    return [_firm(texts) for texts in tomllib.loads(file.read_text("utf-8"))["firm"]]


def meant() -> list[tuple[int, str, str]]:
    """Every line that means a vendor: the firm's place, the line, the vendor."""
    return [(place, *pair) for place, firm in enumerate(firms()) for pair in firm.meant]


def look_alikes() -> list[tuple[int, str]]:
    """Every line that means nobody, with the firm's place."""
    return [(place, line) for place, firm in enumerate(firms()) for line in firm.look_alikes]


def _firm(texts: dict[str, str]) -> Firm:
    names = [name.strip() for name in texts["vendors"].replace("\n", " ").split("|")]
    pairs = [row.rpartition(" | ") for row in texts["meant"].strip().splitlines()]
    return Firm(
        {name: name for name in names if name} or {name: name for name in aliases().names.values()},
        [(line, vendor) for line, _, vendor in pairs],
        texts["look_alikes"].strip().splitlines(),
    )
