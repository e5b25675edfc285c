"""What is known for coding a client's rows, kept between clicks and brought up to date by them."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from ledgersync.domain.charts import Vendor
from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.rules import Rule
from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.domain.suggestions import CodedLine
from ledgersync.matching.forgotten import Forgotten
from ledgersync.matching.normalise import normalise_all
from ledgersync.storage import charts, coded_lines, learning, rules, split_templates
from ledgersync.storage.engine import Tx

# What learns and compares brings numpy and scipy along: whoever only loads or lists never waits
# for them, so each function that needs them imports them itself.
if TYPE_CHECKING:
    from ledgersync.matching.chain import Matcher
    from ledgersync.matching.learning import Learner
    from ledgersync.matching.rule_engine import RuleBook
    from ledgersync.matching.vendors import VendorIndex

_LINES_KEPT = 200_000  # of all clients together: some 300 MB
_YEARS = 3


@dataclass(frozen=True, slots=True)
class Lists:
    """All that people wrote down for a client: codes, rules, spellings, what to forget."""

    vendors: tuple[Vendor, ...]
    chart: frozenset[str]
    rules: tuple[Rule, ...]
    templates: tuple[SplitTemplate, ...]
    spellings: tuple[tuple[str, str], ...]
    forgotten: "frozenset[Forgotten]"
    learning_off: bool


@dataclass
class Knowledge:
    """A client's lists, and what was learned from its rows up to a version of them.

    `asked` are the rows that were asked about with this knowledge.
    """

    client_id: str
    lists: Lists
    coded_version: int
    past: list[CodedLine]
    index: "VendorIndex"
    book: "RuleBook"
    others: list[CodedLine] = field(default_factory=list)
    descriptors: set[str] = field(default_factory=set)
    others_version: int = -1
    learned: "Learner | None" = None
    asked: set[str] = field(default_factory=set)
    _heads: dict[str, str] = field(default_factory=dict)
    _matcher: "Matcher | None" = None

    @property
    def lines(self) -> int:
        """How many coded lines it holds."""
        return len(self.past) + len(self.others)

    @property
    def learner(self) -> "Learner":
        """What the past teaches; only learned when asked for, as others may have more to say."""
        if self.learned is None:
            self.learned = _learner(self.client_id, self.lists, [*self.others, *self.past])
        return self.learned

    @property
    def matcher(self) -> "Matcher":
        """The chain of engines; made again after something was learned."""
        if self._matcher is None:
            from ledgersync.matching.chain import Matcher  # noqa: PLC0415  brings numpy and scipy along

            codes = FirmCodes(
                {vendor.id: vendor for vendor in self.lists.vendors},
                {self.client_id: self.lists.chart},
                {template.id: template for template in self.lists.templates},
            )
            self._matcher = Matcher(
                codes, self.book, self.learner, self.index, self.past, self.lists.forgotten
            )
        return self._matcher

    def heads(self, descriptions: Sequence[str]) -> list[str]:
        """The vendor heads of descriptions; each is worked out once, for they are asked often."""
        new = [text for text in dict.fromkeys(descriptions) if text not in self._heads]
        for text, found in zip(new, normalise_all(new), strict=True):
            self._heads[text] = found.head
        return [self._heads[text] for text in descriptions]

    def learn(self, lines: Sequence[CodedLine]) -> None:
        """Take in lines that the client's people have just coded."""
        self.learner.learn(lines)
        self.past += lines
        self._matcher = None

    def learn_from(self, others: Sequence[CodedLine]) -> None:
        """Take in what other clients' lines say, and weigh anew how much each kind of past says."""
        self.others = list(others)
        self.learned = None
        self._matcher = None


class KnowledgeCache:
    """The knowledge of the clients that were worked on last, shared by a process's threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Knowledge] = OrderedDict()
        self._turns: defaultdict[str, Lock] = defaultdict(Lock)
        self._changing = Lock()
        self._unhurried = Lock()

    def turn(self, client_id: str) -> Lock:
        """To be held while a client's knowledge is used: learning changes it in place."""
        return self._turns[client_id]

    @contextmanager
    def unhurried_turn(self) -> Iterator[bool]:
        """Whether a client that nobody waits for may be learned now: one at a time.

        Learning takes a whole processor for a second or so. When many people come at once, each to
        another client, it would keep all of them waiting.
        """
        mine = self._unhurried.acquire(blocking=False)
        try:
            yield mine
        finally:
            if mine:
                self._unhurried.release()

    def find(self, client_id: str) -> Knowledge | None:
        return self._kept.get(client_id)

    def keep(self, knowledge: Knowledge) -> None:
        """Keep what was used last, and let go of what was not used for longest."""
        with self._changing:
            self._kept[knowledge.client_id] = knowledge
            self._kept.move_to_end(knowledge.client_id)
            lines = sum(one.lines for one in self._kept.values())
            while lines > _LINES_KEPT and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                lines -= oldest.lines

    def drop(self, client_id: str) -> None:
        """Let go of a client: whoever asks about it next learns it anew."""
        with self._changing:
            self._kept.pop(client_id, None)


