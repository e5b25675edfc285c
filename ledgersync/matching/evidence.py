"""What the past says about lines: candidate codes, and their probability seen from every side.

Each level looks at the past rows that share something with a line: its account, its descriptor,
its size ... Where a level knows little, it leans on the level above it: with n past rows it says
(n x its own share + strength x what the level above says) / (n + strength).
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn

from ledgersync.matching.memory import Lines, Numbers
from ledgersync.matching.tables import Table, Weights, key

CANDIDATES = 16
"""How many codes are looked at for a line; after them comes "something else"."""

# Days in which a past row loses half its weight. Habits of an account change faster.
_HALF_LIFE, _ACCOUNT_HALF_LIFE = 365.0, 90.0
_LEAST_PROBABILITY = 1e-6
# Where charts limit what a client may get, some of the first codes fall away.
_SHORTLIST = 64

Allowed = npt.NDArray[np.bool_]
"""Which codes each client may get: clients x codes."""


class Level(IntEnum):
    """What past rows share with a line."""

    CLIENT = 0
    ACCOUNT = 1
    ACCOUNT_DESCRIPTOR = 2
    ACCOUNT_SIZE = 3
    LIKE = 4
    HEAD = 5
    DESCRIPTOR = 6
    DIRECTION = 7
    SIZE = 8
    AMOUNT = 9
    WORDING = 10
    FIRM_LIKE = 11
    FIRM_DESCRIPTOR = 12
    FIRM_WORDING = 13


# The level above, and how many rows it takes to believe a level as much as the one above it.
_LEANS_ON = {
    Level.ACCOUNT: (Level.CLIENT, 2.0),
    Level.ACCOUNT_DESCRIPTOR: (Level.ACCOUNT, 1.0),
    Level.ACCOUNT_SIZE: (Level.ACCOUNT, 2.0),
    Level.LIKE: (Level.CLIENT, 0.3),
    Level.HEAD: (Level.LIKE, 1.0),
    Level.DESCRIPTOR: (Level.HEAD, 1.0),
    Level.DIRECTION: (Level.DESCRIPTOR, 1.0),
    Level.SIZE: (Level.HEAD, 2.0),
    Level.AMOUNT: (Level.SIZE, 0.5),
    Level.WORDING: (Level.DIRECTION, 1.0),
    Level.FIRM_LIKE: (Level.CLIENT, 0.3),
    Level.FIRM_DESCRIPTOR: (Level.FIRM_LIKE, 1.0),
    Level.FIRM_WORDING: (Level.FIRM_DESCRIPTOR, 1.0),
}
SIDES = (
    Level.CLIENT,
    Level.ACCOUNT,
    Level.ACCOUNT_DESCRIPTOR,
    Level.ACCOUNT_SIZE,
    Level.LIKE,
    Level.AMOUNT,
    Level.WORDING,
    Level.FIRM_LIKE,
    Level.FIRM_WORDING,
)
"""The levels that are heard; the others are steps towards them."""

# What the firm knows beyond the client itself.
_FIRM_WIDE = {
    Level.FIRM_LIKE: Level.LIKE,
    Level.FIRM_DESCRIPTOR: Level.DESCRIPTOR,
    Level.FIRM_WORDING: Level.WORDING,
}
_VOTES = dict.fromkeys(Level, 1.0) | {
    Level.FIRM_LIKE: 0.1,
    Level.FIRM_DESCRIPTOR: 0.1,
    Level.FIRM_WORDING: 0.1,
}


def keys(lines: Lines) -> dict[Level, Numbers]:
    """What each line looks under at each level."""
    client, text, head = lines.client, lines.text, lines.head
    return {
        Level.CLIENT: key(client),
        Level.ACCOUNT: key(lines.account),
        Level.ACCOUNT_DESCRIPTOR: key(lines.account, text),
        Level.ACCOUNT_SIZE: key(lines.account, lines.size),
        Level.LIKE: key(client, text),
        Level.HEAD: key(client, head),
        Level.DESCRIPTOR: key(client, text),
        Level.DIRECTION: key(client, text, lines.way),
        Level.SIZE: key(client, head, lines.size),
        Level.AMOUNT: key(client, head, lines.cents),
        Level.WORDING: key(client, lines.wording),
        Level.FIRM_LIKE: key(text),
        Level.FIRM_DESCRIPTOR: key(text),
        Level.FIRM_WORDING: key(lines.wording),
    }


@dataclass(frozen=True, slots=True)
class Near:
    """Which learned texts read like a text: `alike` is texts x learned, with their numbers."""

    texts: Numbers
    learned: Numbers
    alike: sp.csr_matrix


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for n lines.

    `codes` is n x CANDIDATES, -1 where there are fewer. `logs` is n x (CANDIDATES + 1) x SIDES:
    the logarithm of each side's probability; the last candidate is "something else". `seen` are
    the past rows (weighed by age) that each level knows: n x levels.
    """

    codes: Numbers
    logs: npt.NDArray[np.float64]
    seen: npt.NDArray[np.float64]

    @property
    def possible(self) -> npt.NDArray[np.bool_]:
        return np.pad(self.codes >= 0, ((0, 0), (0, 1)), constant_values=True)


