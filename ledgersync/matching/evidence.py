"""What the past says about lines: candidate codes, and their probability seen from every side.

Each level looks at the past rows that share something with a line: its account, its descriptor,
its size ... Where a level knows little, it leans on the level above it: with n past rows it says
(n x its own share + strength x what the level above says) / (n + strength).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sparse_dot_topn import sp_matmul_topn

from ledgersync.matching.levels import EXACT, Level
from ledgersync.matching.memory import Lines, Numbers
from ledgersync.matching.past import Groups, Past
from ledgersync.matching.tables import Table, Weights

CANDIDATES = 16
"""How many codes are looked at for a line; after them comes "something else"."""

# Days in which a past row loses half its weight. Habits of an account change faster.
_HALF_LIFE, _ACCOUNT_HALF_LIFE = 365.0, 90.0
_LEAST_PROBABILITY = 1e-6
# Where charts limit what a client may get, some of the first codes fall away.
_SHORTLIST = 64

Allowed = npt.NDArray[np.bool_]
"""Which codes each client may get: clients x codes."""


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
    Level.FIRM_HEAD: (Level.FIRM_LIKE, 1.0),
    Level.FIRM_DESCRIPTOR: (Level.FIRM_HEAD, 1.0),
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
    Level.FIRM_HEAD: Level.HEAD,
    Level.FIRM_DESCRIPTOR: Level.DESCRIPTOR,
    Level.FIRM_WORDING: Level.WORDING,
}
_VOTES = dict.fromkeys(Level, 1.0) | {
    Level.FIRM_LIKE: 0.1,
    Level.FIRM_HEAD: 0.1,
    Level.FIRM_DESCRIPTOR: 0.1,
    Level.FIRM_WORDING: 0.1,
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
    """The past as one day sees it, counted at every level."""

    def __init__(self, past: Past, width: int, day: int) -> None:
        self._past = past
        self._width = width
        age = np.abs(day - past.lines.day)
        weights, recent = _faded(age, _HALF_LIFE), _faded(age, _ACCOUNT_HALF_LIFE)
        usual = _damped(weights, past.groups[Level.DESCRIPTOR])
        fading = {
            Level.CLIENT: usual,
            Level.ACCOUNT: _damped(recent, past.groups[Level.ACCOUNT_DESCRIPTOR]),
            Level.ACCOUNT_SIZE: _damped(weights, past.groups[Level.ACCOUNT_DESCRIPTOR]),
        }
        self._tables = {level: self._count(level, fading.get(level, weights)) for level in EXACT}
        everyone = np.zeros(len(past), np.int64)
        self._firm = Table.of(everyone, past.codes, usual, 1, width)

    def look(self, lines: Lines, groups: Groups, near: Near, allowed: Allowed | None) -> Findings:
        """Everything the past says about lines that belong to these groups."""
        like, pair = self._alike(lines, near)
        firm_like, text = self._firm_alike(near), np.searchsorted(near.texts, lines.text)
        tables = self._tables | {Level.LIKE: like, Level.FIRM_LIKE: firm_like}
        rows = {**groups, Level.LIKE: pair, Level.FIRM_LIKE: text}
        codes = self._candidates(tables, rows, lines, allowed)
        return self._weigh(tables, rows, codes)

    def _count(self, level: Level, weights: Weights) -> Table:
        past = self._past
        size = past.grouping.size(level)
        return Table.of(past.groups[level], past.codes, weights, size, self._width)

    def _alike(self, lines: Lines, near: Near) -> tuple[Table, Numbers]:
        """How the client coded descriptors like each line's, and the row of each line in that."""
        votes = self._tables[Level.DESCRIPTOR].damped()
        pairs, row = np.unique(np.stack([lines.client, lines.text]), axis=1, return_inverse=True)
        links = near.alike[np.searchsorted(near.texts, pairs[1])]
        asked = np.repeat(np.arange(pairs.shape[1]), np.diff(links.indptr))
        found = self._past.of_texts(pairs[0][asked], near.learned[links.indices])
        shape = (pairs.shape[1] + 1, votes.shape[0])
        like = sp.csr_matrix((links.data, (asked, found)), shape=shape) @ votes
        return Table.around(like), row.ravel()

    def _firm_alike(self, near: Near) -> Table:
        """How the whole firm coded descriptors like each of the texts."""
        votes = self._tables[Level.FIRM_DESCRIPTOR].damped()
        like = near.alike @ votes[self._past.of_texts(None, near.learned)]
        return Table.around(sp.vstack([like, sp.csr_matrix((1, self._width))], "csr"))

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
    often = np.bincount(alike, weights)[alike]
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
