"""Testing a rule before it is saved: which rows of the last twelve months it would change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import takewhile
from sys import maxsize
from typing import NamedTuple

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.codes import Coding, FirmCodes, Sets, having_a_say
from ledgersync.domain.periods import year_before
from ledgersync.domain.rules import Rule, sets_something
from ledgersync.domain.splits import divide, split_words
from ledgersync.errors import InvalidInput
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.rule_validity import require_possible, require_valid
from ledgersync.services.workspace import Workspace
from ledgersync.storage import clients, rule_lines, rules, scopes
from ledgersync.storage.codes import firm_codes
from ledgersync.storage.engine import Tx
from ledgersync.storage.rule_lines import LineNow, Scope

ROWS_SHOWN = 500
_NEW = "new"
_NOTHING = Coding("", "")


class Outcome(StrEnum):
    """What the rule would do to a row that it fits; the first are shown first.

    A rule that sets nothing yet FITS its rows, and nothing more can be said of them.
    """

    CHANGES = "changes"
    BY_HAND = "by hand"
    SAME = "same"
    TAKEN = "taken"
    LACKING = "lacking"
    FITS = "fits"


_ORDER = {outcome: place for place, outcome in enumerate(Outcome)}


@dataclass(frozen=True, slots=True)
class TriedRow:
    """A row that fits the rule: what it is coded to now, and what the rule says. Cents."""

    transaction_id: str
    client_name: str
    account_label: str
    date: date
    description: str
    amount: int
    now: str
    rule_says: str
    outcome: Outcome
    taken_by: int | None = None


@dataclass(frozen=True, slots=True)
class RuleTest:
    """What a rule would do. `rows` are the newest of each outcome, `fits` counts all.

    `would_change` counts the rows that say something else than the rule; `by_hand` of them were
    decided by a person and stay. `shadowed_by` are the numbers of the rules that go first, each
    with its rows; `lacking` the clients that lack the rule's vendor or GL code, with theirs.
    """

    fits: int
    would_change: int
    by_hand: int
    already_same: int
    shadowed_by: tuple[tuple[int, int], ...]
    lacking: tuple[tuple[str, int], ...]
    rows: tuple[TriedRow, ...]


class _Trial(NamedTuple):
    """One row with what the rule would do to it; `taken_by` is the earlier rule's number, or 0."""

    now: LineNow
    outcome: Outcome
    says: Coding
    taken_by: int


@dataclass(frozen=True, slots=True)
class _Names:
    clients: Mapping[str, str]
    accounts: Mapping[str, str]
    codes: FirmCodes

    def coding(self, coding: Coding) -> str:
        """A coding in words: "Uber, 6550"."""
        vendor = self.codes.vendors.get(coding.vendor_id)
        place = split_words(coding.split) if coding.split else coding.gl_code
        if coding.template_id and not coding.split:
            place = f"nothing: {self.codes.templates[coding.template_id].name} does not fit"
        return ", ".join(part for part in (vendor.name if vendor else "", place) if part)


