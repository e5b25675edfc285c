"""Decisions: what a person decided for a transaction, and what an edit asks for."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ledgersync.domain.codes import Coding
from ledgersync.domain.splits import Split


class Standing(StrEnum):
    """What a person has said of a row; every other status is derived."""

    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Decision:
    """The stored decision for one transaction. `version` grows by one with every save.

    `cleared` says that a person emptied the codes: then nothing is suggested any more either.
    `split` shares the amount between GL codes; `gl_code` is "" then. `transfer_with` is the id of
    the transaction that is the other leg of a confirmed transfer, "" otherwise.
    """

    transaction_id: str
    vendor_id: str
    gl_code: str
    standing: Standing
    version: int
    decided_by: str
    decided_at: datetime | None
    cleared: bool = False
    split: Split = ()
    transfer_with: str = ""

    @property
    def coded(self) -> bool:
        return bool(self.vendor_id or self.gl_code or self.split)

    @property
    def open_to_suggestions(self) -> bool:
        return not self.coded and not self.cleared

    def by(self, who: str, when: datetime) -> "Decision":
        """The same decision, signed."""
        return replace(self, decided_by=who, decided_at=when)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person changed on one row; None leaves a value as it is, "" or () clears it.

    `version` is the version of the row that the person was looking at.
    """

    transaction_id: str
    version: int
    vendor_id: str | None = None
    gl_code: str | None = None
    standing: Standing | None = None
    split: Split | None = None

    @property
    def places(self) -> bool:
        """Whether it says anew where the amount goes."""
        return self.gl_code is not None or self.split is not None


@dataclass(frozen=True, slots=True)
class Stale:
    """An edit that came too late: a colleague's decision is in its place."""

    transaction_id: str
    theirs: Decision
    yours: Edit


NOT_CODED = Coding("", "")


def undecided(transaction_id: str) -> Decision:
    return Decision(transaction_id, "", "", Standing.TO_REVIEW, 0, "", None)


def apply(
    edit: Edit, before: Decision, suggested: Coding, default_gl: str, who: str, when: datetime
) -> Decision:
    """The decision after an edit of a row that showed `before`, or else what was suggested.

    Whoever marks a row reviewed, or changes one of its two codes, stands by the other as shown.
    Choosing a vendor fills an empty or only suggested GL code with the vendor's default. Choosing
    a GL code or a split by hand is a judgement and marks the row reviewed; clearing it takes that
    back. Each of these two replaces the other. A vendor alone, or a default GL that came with it,
    stays to review: nobody has looked at the code yet.
    """
    stored = Coding(before.vendor_id, before.gl_code, before.split)
    aside = edit.standing in {Standing.EXCLUDED, Standing.TO_REVIEW}
    shown = suggested if before.open_to_suggestions and not aside else stored
    vendor_id = shown.vendor_id if edit.vendor_id is None else edit.vendor_id
    gl_code, split = _placed(edit, shown)
    if edit.vendor_id and not edit.places and not stored.placed and default_gl:
        gl_code, split = default_gl, ()
    standing = before.standing
    if edit.places and standing is not Standing.EXCLUDED:
        standing = Standing.REVIEWED if gl_code or split else Standing.TO_REVIEW
    if edit.standing is not None:
        standing = edit.standing
    return Decision(
        edit.transaction_id,
        vendor_id,
        gl_code,
        standing,
        before.version + 1,
        who,
        when,
        cleared=not (vendor_id or gl_code or split)
        and (before.cleared or "" in {edit.vendor_id, edit.gl_code} or edit.split == ()),
        split=split,
        transfer_with=before.transfer_with if _still_a_leg(before, gl_code, standing) else "",
    )


def _placed(edit: Edit, shown: Coding) -> tuple[str, Split]:
    """Where the amount goes after an edit: on one GL code, or on the lines of a split."""
    if edit.split:
        return "", edit.split
    if edit.gl_code is not None:
        return edit.gl_code, ()
    return shown.gl_code, shown.split if edit.split is None else ()


def _still_a_leg(before: Decision, gl_code: str, standing: Standing) -> bool:
    """Whether a leg of a transfer is one after an edit: another code or standing ends it."""
    return gl_code == before.gl_code and standing is before.standing


def differs(edit: Edit, stored: Decision, suggested: Coding = NOT_CODED) -> bool:
    """Whether the edit asks for anything that is not stored already.

    Emptying a code that is only suggested is such a thing: from then on it stays empty.
    """
    seen = suggested if stored.open_to_suggestions else NOT_CODED
    return (
        _new(edit.vendor_id, stored.vendor_id, seen.vendor_id)
        or _new(edit.gl_code, stored.gl_code, seen.gl_code)
        or _places_anew(edit, stored.split, seen.split)
        or (edit.standing is not None and edit.standing != stored.standing)
    )


def _places_anew(edit: Edit, stored: Split, suggested: Split) -> bool:
    """Whether an edit gives another split, or takes one away."""
    if edit.split:
        return edit.split != stored
    return edit.places and bool(stored or suggested)


def _new(asked: str | None, stored: str, suggested: str) -> bool:
    return asked is not None and (asked != stored or (not asked and bool(suggested)))