class Evidence:
    """The past up to one day, counted at every level."""

    def __init__(self, past: Lines, codes: Numbers, width: int, day: int) -> None:
        self._width = width
        age = np.abs(day - past.day)
        weights = _faded(age, _HALF_LIFE)
        recent = _faded(age, _ACCOUNT_HALF_LIFE)
        usual = _damped(weights, key(past.client, past.text))
        fading = {
            Level.CLIENT: usual,
            Level.ACCOUNT: _damped(recent, key(past.account, past.text)),
            Level.ACCOUNT_SIZE: _damped(weights, key(past.account, past.text)),
        }
        self._tables = {
            level: Table.of(found, codes, fading.get(level, weights), width)
            for level, found in keys(past).items()
            if level not in {Level.LIKE, Level.FIRM_LIKE}
        }
        self._firm = Table.of(np.zeros(len(codes), np.int64), codes, usual, width)

    def look(self, lines: Lines, near: Near, allowed: Allowed | None) -> Findings:
        """Everything the past says about the lines."""
        tables = self._tables | self._alike(lines, near)
        rows = {level: tables[level].rows(found) for level, found in keys(lines).items()}
        codes = self._candidates(tables, rows, lines, allowed)
        return self._weigh(tables, rows, codes)

    def _alike(self, lines: Lines, near: Near) -> dict[Level, Table]:
        """The two levels of alike descriptors: the client's own, and the whole firm's."""
        own = self._tables[Level.DESCRIPTOR]
        damped = own.counts.log1p()
        pairs, first = np.unique(key(lines.client, lines.text), return_index=True)
        client, text = lines.client[first], lines.text[first]
        links = near.alike[np.searchsorted(near.texts, text)]
        asked = np.repeat(np.arange(len(pairs)), np.diff(links.indptr))
        found = own.rows(key(client[asked], near.learned[links.indices]))
        shape = (len(pairs) + 1, damped.shape[0])
        like = sp.csr_matrix((links.data, (asked, found)), shape=shape) @ damped
        return {Level.LIKE: Table.around(pairs, like), Level.FIRM_LIKE: self._firm_alike(near)}

    def _firm_alike(self, near: Near) -> Table:
        damped = self._tables[Level.FIRM_DESCRIPTOR].counts.log1p()
        found = self._tables[Level.FIRM_DESCRIPTOR].rows(key(near.learned))
        like = near.alike @ damped[found]
        texts = key(near.texts)
        order = np.append(np.argsort(texts), len(texts))
        like = sp.vstack([like, sp.csr_matrix((1, self._width))], "csr")[order]
        return Table.around(np.sort(texts), like)

    def _candidates(
        self,
        tables: dict[Level, Table],
        rows: dict[Level, Numbers],
        lines: Lines,
        allowed: Allowed | None,
    ) -> Numbers:
        """The codes that the levels speak for most, best first: one sparse product for all."""
        asked = np.arange(len(lines))
        votes = []
        for level, table in tables.items():
            share = _VOTES[level] / (table.totals[rows[level]] + 1)
            shape = (len(lines), table.counts.shape[0])
            votes.append(sp.csr_matrix((share, (asked, rows[level])), shape=shape))
        stacked = sp.vstack([table.counts for table in tables.values()], "csr")
        most = CANDIDATES if allowed is None else _SHORTLIST
        best = sp_matmul_topn(sp.hstack(votes, "csr"), stacked, top_n=most, sort=True)
        return _shortlist(best, lines.client, allowed)

    def _weigh(
        self, tables: dict[Level, Table], rows: dict[Level, Numbers], codes: Numbers
    ) -> Findings:
        counts = {level: table.weights(rows[level], codes) for level, table in tables.items()}
        totals = {level: table.totals[rows[level]] for level, table in tables.items()}
        for firm, client in _FIRM_WIDE.items():
            counts[firm] = np.maximum(counts[firm] - counts[client], 0)
            totals[firm] = np.maximum(totals[firm] - totals[client], 0)
        said = {Level.CLIENT: self._usual(tables[Level.CLIENT], rows[Level.CLIENT], codes)}
        for level, (above, strength) in _LEANS_ON.items():
            own = np.pad(counts[level], ((0, 0), (0, 1)))
            total = totals[level][:, None] + strength
            said[level] = (own + strength * said[above]) / total
        logs = np.stack([np.log(np.maximum(said[level], _LEAST_PROBABILITY)) for level in SIDES], 2)
        return Findings(codes, logs, np.stack([totals[level] for level in Level], 1))

    def _usual(self, clients: Table, rows: Numbers, codes: Numbers) -> Weights:
        """How often the client uses each code, with room for codes that it never used.

        The room is Witten and Bell's: the more different codes so far, the likelier a new one.
        """
        firm = _with_room(self._firm, np.zeros(len(rows), np.int64), codes, None)
        return _with_room(clients, rows, codes, firm)