def test_rule(actor: Actor, workspace: Workspace, rule: Rule) -> RuleTest:
    """Try a rule, saved or not, on its clients' rows of the last twelve months.

    It is tried as if it were turned on and stood among the other rules; nothing is changed. Of a
    firm-wide rule the actor sees what it does for their own clients. One that sets nothing yet
    shows the rows that its description fits.

    Raises:
        InvalidInput: for a rule that could not be saved either, whatever it set.
        NotFound: when its client or bank account is not in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        codes = firm_codes(tx, rule.client_id)
        if rule.client_id or not scopes.is_limited(tx):
            require_valid(tx, rule, codes, finished=False)
        else:  # what it names may be in charts that the actor does not see
            require_possible(rule, finished=False)
        draft = _as_draft(rule)
        scope = Scope(year_before(clock.today()), rule.client_id, rule.account_id)
        fitting = _fitting(draft, rule_lines.lines_with(tx, scope, rule.patterns))
        others = [stored.rule for stored in rules.live_rules(tx) if stored.rule.id != rule.id]
        names = _names(tx, codes)
    if not sets_something(draft):
        return _summed([_Trial(now, Outcome.FITS, _NOTHING, 0) for now in fitting], names)
    sets = remembered(codes)
    claims = RuleBook([draft, *others]).all([now.line for now in fitting])
    trials = [
        _divided(_trial(now, draft, claiming, sets), codes)
        for now, claiming in zip(fitting, claims, strict=True)
    ]
    return _summed(trials, names)


def remembered(codes: FirmCodes) -> Sets:
    """What rules set for clients, each worked out once for the many rows it is asked for."""
    known: dict[tuple[str, str], Coding | None] = {}

    def sets(rule: Rule, client_id: str) -> Coding | None:
        key = (rule.id, client_id)
        if key not in known:
            known[key] = codes.result(rule, client_id)
        return known[key]

    return sets


def _as_draft(rule: Rule) -> Rule:
    """The rule turned on; a new one is younger than all others."""
    return replace(
        rule,
        id=rule.id or _NEW,
        number=rule.number or maxsize,
        enabled=True,
        created_at=rule.created_at or clock.now(),
    )


def _fitting(draft: Rule, candidates: Sequence[LineNow]) -> list[LineNow]:
    found = RuleBook([draft]).first([now.line for now in candidates])
    return [now for now, rule in zip(candidates, found, strict=True) if rule]


def _names(tx: Tx, codes: FirmCodes) -> _Names:
    return _Names(
        {client.id: client.name for client in clients.list_clients(tx)},
        {account.id: account.label for account in clients.list_accounts(tx)},
        codes,
    )


def _trial(now: LineNow, draft: Rule, claiming: Sequence[Rule], sets: Sets) -> _Trial:
    client_id = now.line.client_id
    result = sets(draft, client_id)
    if result is None:
        return _Trial(now, Outcome.LACKING, _NOTHING, 0)
    before = takewhile(lambda rule: rule.id != draft.id, claiming)
    earlier = list(having_a_say(before, client_id, sets))
    says = _left_open(result, earlier, client_id, sets)
    if says == _NOTHING:
        return _Trial(now, Outcome.TAKEN, result, earlier[0].number)
    return _compared(_Trial(now, Outcome.CHANGES, says, 0))


def _compared(trial: _Trial) -> _Trial:
    """The trial of a rule that has a say, by what the row is coded to now."""
    if trial.says.within(trial.now.coding):
        return trial._replace(outcome=Outcome.SAME)
    return trial._replace(outcome=Outcome.BY_HAND if trial.now.by_hand else Outcome.CHANGES)


def _divided(trial: _Trial, codes: FirmCodes) -> _Trial:
    """The trial with a template's split of the row's amount; unsplit where it does not fit."""
    template = codes.templates.get(trial.says.template_id)
    if template is None:
        return trial
    try:
        split = divide(template.shares, trial.now.line.amount).split
    except InvalidInput:
        return trial
    says = Coding(trial.says.vendor_id, "", split)
    divided = trial._replace(says=says)
    return divided if trial.outcome is Outcome.TAKEN else _compared(divided)


def _left_open(result: Coding, earlier: Sequence[Rule], client_id: str, sets: Sets) -> Coding:
    """What of a rule's result earlier rules do not set already."""
    for rule in earlier:
        coding = sets(rule, client_id) or _NOTHING
        place = _NOTHING if coding.placed else result
        vendor_id = "" if coding.vendor_id else result.vendor_id
        result = Coding(vendor_id, place.gl_code, template_id=place.template_id)
    return result


def _summed(trials: Sequence[_Trial], names: _Names) -> RuleTest:
    of = Counter(trial.outcome for trial in trials)
    taken = Counter(trial.taken_by for trial in trials if trial.taken_by)
    lacking = Counter(t.now.line.client_id for t in trials if t.outcome is Outcome.LACKING)
    return RuleTest(
        fits=len(trials),
        would_change=of[Outcome.CHANGES] + of[Outcome.BY_HAND],
        by_hand=of[Outcome.BY_HAND],
        already_same=of[Outcome.SAME],
        shadowed_by=tuple(sorted(taken.items())),
        lacking=tuple(sorted((names.clients[id_], count) for id_, count in lacking.items())),
        rows=tuple(_row(trial, names) for trial in _first_shown(trials)),
    )


def _first_shown(trials: Sequence[_Trial]) -> list[_Trial]:
    """The newest of each outcome; the database has given the oldest first."""
    newest_first = trials[::-1]
    return sorted(newest_first, key=lambda trial: _ORDER[trial.outcome])[:ROWS_SHOWN]


def _row(trial: _Trial, names: _Names) -> TriedRow:
    now, line = trial.now, trial.now.line
    return TriedRow(
        transaction_id=now.id,
        client_name=names.clients[line.client_id],
        account_label=names.accounts[line.account_id],
        date=line.date,
        description=line.description,
        amount=line.amount,
        now=names.coding(now.coding),
        rule_says=names.coding(trial.says),
        outcome=trial.outcome,
        taken_by=trial.taken_by or None,
    )
