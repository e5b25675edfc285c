"""Rules out to a CSV file, and in from one: previewed line by line, then kept in one step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledgersync.domain.actors import Actor
from ledgersync.domain.firm_lists import Fate
from ledgersync.domain.rules import Rule, describe, fold, precedence
from ledgersync.errors import ImportRejected, InvalidInput, LedgerSyncError
from ledgersync.matching.rule_files import read_rules, write_rules
from ledgersync.matching.rule_records import HEADERS, RuleRecord
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.rule_names import RuleNames, rule_names
from ledgersync.services.rule_recording import Written, record_rules
from ledgersync.services.rule_validity import require_valid
from ledgersync.services.rule_writing import write_change, write_new
from ledgersync.services.typed_texts import said_of_file
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, rules
from ledgersync.storage.engine import Tx
from ledgersync.storage.rules import StoredRule
from ledgersync.storage.turns import Turn, take_turn

__all__ = ["Fate"]

COLUMNS = tuple(HEADERS.values())
"""What the columns of a file are called, as an export writes them."""
LARGEST_FILE = 10 * 1024 * 1024  # bytes
_HEADER = 1  # the line on which a problem concerns the file as a whole


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A line of a file and what becomes of it; `words` say what changes, or why it is rejected.

    `rule` carries the id of the rule that it changes, "" for a new one; `version` is that rule's.
    """

    line: int
    fate: Fate
    words: str
    rule: Rule | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class RulePreview:
    """What taking in a file would do; nothing has changed yet.

    `remarks` are sentences on how the file was read, such as which columns are left out.
    """

    file_name: str
    data: bytes
    lines: tuple[RuleLine, ...]
    remarks: tuple[str, ...] = ()

    def count(self, fate: Fate) -> int:
        return sum(line.fate is fate for line in self.lines)

    @property
    def changes(self) -> int:
        """How many lines would be written."""
        return self.count(Fate.NEW) + self.count(Fate.CHANGED)

    def words(self) -> str:
        """The counts in one line: "12 new, 3 changed, 40 unchanged, 2 rejected"."""
        return ", ".join(f"{self.count(fate):,} {fate.value}" for fate in Fate)


@dataclass(frozen=True, slots=True)
class RulesConfirmed:
    """How a confirmation ended: applied as previewed, or not at all with a fresh preview.

    `change_id` is by what `rule_undoing` knows it, "" where nothing was written.
    """

    applied: bool
    preview: RulePreview
    change_id: str = ""