def _faded(age: Numbers, half_life: float) -> Weights:
    return np.asarray(0.5 ** (age / half_life))


def _damped(weights: Weights, alike: Numbers) -> Weights:
    """Less weight for what is repeated: a weekly purchase says little about a first one."""
    _, which = np.unique(alike, return_inverse=True)
    often = np.bincount(which, weights)[which]
    return np.asarray(weights / np.sqrt(np.maximum(often, 1)))


def _with_room(table: Table, rows: Numbers, codes: Numbers, above: Weights | None) -> Weights:
    counts = table.weights(rows, codes)
    kinds = np.diff(table.counts.indptr)[rows][:, None].astype(np.float64)
    counts = np.hstack([counts, kinds])
    total = table.totals[rows][:, None] + kinds
    if above is None:
        above = np.zeros_like(counts)
        above[:, -1] = 1
    return np.asarray((counts + above) / (total + 1))


def _shortlist(best: sp.csr_matrix, client: Numbers, allowed: Allowed | None) -> Numbers:
    """The first CANDIDATES codes of each row that its client's chart has; -1 fills up."""
    rows = np.repeat(np.arange(best.shape[0]), np.diff(best.indptr))
    kept = np.ones(len(rows), bool) if allowed is None else allowed[client[rows], best.indices]
    rows, codes = rows[kept], best.indices[kept]
    starts = np.searchsorted(rows, np.arange(best.shape[0]))
    place = np.arange(len(rows)) - starts[rows]
    short = place < CANDIDATES
    chosen = np.full((best.shape[0], CANDIDATES), -1, np.int64)
    chosen[rows[short], place[short]] = codes[short]
    return chosen
