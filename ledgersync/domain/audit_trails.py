"""The audit trail as a chain: each entry is bound to all before it, and most are signed.

An entry's link is the SHA-256 of the link before and of everything that the entry says; its
signature is an HMAC of that link under a key that is kept apart from the database. A signature
therefore vouches for the entry and for every one before it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

# The link before the first entry.
START = ""

# Whether a signature fits: yes, no, or None where the key is not here.
Check = Callable[[str, str, str], bool | None]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which thing; `detail` holds ids and codes before and after, no secrets.

    `chain` is its link, "" where it is older than the chain; `key_id` and `mac` are "" where no
    key was there to sign with.
    """

    seq: int
    at: datetime
    user_id: str
    user_name: str
    action: str
    subject: str
    subject_id: str
    detail: str
    chain: str = ""
    key_id: str = ""
    mac: str = ""


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest entry's number and link, signed by itself: a cut tail shows by it."""

    seq: int
    chain: str
    key_id: str = ""
    mac: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an export recorded of the trail when it left."""

    number: int
    seq: int
    chain: str


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What to show of the trail; "" and None let everything through, `until` is not included.

    Colleagues may have one name: `user_id` says which of them. Every one of the `words` has to
    stand somewhere in the entry.
    """

    person: str = ""
    user_id: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class TrailPerson:
    """Somebody in the trail by a name of theirs; `email` is "" for people without one."""

    user_id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class TrailChoices:
    """Who and what occurs in the trail."""

    people: tuple[TrailPerson, ...]
    actions: tuple[str, ...]
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found; `bad` says in a sentence which entry is the first that is wrong.

    Of the entries before it, `signed` were checked with their key, `covered` are signed with a key
    that is not here and vouched for by a later signature, `unsure` have no such later one,
    `unsigned` were written while no key was there, `older` before there was a chain.
    `unguarded` are the names of the database's triggers against changes that are missing.
    """

    entries: int
    signed: int = 0
    covered: int = 0
    unsure: int = 0
    unsigned: int = 0
    older: int = 0
    unsigned_span: tuple[int, int] | None = None
    missing_keys: tuple[str, ...] = ()
    bad: str = ""
    bad_seq: int | None = None
    unguarded: tuple[str, ...] = ()

    @property
    def intact(self) -> bool:
        return not self.bad

    @property
    def warnings(self) -> tuple[str, ...]:
        """What an administrator should know although nothing is wrong."""
        told = (self._of_older(), self._of_unsigned(), self._of_unsure(), self._of_unguarded())
        return tuple(words for words in told if words)

    def _of_older(self) -> str:
        if not self.older or self.signed or self.covered or self.unsure:
            return ""
        what = "1 entry is" if self.older == 1 else f"{self.older:,} entries are"
        return f"{what} from before entries were bound to each other, and none after is signed."

    def _of_unsigned(self) -> str:
        if self.unsigned_span is None:
            return ""
        first, last = self.unsigned_span
        where = f"entry {first}" if first == last else f"between entries {first} and {last}"
        what = "1 entry was" if self.unsigned == 1 else f"{self.unsigned:,} entries were"
        return f"{what} written while the encryption key was missing ({where}): not signed."

    def _of_unsure(self) -> str:
        if not self.unsure:
            return ""
        what = "entry is" if self.unsure == 1 else f"{self.unsure:,} entries are"
        keys = ", ".join(self.missing_keys)
        return f"The newest {what} signed with {keys}, which is not here: checked without it."

    def _of_unguarded(self) -> str:
        if not self.unguarded:
            return ""
        return (
            f"The database does not refuse changes of entries any more, for {_are(self.unguarded)} "
            "missing or turned off: find out who could do that, then run ledgersync db upgrade, "
            "which puts this back."
        )


def _are(names: Sequence[str]) -> str:
    """The triggers of these names, as the subject of a sentence."""
    if len(names) == 1:
        return f"its trigger {names[0]} is"
    return f"its triggers {', '.join(names[:-1])} and {names[-1]} are"


def link(before: str, entry: AuditEntry) -> str:
    """The link of an entry after the one whose link is `before`: 64 hexadecimal digits.

    Stored trails depend on this formula; it never changes.
    """
    said = (
        before,
        str(entry.seq),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.user_id,
        entry.user_name,
        entry.action,
        entry.subject,
        entry.subject_id,
        entry.detail,
        entry.key_id,
    )
    # Each with its length before it, so that text can't slip from one field into the next.
    encoded = (part.encode("utf-8") for part in said)
    whole = b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
    return hashlib.sha256(whole).hexdigest()


def entry_message(chain: str) -> str:
    """What an entry's signature signs."""
    return f"entry {chain}"


def head_message(seq: int, chain: str) -> str:
    """What the head's signature signs; no entry's signature can stand for it."""
    return f"head {seq} {chain}"


