"""The chain of the audit trail: whatever is done to it past the app is found and named."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.audit_trails import (
    START,
    Anchor,
    AuditEntry,
    AuditHead,
    Verdict,
    entry_message,
    head_message,
    link,
    verify,
)

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
K1 = ("K1",)


def sign(key_id: str, message: str) -> str:
    return hashlib.sha256(f"{key_id} secret {message}".encode()).hexdigest() if key_id else ""


def trail(keys: Sequence[str]) -> tuple[list[AuditEntry], AuditHead]:
    """A trail with one entry a key id; "" is not signed, "-" is from before the chain."""
    entries, chain = [], START
    for number, key in enumerate(keys, start=1):
        key_id = key.strip("-")
        at = NOON + timedelta(seconds=number)
        bare = AuditEntry(number, at, "u", "Robin", "edit", "transaction", f"t{number}", "{}")
        chain = link(chain, replace(bare, key_id=key_id))
        mac = sign(key_id, entry_message(chain))
        stored = "" if key == "-" else chain
        entries.append(replace(bare, chain=stored, key_id=key_id, mac=mac))
    last = keys[-1].strip("-")
    head = AuditHead(len(keys), chain, last, sign(last, head_message(len(keys), chain)))
    return entries, head


def checked(
    entries: Sequence[AuditEntry],
    head: AuditHead | None,
    keys: Sequence[str] = K1,
    anchors: Sequence[Anchor] = (),
) -> Verdict:
    def check(key_id: str, message: str, mac: str) -> bool | None:
        return sign(key_id, message) == mac if key_id in keys else None

    return verify(entries, head, check, anchors)


def test_an_untouched_trail_is_intact_and_counted() -> None:
    entries, head = trail(["-", "-", "K1", "", "K1", "K1"])
    verdict = checked(entries, head)
    assert verdict.intact
    assert (verdict.entries, verdict.older, verdict.signed, verdict.unsigned) == (6, 2, 3, 1)
    assert verdict.warnings == (
        "1 entry was written while the encryption key was missing (entry 4): not signed.",
    )


def test_a_key_that_is_gone_is_vouched_for_by_the_one_after_it() -> None:
    entries, head = trail(["K1", "K1", "K2", "K3"])
    verdict = checked(entries, head, keys=("K2",))
    assert (verdict.signed, verdict.covered, verdict.unsure) == (1, 2, 1)
    assert verdict.warnings == (
        "The newest entry is signed with K3, which is not here: checked without it.",
    )


@pytest.mark.parametrize(
    ("harm", "words", "seq"),
    [
        (lambda e, h: ([*e[:2], replace(e[2], detail='{"a":1}'), *e[3:]], h), "Entry 3 was ch", 3),
        (lambda e, h: ([*e[:2], *e[3:]], h), "Entry 3 is missing", 4),
        (lambda e, h: (e[:-1], h), "Entry 5 is missing at the end", 5),
        (lambda e, h: (e[:-2], h), "Entries 4-5 are missing at the end", 4),
        (lambda e, h: (e[:-1], replace(h, seq=4, chain=e[3].chain)), "newest entry", 5),
        (lambda e, _: (e, None), "record of the newest entry is missing", 6),
        (lambda e, h: ([*e, replace(e[0], seq=6, chain="")], h), "Entry 6 was added past", 6),
        (
            lambda e, h: ([e[0], replace(e[2], seq=2), replace(e[1], seq=3), *e[3:]], h),
            "Entry 2 was changed, or put in this place",
            2,
        ),
    ],
    ids=["changed", "removed", "cut", "cut more", "cut with head", "no head", "added", "swapped"],
)
def test_the_first_bad_entry_is_named(harm: object, words: str, seq: int) -> None:
    entries, head = harm(*trail(["K1"] * 5))  # type: ignore[operator]
    verdict = checked(entries, head)
    assert words in verdict.bad
    assert verdict.bad_seq == seq


def test_a_change_that_is_linked_anew_lacks_the_signature() -> None:
    """Whoever knows the formula but not the key can mend the links, and no signature."""
    entries, head = trail(["K1"] * 4)
    chain, forged = entries[0].chain, entries[:1]
    for entry in entries[1:]:
        changed = replace(entry, user_name="Somebody")
        chain = link(chain, changed)
        forged.append(replace(changed, chain=chain))
    verdict = checked(forged, replace(head, chain=chain))
    assert verdict.bad == "Entry 2 was written or changed without the key that signs."


def test_a_trail_that_was_put_back_to_an_older_state_contradicts_the_exports() -> None:
    entries, _ = trail(["K1"] * 5)
    shorter, old_head = trail(["K1"] * 3)
    noted = [Anchor(7, 4, entries[3].chain)]
    assert checked(shorter, old_head).intact
    assert checked(shorter, old_head, anchors=noted).bad == (
        "Entry 4 is missing: export no. 7 recorded it."
    )


def test_an_entry_from_before_the_chain_is_bound_as_well() -> None:
    entries, head = trail(["-", "-", "K1"])
    entries[0] = replace(entries[0], detail='{"changed":true}')
    assert checked(entries, head).bad == (
        "Entry 3 or one before it, from before the chain, was changed."
    )


def test_old_entries_that_no_signature_vouches_for_are_warned_of() -> None:
    assert checked(*trail(["-", "-"])).warnings == (
        "2 entries are from before entries were bound to each other, and none after is signed.",
    )
    assert checked(*trail(["-", "-", "K1"])).warnings == ()


TEXT_FIELDS = ("user_id", "user_name", "action", "subject", "subject_id", "detail", "key_id", "mac")


@given(st.data())
def test_any_change_of_any_field_is_found(data: st.DataObject) -> None:
    entries, head = trail(["-", "", "K1", "K1", "", "K1"])
    place = data.draw(st.integers(1, len(entries) - 1))
    name = data.draw(st.sampled_from(TEXT_FIELDS))
    before = getattr(entries[place], name)
    after = data.draw(st.text(max_size=12).filter(lambda text: text != before))
    change: dict[str, Any] = {name: after}
    entries[place] = replace(entries[place], **change)
    verdict = checked(entries, head)
    assert not verdict.intact
    assert verdict.bad_seq == entries[place].seq