def read_lists(tx: Tx, client_id: str) -> Lists:
    """What people wrote down for a client and for the whole firm."""
    state = learning.learning_state(tx, client_id)
    stored = (one.rule for one in rules.live_rules(tx))
    return Lists(
        vendors=tuple(charts.vendors_for(tx, client_id)),
        chart=frozenset(gl.code for gl in charts.chart_for(tx, client_id)),
        rules=tuple(rule for rule in stored if rule.client_id in {"", client_id}),
        templates=tuple(split_templates.live_templates(tx)),
        spellings=tuple(
            (alias.spelling, alias.vendor_id) for alias in learning.aliases_for(tx, client_id)
        ),
        forgotten=frozenset(
            Forgotten(one.client_id, one.descriptor, one.vendor_id, one.gl_code)
            for one in learning.list_forgotten(tx, client_id)
        ),
        learning_off=state.off,
    )


def knowledge_of(tx: Tx, cache: KnowledgeCache, client_id: str, today: date) -> Knowledge:
    """What is known now for a client, taken from the cache as far as it is still true."""
    lists = read_lists(tx, client_id)
    version = learning.learning_state(tx, client_id).coded_version
    known = cache.find(client_id)
    up_to_date = known and known.lists == lists and known.coded_version == version
    if not known or not up_to_date:
        known = _learned(tx, client_id, lists, version, today, known)
    cache.keep(known)
    return known


def is_up_to_date(tx: Tx, known: Knowledge) -> bool:
    """Whether nothing was decided or listed that this knowledge has not taken in."""
    version = learning.learning_state(tx, known.client_id).coded_version
    return known.coded_version == version and known.lists == read_lists(tx, known.client_id)


def _learned(
    tx: Tx, client_id: str, lists: Lists, version: int, today: date, known: Knowledge | None
) -> Knowledge:
    """Learn a client anew; of an older state, what did not change is taken over."""
    before = known.lists if known else None
    same_past = known and known.coded_version == version and _same_codes(known.lists, lists)
    past = known.past if known and same_past else _past(tx, client_id, lists, today)
    return Knowledge(
        client_id=client_id,
        lists=lists,
        coded_version=version,
        past=past,
        others=known.others if known and same_past else [],
        index=known.index if known and before and _same_names(before, lists) else _index(lists),
        book=known.book if known and before and before.rules == lists.rules else _book(lists),
        descriptors=known.descriptors if known and same_past else set(),
        others_version=known.others_version if known and same_past else -1,
        learned=known.learned if known and same_past else None,
        _heads=known._heads if known else {},  # noqa: SLF001  the same client's, handed on
    )


def _same_codes(before: Lists, now: Lists) -> bool:
    return (before.vendors, before.chart, before.learning_off, before.forgotten) == (
        now.vendors,
        now.chart,
        now.learning_off,
        now.forgotten,
    )


def _same_names(before: Lists, now: Lists) -> bool:
    return (before.vendors, before.spellings) == (now.vendors, now.spellings)


def _past(tx: Tx, client_id: str, lists: Lists, today: date) -> list[CodedLine]:
    """The client's reviewed lines, without what its people told the app to forget."""
    if lists.learning_off:
        return []
    return _still_wanted(coded_lines.client_lines(tx, client_id, learned_since(today)), lists)


def _still_wanted(found: Sequence[CodedLine], lists: Lists) -> list[CodedLine]:
    """Reviewed lines without those whose code people no longer want suggested for such lines."""
    unwanted = {(one.descriptor, one.gl_code) for one in lists.forgotten if one.gl_code}
    if not unwanted:
        return list(found)
    texts = (one.text for one in normalise_all(coded.line.description for coded in found))
    return [
        coded
        for coded, text in zip(found, texts, strict=True)
        if (text, coded.gl_code) not in unwanted
    ]


def learned_since(today: date) -> date:
    """The first day whose rows are learned from: older ones tell more of another business."""
    return date(today.year - _YEARS, today.month, 1)


def _learner(client_id: str, lists: Lists, past: Iterable[CodedLine]) -> "Learner":
    from ledgersync.matching.learning import Learner  # noqa: PLC0415  brings numpy and scipy along

    vendors = {vendor.id for vendor in lists.vendors}
    return Learner(past, charts={client_id: lists.chart}, vendors={client_id: vendors})


def _index(lists: Lists) -> "VendorIndex":
    from ledgersync.matching.vendors import VendorIndex  # noqa: PLC0415  brings numpy and scipy along

    names = {vendor.id: vendor.name for vendor in lists.vendors}
    return VendorIndex(names, dict(lists.spellings))


def _book(lists: Lists) -> "RuleBook":
    from ledgersync.matching.rule_engine import RuleBook  # noqa: PLC0415  brings numpy along

    return RuleBook(lists.rules)


def learn_from_others(tx: Tx, knowledge: Knowledge, descriptors: set[str], today: date) -> None:
    """Learn how the firm's other clients code what reads the same, as far as that is news."""
    version = learning.coded_version_of_others(tx, knowledge.client_id)
    wanted = descriptors | knowledge.descriptors
    news = version != knowledge.others_version or wanted != knowledge.descriptors
    if not news or knowledge.lists.learning_off:
        return
    knowledge.descriptors, knowledge.others_version = wanted, version
    lines = coded_lines.other_clients_lines(tx, knowledge.client_id, learned_since(today), wanted)
    usable = [coded for coded in lines if coded.gl_code in knowledge.lists.chart]
    if usable != knowledge.others:
        knowledge.learn_from(usable)


def learn_at_once(tx: Tx, known: Knowledge, coded: Sequence[CodedLine]) -> None:
    """Take in first decisions without learning everything anew.

    Only where these decisions are all that changed since: the version has made a single step.
    """
    now = learning.learning_state(tx, known.client_id).coded_version
    if now == known.coded_version + 1 and not known.lists.learning_off:
        known.learn(_still_wanted(coded, known.lists))
        known.coded_version = now