def verify(
    entries: Iterable[AuditEntry],
    head: AuditHead | None,
    check: Check,
    anchors: Sequence[Anchor] = (),
) -> Verdict:
    """Walk the whole trail in order and stop at the first thing that is wrong."""
    walk = _Walk(check, {anchor.seq: anchor for anchor in anchors})
    for entry in entries:
        if bad := walk.take(entry):
            return walk.verdict(bad, entry.seq)
    if bad := walk.end(head):
        return walk.verdict(bad, walk.seq + 1)
    return walk.verdict()


@dataclass
class _Walk:
    """Where a check stands; `chain` is the link of the entry before."""

    check: Check
    anchors: Mapping[int, Anchor]
    seq: int = 0
    chain: str = START
    key_id: str = ""
    begun: bool = False
    entries: int = 0
    signed: int = 0
    covered: int = 0
    unsure: int = 0
    older: int = 0
    unsigned: list[int] = field(default_factory=list)
    missing: dict[str, None] = field(default_factory=dict)

    def take(self, entry: AuditEntry) -> str:
        """Check the next entry; returns what is wrong with it, "" when nothing is."""
        bad = self._place(entry) or self._link(entry) or self._signature(entry)
        if not bad:
            self.entries += 1
            self.seq, self.key_id = entry.seq, entry.key_id
            bad = self._anchor(entry)
        return bad

    def _place(self, entry: AuditEntry) -> str:
        if not entry.chain and self.begun:
            return f"Entry {entry.seq} was added past the app: it has no link to the one before."
        if self.begun and entry.seq != self.seq + 1:
            return f"Entry {self.seq + 1} is missing."
        return ""

    def _link(self, entry: AuditEntry) -> str:
        expected = link(self.chain, entry)
        self.chain = expected
        if not entry.chain:
            self.older += 1
            return ""
        first, self.begun = not self.begun, True
        if entry.chain == expected:
            return ""
        if first and self.older:
            return f"Entry {entry.seq} or one before it, from before the chain, was changed."
        return f"Entry {entry.seq} was changed, or put in this place, after it was written."

    def _signature(self, entry: AuditEntry) -> str:
        if not entry.key_id:
            if entry.mac:
                return f"Entry {entry.seq} was changed: it has a signature without a key."
            if entry.chain:
                self.unsigned.append(entry.seq)
            return ""
        fits = self.check(entry.key_id, entry_message(self.chain), entry.mac)
        if fits is None:
            self.unsure += 1
            self.missing[entry.key_id] = None
            return ""
        if not fits:
            return f"Entry {entry.seq} was written or changed without the key that signs."
        self.signed += 1
        self.covered, self.unsure = self.covered + self.unsure, 0
        self.missing.clear()
        return ""

    def _anchor(self, entry: AuditEntry) -> str:
        anchor = self.anchors.get(entry.seq)
        if anchor is None or anchor.chain == self.chain:
            return ""
        return f"Entry {entry.seq} is not the one that export no. {anchor.number} recorded."

    def end(self, head: AuditHead | None) -> str:
        """What is wrong at the end of the trail, "" when nothing is."""
        return self._cut(head) or self._head(head) or self._late_anchor()

    def _cut(self, head: AuditHead | None) -> str:
        if head is None:
            return "The record of the newest entry is missing."
        if head.seq > self.seq:
            gone = head.seq - self.seq
            which = (
                f"Entry {head.seq} is" if gone == 1 else f"Entries {self.seq + 1}-{head.seq} are"
            )
            return f"{which} missing at the end."
        return ""

    def _head(self, head: AuditHead | None) -> str:
        wrong = f"The record of the newest entry ({self.seq}) was changed."
        if head is None or (head.seq, head.chain) != (self.seq, self.chain):
            return wrong
        if head.key_id != (self.key_id if self.begun else ""):
            return wrong
        if not head.key_id:
            return ""
        fits = self.check(head.key_id, head_message(head.seq, head.chain), head.mac)
        return wrong if fits is False else ""

    def _late_anchor(self) -> str:
        late = min((a for s, a in self.anchors.items() if s > self.seq), key=_by_seq, default=None)
        if late is None:
            return ""
        return f"Entry {late.seq} is missing: export no. {late.number} recorded it."

    def verdict(self, bad: str = "", bad_seq: int | None = None) -> Verdict:
        return Verdict(
            entries=self.entries,
            signed=self.signed,
            covered=self.covered,
            unsure=self.unsure,
            unsigned=len(self.unsigned),
            older=self.older,
            unsigned_span=(self.unsigned[0], self.unsigned[-1]) if self.unsigned else None,
            missing_keys=tuple(self.missing),
            bad=bad,
            bad_seq=bad_seq,
        )


def _by_seq(anchor: Anchor) -> int:
    return anchor.seq
