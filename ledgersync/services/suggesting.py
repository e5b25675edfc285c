"""Suggesting: asking the matcher about rows that no person has coded, and keeping its answers.

What people decide always goes first: only rows without a decision are ever asked about, and a
suggestion that changes never touches a decision.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.decisions import Decision, Standing
from ledgersync.domain.rules import Rule
from ledgersync.domain.suggestions import BankLine, CodedLine, Suggestion
from ledgersync.domain.transactions import Method
from ledgersync.matching.normalise import normalise, normalise_all
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.advised_rows import AdviceRun, standing_advice
from ledgersync.services.feed_sessions import Progress, Step, quiet
from ledgersync.services.knowledge import (
    Knowledge,
    is_up_to_date,
    knowledge_of,
    learn_at_once,
    learn_from_others,
)
from ledgersync.services.workspace import Workspace
from ledgersync.storage import (
    clients,
    coded_lines,
    learning,
    rule_lines,
    suggestions,
)
from ledgersync.storage.engine import Tx
from ledgersync.storage.rule_lines import Scope
from ledgersync.storage.suggestions import Waiting

_DESCRIBED_AT_ONCE = 2_000
_DESCRIPTORS_KEPT = 20_000  # each takes a while, and an account's rows are described often
_RULES_LOOKED_UP = 20  # beyond, every open row is asked about instead
_NAMELESS = "-"


@dataclass(frozen=True, slots=True)
class SuggestReport:
    """What the matcher did: rows by the method that answered, and sentences worth telling.

    `changed` rows have another suggestion than before.
    """

    rows: int
    by_method: Mapping[Method, int]
    sentences: tuple[str, ...] = ()
    changed: int = 0

    def words(self) -> str:
        """The end of matching in one line: "96 of 120 rows have a suggestion"."""
        answered = self.rows - self.by_method.get(Method.NONE, 0)
        noun = "row has" if self.rows == 1 else "rows have"
        return f"{answered:,} of {self.rows:,} open {noun} a suggestion"


def suggest(
    actor: Actor, workspace: Workspace, account_ids: Sequence[str], progress: Progress = quiet
) -> SuggestReport:
    """Ask the matcher about every row of these bank accounts that no person has coded.

    Raises:
        NotFound: when an account is not in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        found = access.accounts_in_scope(tx, account_ids)
        listed = learning.clients_with_lists(tx)
    keep_missing_descriptors(workspace)
    by_client: defaultdict[str, list[str]] = defaultdict(list)
    for account in found:
        # Without vendors, codes and rules there is nothing that could be suggested.
        if not listed.isdisjoint({"", account.client_id}):
            by_client[account.client_id].append(account.id)
    counts: Counter[Method] = Counter()
    changed = 0
    run = AdviceRun()
    for done, (client_id, ids) in enumerate(by_client.items()):
        progress(Step("Matching", done, len(by_client)))
        made, news = _suggest_for_client(workspace, client_id, ids, run)
        counts.update(suggestion.method for suggestion in made)
        changed += len(news)
    progress(Step("Matching", len(by_client), len(by_client)))
    return SuggestReport(counts.total(), counts, run.sentences, changed)