def export_rules(actor: Actor, workspace: Workspace, client_id: str | None = None) -> bytes:
    """All rules as a CSV file, or those of one client, or with "" the firm-wide ones.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        if client_id:
            access.client_in_scope(tx, client_id)
        names = rule_names(tx)
        live = [stored.rule for stored in rules.live_rules(tx)]
    wanted = [rule for rule in live if client_id in {None, rule.client_id}]
    return write_rules(names.record(rule) for rule in sorted(wanted, key=precedence))


def preview_rules(actor: Actor, workspace: Workspace, file_name: str, data: bytes) -> RulePreview:
    """Say what taking in a file of rules would do.

    A line is about the rule that claims the same rows, or else about the rule of its number, if
    that one has the same scope; otherwise it is a new rule, with a number of its own.

    Raises:
        ImportRejected: when the file as a whole can't be taken in.
    """
    # A line that would write a firm-wide rule is rejected for all but administrators.
    if len(data) > LARGEST_FILE:
        raise ImportRejected("The file is larger than 10 MB.", "Split it into several files.")
    with access.reading(workspace, actor, Permission.WRITE_RULES) as tx:
        return _preview(tx, actor, said_of_file(file_name), data)


def confirm_rules(actor: Actor, workspace: Workspace, preview: RulePreview) -> RulesConfirmed:
    """Take in exactly what was previewed, all of it in one transaction.

    Rejected lines stay out, and rules that the file does not name stay as they are. If rules,
    vendors or charts changed since the preview so that a line would do something else, nothing is
    done.
    """
    with access.writing(workspace, actor, Permission.WRITE_RULES) as tx:
        take_turn(tx, Turn.RULE_NUMBER)
        now = _preview(tx, actor, preview.file_name, preview.data)
        if now.lines != preview.lines:
            return RulesConfirmed(applied=False, preview=now)
        written = _apply(tx, actor, now)
        words = f"Rules imported from {now.file_name}"
        change_id = record_rules(tx, actor, words, written)
    suggesting.note_rules(workspace, [one.rule for pair in written for one in pair if one])
    return RulesConfirmed(applied=True, preview=now, change_id=change_id)


def _apply(tx: Tx, actor: Actor, preview: RulePreview) -> list[Written]:
    """Write the lines, and return the rules that they touch, as they were and as they are."""
    before = {stored.rule.id: stored for stored in rules.live_rules(tx)}
    new = [line.rule for line in preview.lines if line.fate is Fate.NEW and line.rule]
    changed = [(line.rule, line.version) for line in preview.lines if line.fate is Fate.CHANGED]
    written = [*write_new(tx, actor, new)]
    written += [write_change(tx, actor, rule, version) for rule, version in changed if rule]
    if written:
        counts = {fate.value: preview.count(fate) for fate in Fate}
        audit.record(tx, audit.entry(actor, "import", "rule", "", file=preview.file_name, **counts))
    return [(before.get(stored.rule.id), stored) for stored in written]


def _preview(tx: Tx, actor: Actor, file_name: str, data: bytes) -> RulePreview:
    records, problems = read_rules(data)
    remarks = tuple(problem.sentence for problem in problems if problem.line == _HEADER)
    if remarks and not records and len(remarks) == len(problems):
        raise ImportRejected(remarks[-1], "Export the rules to see how such a file looks.")
    plan = _Plan(tx, actor, rule_names(tx), rules.live_rules(tx))
    lines = [RuleLine(p.line, Fate.REJECTED, p.sentence) for p in problems if p.line != _HEADER]
    lines += [plan.line(record) for record in records]
    return RulePreview(file_name, data, tuple(sorted(lines, key=lambda line: line.line)), remarks)


class _Plan:
    """What becomes of the records of one file, in their order."""

    def __init__(self, tx: Tx, actor: Actor, names: RuleNames, live: Sequence[StoredRule]) -> None:
        self._tx = tx
        self._for_firm = access.may(tx, actor, access.to_write_rules(""))
        self._names = names
        self._by_number = {str(stored.rule.number): stored for stored in live}
        self._by_claim: dict[object, StoredRule] = {}
        for stored in reversed(live):  # of several the oldest stays
            self._by_claim[_claim(stored.rule)] = stored
        self._taken: dict[object, int] = {}

    def line(self, record: RuleRecord) -> RuleLine:
        """A record as a line of the preview."""
        try:
            return self._judged(record)
        except LedgerSyncError as error:
            return RuleLine(record.line, Fate.REJECTED, str(error))

    def _judged(self, record: RuleRecord) -> RuleLine:
        numbered = self._by_number.get(record.number)
        rule = self._names.rule(record, numbered.rule if numbered else None)
        require_valid(self._tx, rule, self._names.codes)
        before = self._before(record, rule, numbered)
        self._take(record, rule, before)
        if before is None:
            self._require_writable(rule)
            return RuleLine(record.line, Fate.NEW, _new_words(rule), replace(rule, number=0))
        kept = before.rule
        rule = replace(rule, id=kept.id, number=kept.number, created_at=kept.created_at)
        if rule == kept:
            return RuleLine(record.line, Fate.UNCHANGED, "", rule, before.version)
        self._require_writable(rule)
        words = f"Rule {rule.number}: {_change_words(self._names, kept, rule)}"
        return RuleLine(record.line, Fate.CHANGED, words, rule, before.version)

    def _require_writable(self, rule: Rule) -> None:
        """The line's own refusal; the rule that it is about has the same scope."""
        if not rule.client_id and not self._for_firm:
            raise InvalidInput(*access.FIRM_RULES)

    def _before(
        self, record: RuleRecord, rule: Rule, numbered: StoredRule | None
    ) -> StoredRule | None:
        """The rule that a record is about; its number alone may be another installation's."""
        if numbered and _claim(numbered.rule) == _claim(rule):
            return numbered
        if same := self._by_claim.get(_claim(rule)):
            return same
        if numbered and numbered.rule.client_id != rule.client_id:
            raise InvalidInput(
                f"Rule {record.number} here is for other clients.",
                "Empty the number to add this line as a new rule.",
            )
        return numbered

    def _take(self, record: RuleRecord, rule: Rule, before: StoredRule | None) -> None:
        """No rule twice in one file: which of the lines should it follow?"""
        key = before.rule.id if before else _claim(rule)
        if key in self._taken:
            raise InvalidInput(
                f"Line {self._taken[key]} is about the same rule.", "Keep one of the two."
            )
        self._taken[key] = record.line


def _claim(rule: Rule) -> object:
    """Which rows a rule claims: two rules with the same claim are the same rule in a file."""
    return (
        rule.client_id,
        rule.account_id,
        rule.match_type,
        frozenset(fold(pattern) for pattern in rule.patterns),
        rule.direction,
        rule.lowest,
        rule.highest,
    )


def _new_words(rule: Rule) -> str:
    words = describe(rule)
    if rule.number:
        return f"{words}. There is no rule {rule.number} here: it gets a new number."
    return words


def _change_words(names: RuleNames, before: Rule, after: Rule) -> str:
    was, now = names.record(before), names.record(after)
    changes = [
        f"{header} {getattr(was, name) or 'empty'} → {getattr(now, name) or 'empty'}"
        for name, header in HEADERS.items()
        if getattr(was, name) != getattr(now, name)
    ]
    return ", ".join(changes) or "spelling only"
