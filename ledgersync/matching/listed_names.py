"""Which vendor of the alias table a name of a firm's vendor list means."""

from collections.abc import Sequence

from ledgersync.matching import places
from ledgersync.matching.aliases import aliases, name_key, name_words
from ledgersync.matching.small_talk import is_small_talk


def vendor_of(name: str) -> str:
    """The table's vendor that a name of a vendor list means, or ""."""
    if known := aliases().names.get(name_key(name)):
        return known
    words = name_words(name)
    return _with_small_talk(words) or _named_twice(words) or _behind_place(words)


def _with_small_talk(words: Sequence[str]) -> str:
    spellings = aliases().spellings
    for size in range(len(words) - 1, 0, -1):
        spelling = spellings.get(" ".join(words[:size]))
        if spelling and not spelling.alone and all(map(is_small_talk, words[size:])):
            return spelling.name
    return ""


def _named_twice(words: Sequence[str]) -> str:
    """One vendor by two of its names: "Tampa Electric (TECO)", "Altice Optimum"."""
    names = aliases().names
    for size in range(1, len(words)):
        first = names.get("".join(words[:size]))
        if first and first == names.get("".join(words[size:])):
            return first
    return ""


def _behind_place(words: Sequence[str]) -> str:
    """A vendor's usual name behind the place where it is: "Memphis MLGW"."""
    table = aliases()
    at = places.size_at_start(words)
    key = "".join(words[at:])
    known = table.names.get(key, "") if at else ""
    return known if known not in table.plain and name_key(known) == key else ""