def were_asked(
    actor: Actor, workspace: Workspace, client_id: str, transaction_ids: Iterable[str]
) -> bool:
    """Whether all these rows of a client were asked about with what is known of it now.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with (
        workspace.knowledge.turn(client_id),
        access.reading(workspace, actor, Permission.REVIEW) as tx,
    ):
        access.client_in_scope(tx, client_id)
        known = workspace.knowledge.find(client_id)
        return (
            known is not None
            and known.asked.issuperset(transaction_ids)
            and is_up_to_date(tx, known)
        )


def note_decisions(workspace: Workspace, client_id: str, decided: Sequence[Decision]) -> list[str]:
    """Learn from decisions at once, where the client's knowledge is at hand; never raises for it.

    Returns:
        Other rows of the client whose suggestion changed through that.
    """
    if not decided:
        return []
    with workspace.knowledge.turn(client_id):
        known = workspace.knowledge.find(client_id)
        if known is None:
            return []
        with workspace.database.reading() as tx:
            lines = rule_lines.lines_by_id(tx, [one.transaction_id for one in decided])
            if all(one.version == 1 for one in decided):
                learn_at_once(tx, known, _coded(decided, lines))
            now = knowledge_of(tx, workspace.knowledge, client_id, clock.today())
            waiting = _reading_alike(now, suggestions.waiting_lines(tx, client_id), lines.values())
        return _ask_and_keep(workspace, now, waiting)


def note_rules(workspace: Workspace, changed: Iterable[Rule]) -> int:
    """Bring the suggestions up to date that a change of rules can touch.

    Args:
        workspace: whoever changed the rules was authorised there.
        changed: the rules as they were and as they are now.

    Returns:
        How many rows have another suggestion now.
    """
    rules = list(dict.fromkeys(changed))
    if not rules:
        return 0
    with workspace.database.reading() as tx:
        touched = sorted(_touched_by(tx, rules))
    return note_rows(workspace, touched)


def note_rows(workspace: Workspace, transaction_ids: Sequence[str]) -> int:
    """Ask again about those of these rows that nobody has coded: their values are other ones now.

    Returns:
        How many rows have another suggestion now.
    """
    with workspace.database.reading() as tx:
        waiting = suggestions.waiting_among(tx, transaction_ids)
    by_client: defaultdict[str, list[Waiting]] = defaultdict(list)
    for row in waiting:
        by_client[row.line.client_id].append(row)
    return sum(len(_ask_again(workspace, client_id, rows)) for client_id, rows in by_client.items())


def _touched_by(tx: Tx, rules: Sequence[Rule]) -> set[str]:
    """The rows for which these rules spoke, and those that their patterns could hit."""
    touched = set(suggestions.rows_suggested_by(tx, [rule.id for rule in rules]))
    if len(rules) > _RULES_LOOKED_UP:
        return touched | {row.transaction_id for row in suggestions.all_waiting(tx)}
    for rule in rules:
        scope = Scope(date.min, rule.client_id, rule.account_id)
        touched |= {row.id for row in rule_lines.lines_with(tx, scope, rule.patterns)}
    return touched


def note_lists(workspace: Workspace, client_id: str) -> int:
    """Ask again about all open rows of a client whose vendors, chart or learning changed.

    A change of the whole firm's lists ("") reaches a client's rows at its next load or look: all
    clients at once would take longer than a person waits for a saved cell.
    """
    if not client_id:
        return 0
    with workspace.database.reading() as tx:
        waiting = suggestions.waiting_lines(tx, client_id)
    return len(_ask_again(workspace, client_id, waiting))


@lru_cache(maxsize=_DESCRIPTORS_KEPT)
def descriptor_of(description: str) -> str:
    """The normalised text that decisions are found by; never empty."""
    return normalise(description).text or _NAMELESS


def keep_missing_descriptors(workspace: Workspace) -> None:
    """Give decisions of earlier versions the descriptor that newer ones are saved with."""
    while True:
        with workspace.database.writing() as tx:
            some = coded_lines.without_descriptor(tx, _DESCRIBED_AT_ONCE)
            texts = [(id_, descriptor_of(description)) for id_, description in some]
            coded_lines.keep_descriptors(tx, texts)
        if len(some) < _DESCRIBED_AT_ONCE:
            return


def _suggest_for_client(
    workspace: Workspace, client_id: str, account_ids: Sequence[str], run: AdviceRun
) -> tuple[list[Suggestion], list[str]]:
    """All that the matcher said, and the rows for which it is something else than before."""
    with workspace.knowledge.turn(client_id):
        with workspace.database.reading() as tx:
            known = knowledge_of(tx, workspace.knowledge, client_id, clock.today())
            of_client = suggestions.waiting_lines(tx, client_id)
            waiting = [row for row in of_client if row.line.account_id in account_ids]
            if not waiting:
                return [], []
            # Learned for all its accounts at once: for one after the other takes as long for each.
            _learn_from_others(tx, known, of_client)
        made = _made(workspace, known, waiting)
    unmatched = [row for row in waiting if made[row.transaction_id].method is Method.NONE]
    made |= run.on(workspace, known, unmatched)
    accounts = {row.transaction_id: row.line.account_id for row in waiting}
    return list(made.values()), _keep(workspace, made, accounts)


def _ask_again(workspace: Workspace, client_id: str, waiting: Sequence[Waiting]) -> list[str]:
    with workspace.knowledge.turn(client_id):
        with workspace.database.reading() as tx:
            known = knowledge_of(tx, workspace.knowledge, client_id, clock.today())
            _learn_from_others(tx, known, waiting)
        return _ask_and_keep(workspace, known, waiting)


def _ask_and_keep(workspace: Workspace, known: Knowledge, waiting: Sequence[Waiting]) -> list[str]:
    if not waiting:
        return []
    accounts = {row.transaction_id: row.line.account_id for row in waiting}
    return _keep(workspace, _made(workspace, known, waiting), accounts)


def _made(
    workspace: Workspace, known: Knowledge, waiting: Sequence[Waiting]
) -> dict[str, Suggestion]:
    """What the matcher says, and where it says nothing what the outside model said before."""
    made = dict(_asked(known, waiting))
    known.asked.update(made)
    unmatched = [row for row in waiting if made[row.transaction_id].method is Method.NONE]
    with workspace.database.reading() as tx:
        return made | standing_advice(tx, known, unmatched)


def _asked(known: Knowledge, waiting: Sequence[Waiting]) -> Iterable[tuple[str, Suggestion]]:
    made = known.matcher.suggest([row.line for row in waiting])
    for row, suggestion in zip(waiting, made, strict=True):
        yield row.transaction_id, _rounded(_shown(suggestion))


def _shown(suggestion: Suggestion) -> Suggestion:
    """What people get to see: a rule is their own word, also where it is news to the past."""
    from ledgersync.matching.chain import withheld  # noqa: PLC0415  brings numpy and scipy along

    return suggestion if suggestion.method is Method.RULE else withheld(suggestion)


def _rounded(suggestion: Suggestion) -> Suggestion:
    """Confidence to the per mille, so that noise behind it is no news."""
    others = tuple(one._replace(confidence=round(one.confidence, 3)) for one in suggestion.others)
    return suggestion._replace(confidence=round(suggestion.confidence, 3), others=others)


def _keep(
    workspace: Workspace, made: Mapping[str, Suggestion], accounts: Mapping[str, str]
) -> list[str]:
    """Store what the matcher said; whoever looks at these accounts gets a fresh picture."""
    said = {id_: one if _says_something(one) else None for id_, one in made.items()}
    with workspace.database.writing() as tx:
        changed = suggestions.save_suggestions(tx, said, clock.now())
        for account_id in sorted({accounts[id_] for id_ in changed}):
            clients.touch_account(tx, account_id)
    return changed


def _says_something(suggestion: Suggestion) -> bool:
    return suggestion.method is not Method.NONE or bool(suggestion.others)


def _learn_from_others(tx: Tx, known: Knowledge, waiting: Sequence[Waiting]) -> None:
    texts = {found.text for found in normalise_all(row.line.description for row in waiting)}
    learn_from_others(tx, known, texts, clock.today())


def _coded(decided: Sequence[Decision], lines: Mapping[str, BankLine]) -> list[CodedLine]:
    """What there is to learn from decisions: codes that a person has reviewed."""
    return [
        CodedLine(lines[one.transaction_id], one.vendor_id, one.gl_code, one.decided_at)
        for one in decided
        if one.standing is Standing.REVIEWED
        and (one.vendor_id or one.gl_code)  # a split by itself names no code to learn
        and one.transaction_id in lines
    ]


def _reading_alike(
    known: Knowledge, waiting: Sequence[Waiting], lines: Iterable[BankLine]
) -> list[Waiting]:
    """The open rows that name the same payee as one of these lines."""
    wanted = set(known.heads([line.description for line in lines]))
    heads = known.heads([row.line.description for row in waiting])
    return [row for row, head in zip(waiting, heads, strict=True) if head in wanted]
