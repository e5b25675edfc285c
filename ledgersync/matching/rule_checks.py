"""What is wrong with the rules together, shown by the rows of the last twelve months.

Each check has a measure that can be said in a sentence. A client's rule that goes before one of
the whole firm is what such rules are for: it is neither a conflict nor a shadow.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledgersync.domain.codes import Sets, as_written, having_a_say
from ledgersync.domain.periods import year_before
from ledgersync.domain.rules import Rule
from ledgersync.domain.suggestions import BankLine
from ledgersync.matching.rule_conflicts import Conflict, Result, conflicts
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.matching.rule_shadows import by_frequency, covering

BROAD_SHARE = 0.2  # of one client's rows
FEWEST_ROWS = 50  # of a client; with fewer, one usual merchant easily fills a fifth
AGREEMENT = 0.5  # of the rows that people coded: the share of the most frequent GL code
FEWEST_CODED = 10

IdentifiedLine = tuple[str, BankLine]  # with the transaction's id
Claiming = tuple[Rule, ...]  # in the order in which they are asked


class CheckKind(StrEnum):
    CONFLICT = "conflict"
    SHADOWED = "shadowed"
    TOO_BROAD = "too broad"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class RuleFinding:
    """One thing to look at: the rule, the rule that has to do with it, and the rows that show it.

    A stale rule has no rows, and a shadowed one has none where its words alone show it.
    """

    kind: CheckKind
    rule: Rule
    other: Rule | None
    line_ids: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Hits:
    """How many rows a rule decides, and the day of the latest."""

    count: int = 0
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class LookBack:
    """How rules did in a year: what each decided, by its id, and everything to look at."""

    hits: Mapping[str, Hits]
    findings: Sequence[RuleFinding]


def look_back(
    rules: Iterable[Rule],
    lines: Iterable[IdentifiedLine],
    today: date,
    coded: Mapping[str, str] | None = None,
    sets: Sets = as_written,
) -> LookBack:
    """Hits and findings over the twelve months up to today; of the lines, those of them count.

    Rows that earlier rules take are no hits. Findings are of the enabled rules, by kind and number.
    `coded` gives the GL code that a person chose for a line, by the line's id. `sets` tells where a
    rule applies: a firm-wide one may name a code that a client lacks.
    """
    since = year_before(today)
    rules = list(rules)
    recent = [(line_id, line) for line_id, line in lines if since <= line.date <= today]
    year = _year([rule for rule in rules if rule.enabled], recent, sets)
    findings = [
        *_conflicts(year, sets),
        *_shadowed(year),
        *_too_broad(year),
        *_disagreeing(year, coded or {}),
        *_stale(year, since),
    ]
    return LookBack(_hits(rules, recent, year.deciding), sorted(findings, key=_by_kind_and_number))


@dataclass(frozen=True, slots=True)
class _Year:
    """The rules, their lines, and who claims what.

    `claiming` are the rules that claim each line and apply to its client, the first one first;
    `deciding` those of them that have a say. `claimed` are the numbers of the lines that a rule
    claims, and `covering` the rules that take all it could ever claim.
    """

    rules: Sequence[Rule]
    lines: Sequence[IdentifiedLine]
    claiming: Sequence[Claiming]
    deciding: Sequence[Claiming]
    claimed: Mapping[str, Sequence[int]]
    covering: Mapping[str, Sequence[Rule]]

    def ids(self, rows: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.lines[row][0] for row in rows)


def _year(rules: Sequence[Rule], lines: Sequence[IdentifiedLine], sets: Sets) -> _Year:
    book = RuleBook(rules)
    claiming = _claiming(book, lines, sets)
    claimed: dict[str, list[int]] = {rule.id: [] for rule in rules}
    for row, claims in enumerate(claiming):
        for rule in claims:
            claimed[rule.id].append(row)
    clients = {line.client_id for _, line in lines}
    deciding = _deciding(claiming, lines, sets)
    return _Year(rules, lines, claiming, deciding, claimed, covering(rules, book, clients, sets))


def _claiming(book: RuleBook, lines: Sequence[IdentifiedLine], sets: Sets) -> list[Claiming]:
    """The rules that claim each line and apply to its client."""
    every = book.all([line for _, line in lines])
    return [
        tuple(rule for rule in claims if sets(rule, line.client_id)) if claims else ()
        for claims, (_, line) in zip(every, lines, strict=True)
    ]


def _deciding(
    claiming: Iterable[Claiming], lines: Sequence[IdentifiedLine], sets: Sets
) -> list[Claiming]:
    """Of the rules that claim each line, those that have a say."""
    return [
        tuple(having_a_say(claims, line.client_id, sets)) if len(claims) > 1 else claims
        for claims, (_, line) in zip(claiming, lines, strict=True)
    ]


def _hits(
    rules: Iterable[Rule], lines: Sequence[IdentifiedLine], deciding: Iterable[Claiming]
) -> dict[str, Hits]:
    days: dict[str, list[date]] = {rule.id: [] for rule in rules}
    for deciders, (_, line) in zip(deciding, lines, strict=True):
        for rule in deciders:
            days[rule.id].append(line.date)
    return {rule_id: Hits(len(found), max(found, default=None)) for rule_id, found in days.items()}


def _conflicts(year: _Year, sets: Sets) -> Iterator[RuleFinding]:
    """Rules of one scope that claim the same rows and set other vendors or GL codes."""
    found: dict[tuple[str, str, str], tuple[Conflict, list[int]]] = {}
    for results, alike in _claimed_alike(year, sets).items():
        for conflict in conflicts(results):
            key = (conflict.first.id, conflict.other.id, conflict.difference)
            found.setdefault(key, (conflict, []))[1].extend(alike)
    for conflict, rows in found.values():
        yield _conflict(conflict, year.ids(sorted(rows)))


def _claimed_alike(year: _Year, sets: Sets) -> dict[tuple[Result, ...], list[int]]:
    """The rows that several rules claim, by those rules and what they set: one speaks for all."""
    claimed: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for row, claims in enumerate(year.claiming):
        if len(claims) > 1:
            client_id = year.lines[row][1].client_id
            claimed[client_id, tuple([rule.id for rule in claims])].append(row)
    alike: dict[tuple[Result, ...], list[int]] = defaultdict(list)
    for (client_id, _), rows in claimed.items():
        alike[_results(year.claiming[rows[0]], client_id, sets)] += rows
    return alike


def _results(claims: Claiming, client_id: str, sets: Sets) -> tuple[Result, ...]:
    every = ((rule, sets(rule, client_id)) for rule in claims)
    return tuple(Result(rule, coding) for rule, coding in every if coding)


def _conflict(found: Conflict, line_ids: tuple[str, ...]) -> RuleFinding:
    first, other = found.first, found.other
    sentence = (
        f"Rules {first.number} and {other.number} both claim {_rows(len(line_ids))} and set "
        f"{found.difference}; rule {first.number} goes first."
    )
    return RuleFinding(CheckKind.CONFLICT, first, other, line_ids, sentence)


def _shadowed(year: _Year) -> Iterator[RuleFinding]:
    """Rules that decide nothing, because others go first wherever they match."""
    for rule in year.rules:
        rows = year.claimed[rule.id]
        if earlier := year.covering.get(rule.id):
            sentence = f"can never decide a row: {_go_first(earlier)} wherever it matches."
        elif earlier := _takers(rule, [year.deciding[row] for row in rows]):
            sentence = f"decides none of the {_rows(len(rows))} it claims: {_go_first(earlier)}."
        else:
            continue
        sentence = f"Rule {rule.number} {sentence}"
        yield RuleFinding(CheckKind.SHADOWED, rule, earlier[0], year.ids(rows), sentence)


def _takers(rule: Rule, deciding: Sequence[Sequence[Rule]]) -> Sequence[Rule]:
    """The rules that decide in place of this one, most rows first; none where it has its say."""
    takers = [taker for deciders in deciding for taker in deciders]
    if any(taker.id == rule.id or taker.client_id != rule.client_id for taker in takers):
        return []
    return by_frequency(takers)


def _too_broad(year: _Year) -> Iterator[RuleFinding]:
    """Rules that claim a large share of the rows of a client; shown for the largest share."""
    totals = Counter(line.client_id for _, line in year.lines)
    for rule in year.rules:
        own: dict[str, list[int]] = defaultdict(list)
        for row in year.claimed[rule.id]:
            own[year.lines[row][1].client_id].append(row)
        shares = {client: len(rows) / totals[client] for client, rows in own.items()}
        broad = {c: s for c, s in shares.items() if s > BROAD_SHARE and totals[c] >= FEWEST_ROWS}
        if broad:
            worst = max(broad, key=lambda client: broad[client])
            sentence = (
                f"Rule {rule.number} claims {len(own[worst]):,} of the {_rows(totals[worst])} "
                f"of {_one_of(len(broad))}, more than {BROAD_SHARE:.0%}."
            )
            yield RuleFinding(CheckKind.TOO_BROAD, rule, None, year.ids(own[worst]), sentence)


def _disagreeing(year: _Year, coded: Mapping[str, str]) -> Iterator[RuleFinding]:
    """Rules that set one GL code for rows that people code in many ways."""
    for rule in year.rules:
        ids = [line_id for line_id in year.ids(year.claimed[rule.id]) if coded.get(line_id)]
        codes = Counter(coded[line_id] for line_id in ids)
        if not rule.gl_code or len(ids) < FEWEST_CODED:
            continue
        [(code, most)] = codes.most_common(1)
        if most < AGREEMENT * len(ids):
            sentence = (
                f"People coded the {_rows(len(ids))} that rule {rule.number} claims to "
                f"{len(codes)} GL codes, at most {most:,} of them to the same, {code}."
            )
            yield RuleFinding(CheckKind.TOO_BROAD, rule, None, tuple(ids), sentence)


def _stale(year: _Year, since: date) -> Iterator[RuleFinding]:
    """Rules older than a year, or of unknown age, that no row met though their clients have rows.

    A rule that others cover is shadowed, not stale.
    """
    clients = {line.client_id for _, line in year.lines}
    for rule in year.rules:
        has_rows = rule.client_id in clients if rule.client_id else bool(clients)
        is_old = rule.created_at is None or rule.created_at.date() < since
        unmet = not year.claimed[rule.id] and rule.id not in year.covering
        if has_rows and is_old and unmet:
            sentence = f"Rule {rule.number} matched no row since {since:%m/%d/%Y}."
            yield RuleFinding(CheckKind.STALE, rule, None, (), sentence)


def _by_kind_and_number(finding: RuleFinding) -> tuple[int, int, int]:
    other = finding.other.number if finding.other else 0
    return list(CheckKind).index(finding.kind), finding.rule.number, other


def _go_first(rules: Sequence[Rule]) -> str:
    """Says "rule 3 goes first", "rules 3 and 5 go first" or "rule 3 and 4 others go first"."""
    if len(rules) == 1:
        return f"rule {rules[0].number} goes first"
    if len(rules) == 2:  # noqa: PLR2004  a pair
        return f"rules {rules[0].number} and {rules[1].number} go first"
    return f"rule {rules[0].number} and {len(rules) - 1} others go first"


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def _one_of(clients: int) -> str:
    return "a client" if clients == 1 else f"one of {clients} clients"
