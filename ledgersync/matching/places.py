"""Places: the town, state and country at the end of a bank line, and how many words they take."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).with_name("places.toml")
_LONGEST_TOWN = 4  # words: "NORTH LAS VEGAS", "SAN LUIS OBISPO", and one to spare
_PAIR = 2
_LONG_TOWN = 5  # letters: what stands glued to its state must be sure to be a town

# "CITY OF AUSTIN" and "VISIT ORLANDO" are payees, not places of purchase.
_NAMES_THE_TOWN = {"OF", "THE", "AT", "IN", "FOR", "VISIT", "PORT", "CITY", "TO", "FROM", "DE"}

_HALVES = {"ON", "USA"}  # "SNAP ON" is not in Ontario, and "MURPHY USA" not just in the country


class Tail(NamedTuple):
    """How a line ends: `words` of it name the place.

    `state` is true where a state is among them but no town that we know: the town must be a word
    before them.
    """

    words: int
    state: bool


class _Gazetteer(NamedTuple):
    states: frozenset[str]
    state_names: frozenset[str]
    countries: frozenset[str]
    towns: frozenset[str]
    shared: frozenset[str]
    last_words: frozenset[str]


@cache
def _gazetteer() -> _Gazetteer:
    lists = tomllib.loads(_FILE.read_text("utf-8"))
    towns = _names(lists["towns"])
    shared = _names(lists["shared"])
    states = frozenset(lists["states"].split())
    glued = frozenset(state + land for state in states for land in ("US", "USA"))
    last_words = frozenset(name.rpartition(" ")[2] for name in towns | shared)
    return _Gazetteer(
        states=states | glued,
        state_names=_names(lists["state_names"]),
        countries=frozenset(lists["countries"].split()),
        towns=towns,
        shared=shared,
        last_words=last_words,
    )


def _names(text: str) -> frozenset[str]:
    return frozenset(" ".join(name.split()) for name in text.split(","))


def is_place_word(word: str) -> bool:
    """Whether a word is a state, a country or a town of one word that is nothing else."""
    known = _gazetteer()
    return word in known.states or word in known.countries or word in known.towns


def size_at_start(words: Sequence[str]) -> int:
    """How many words at the start name a town or a state that are nothing else; 0 if none do."""
    known = _gazetteer()
    for size in range(min(_LONGEST_TOWN, len(words)), 0, -1):
        name = " ".join(words[:size])
        if name in known.towns or name in known.states or name in known.state_names:
            return size
    return 0


def is_town(word: str) -> bool:
    """Whether a word is a town, even if it is a name as well."""
    known = _gazetteer()
    return word in known.towns or word in known.shared


def tail(words: Sequence[str]) -> Tail:
    """How many words at the end are place; the first word of a line never is.

    A town that is also a name ("JACKSON") counts only where a state follows it.
    """
    known = _gazetteer()
    end = len(words)
    if end > 1 and words[end - 1] in known.countries and not _is_half(words[:end]):
        end -= 1
    state = end > 1 and words[end - 1] in known.states and _can_follow(words[end - 2])
    state = state and not _is_half(words[:end])
    if state:
        end -= 1
    town = _town(words[:end], state=state) or _glued_town(words[:end])
    return Tail(len(words) - end + town, state=state and not town)


def _is_half(words: Sequence[str]) -> bool:
    """Whether two words are one name, of which a place is half."""
    return len(words) == _PAIR and words[1] in _HALVES


def _can_follow(word: str) -> bool:
    return word not in _NAMES_THE_TOWN


def _town(words: Sequence[str], *, state: bool) -> int:
    known = _gazetteer()
    if words[-1:] and words[-1] not in known.last_words:
        return 0
    for size in range(min(_LONGEST_TOWN, len(words) - 1), 0, -1):
        name = " ".join(words[-size:])
        sure = name in known.towns or (state and name in known.shared)
        if sure and _can_follow(words[-size - 1]):
            return size
    return 0


def _glued_town(words: Sequence[str]) -> int:
    """A town that filled its column: "SAN FRANCISCOCA", "MENLO PARKCA"."""
    known = _gazetteer()
    last = words[-1] if words else ""
    if len(last) <= _LONG_TOWN or last[-2:] not in known.states:
        return 0
    return _town([*words[:-1], last[:-2]], state=True)
