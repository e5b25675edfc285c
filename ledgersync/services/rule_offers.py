"""Offering a rule: after a person's correction, the rule that would do the same every time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ledgersync.domain.actors import Actor
from ledgersync.domain.codes import Coding, FirmCodes
from ledgersync.domain.rules import MatchType, Rule, validate
from ledgersync.domain.suggestions import BankLine, Suggestion
from ledgersync.domain.transactions import Method, Transaction
from ledgersync.matching.bank_words import NOISE, NUMBERED
from ledgersync.matching.normalise import normalise
from ledgersync.matching.rule_checks import AGREEMENT, FEWEST_CODED
from ledgersync.matching.rule_engine import RuleBook
from ledgersync.services import access, rule_testing
from ledgersync.services.access import Permission
from ledgersync.services.rule_testing import Outcome, TriedRow
from ledgersync.services.workspace import Workspace
from ledgersync.storage import rules, sheets, suggestions
from ledgersync.storage.codes import firm_codes
from ledgersync.storage.rules import StoredRule

_ANYTHING = "*"
_FEWEST_ROWS = 2  # a description that comes only once needs no rule


@dataclass(frozen=True, slots=True)
class RuleOffer:
    """A rule to offer: for the client alone, and for the whole firm.

    The firm-wide one leaves out a vendor that only this client has; it is None where nothing would
    be left for it to set, and for all but administrators.
    """

    rule: Rule
    firm_wide: Rule | None


def offer_rule(
    actor: Actor, workspace: Workspace, account_id: str, corrected: Sequence[str]
) -> RuleOffer | None:
    """The rule that would code every row as a person has just coded these ones.

    Args:
        actor: who corrected them.
        workspace: where.
        account_id: the bank account of the rows.
        corrected: rows whose vendor or GL code was just changed by hand.

    Returns:
        None where there is nothing to offer: the rows differ in payee or codes, name no payee,
        agree with what was suggested, or occur only once and nothing was suggested; people code
        such rows in many ways; or a rule does the same already, goes first, or did so until it was
        stopped.

    Raises:
        NotFound: when the account is not in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        account = access.account_in_scope(tx, account_id)
        rows = sheets.rows_by_id(tx, account.id, corrected, {})
        rule = _draft(account.client_id, rows)
        if rule is None:
            return None
        codes, stored = firm_codes(tx, account.client_id), rules.every_rule(tx)
        if _settled(stored, rule, rows[0], codes):
            return None
        for_firm = access.may(tx, actor, access.to_write_rules(""))
        firm_wide = _for_the_firm(rule, codes) if for_firm else None
        told = suggestions.suggestions_for(tx, [row.id for row in rows]).values()
    trial = rule_testing.test_rule(actor, workspace, rule)
    decides = trial.would_change or trial.already_same
    if not decides or _many_minds(trial.rows):
        return None
    if trial.fits < _FEWEST_ROWS and not any(map(_says_a_code, told)):
        return None
    return RuleOffer(rule, firm_wide)


def _draft(client_id: str, rows: Sequence[Transaction]) -> Rule | None:
    """The client's rule behind some corrections, where they are of one payee and one mind."""
    codings = {(row.vendor_id, row.gl_code) for row in rows}
    payees = {normalise(row.description).head for row in rows}
    by_hand = all(
        row.method is Method.MANUAL and not row.check_number and not row.split for row in rows
    )
    if not by_hand or len(codings) != 1 or len(payees) != 1 or not any(map(_names_payee, payees)):
        return None
    [(vendor_id, gl_code)] = codings
    pattern = telling_pattern(rows[0].description)
    at_start = _fits(pattern, rows[0].description, MatchType.STARTS_WITH)
    rule = Rule(
        id="",
        number=0,
        patterns=(pattern,),
        match_type=MatchType.STARTS_WITH if at_start else MatchType.CONTAINS,
        client_id=client_id,
        vendor_id=vendor_id,
        gl_code=gl_code,
    )
    return None if validate(rule) else rule


def _names_payee(head: str) -> bool:
    """Whether a payee is named at all: checks and deposits are only numbered."""
    return any(word not in NUMBERED | NOISE and not word.isdigit() for word in head.split())


def _many_minds(rows: Iterable[TriedRow]) -> bool:
    """Whether people code what the rule fits in many ways; then one rule for all is no help."""
    codings = Counter(row.now for row in rows if row.outcome is Outcome.BY_HAND)
    most = max(codings.values(), default=0)
    return codings.total() >= FEWEST_CODED and most < AGREEMENT * codings.total()


def telling_pattern(description: str) -> str:
    """The words of a description that name its payee, as a pattern that the description fits.

    "" where it has none. A comma, which would separate patterns, becomes a star.
    """
    tried = (one for one in _candidates(description) if _is_one_pattern(one))
    return next((one for one in tried if _fits(one, description)), "")


def _is_one_pattern(words: str) -> bool:
    """Whether it would be read as one pattern, and not fit everything."""
    return "," not in words and any(letter.isalnum() for letter in words)


def _candidates(description: str) -> Iterator[str]:
    """Patterns from the simplest on: the payee's words together, apart, and as the bank wrote."""
    head = normalise(description).head
    yield head
    yield head.replace(" ", _ANYTHING)
    tokens = description.replace(",", _ANYTHING).upper().split()
    for size in range(1, len(tokens) + 1):
        for start in range(len(tokens) - size + 1):
            words = " ".join(tokens[start : start + size])
            if normalise(words).text.startswith(head):
                yield words.strip(_ANYTHING)


def _fits(pattern: str, description: str, how: MatchType = MatchType.CONTAINS) -> bool:
    book = RuleBook([Rule("", 0, (pattern,), how)])
    return bool(book.claims([("", description)])[0])


def _settled(
    everything: Sequence[StoredRule], offered: Rule, row: Transaction, codes: FirmCodes
) -> bool:
    """Whether a rule says of the row what the person said, or did until it was stopped."""
    wanted = Coding(offered.vendor_id, offered.gl_code)
    line = BankLine(offered.client_id, row.account_id, row.date, row.description, row.amount)
    live = [one.rule for one in everything if not one.deleted]
    stopped = [one.rule for one in everything if one.deleted or not one.rule.enabled]
    now = _results(live, line, codes)[:1]
    before = _results([replace(rule, enabled=True) for rule in stopped], line, codes)
    return any(wanted.within(one) for one in now) or any(one.within(wanted) for one in before)


def _results(some: Iterable[Rule], line: BankLine, codes: FirmCodes) -> list[Coding]:
    """What rules say of a line, the first to apply first."""
    [claiming] = RuleBook(some).all([line])
    results = (codes.result(rule, line.client_id) for rule in claiming)
    return [result for result in results if result]


def _says_a_code(suggestion: Suggestion) -> bool:
    return bool(suggestion.vendor_id or suggestion.gl_code or suggestion.split)


def _for_the_firm(rule: Rule, codes: FirmCodes) -> Rule | None:
    shared = codes.has_vendor("", rule.vendor_id)
    wide = replace(rule, client_id="", vendor_id=rule.vendor_id if shared else "")
    return None if validate(wide) else wide
