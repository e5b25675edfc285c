"""Decisions: what a person decided for a transaction, and what an edit asks for."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """What a person has said of a row; every other status is derived."""

    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Decision:
    """The stored decision for one transaction. `version` grows by one with every save."""

    transaction_id: str
    vendor_id: str
    gl_code: str
    standing: Standing
    version: int
    decided_by: str
    decided_at: datetime | None

    def by(self, who: str, when: datetime) -> "Decision":
        """The same decision, signed."""
        return replace(self, decided_by=who, decided_at=when)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person changed on one row; None leaves a value as it is, "" clears it.

    `version` is the version of the row that the person was looking at.
    """

    transaction_id: str
    version: int
    vendor_id: str | None = None
    gl_code: str | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """An edit that came too late: a colleague's decision is in its place."""

    transaction_id: str
    theirs: Decision
    yours: Edit


def undecided(transaction_id: str) -> Decision:
    return Decision(transaction_id, "", "", Standing.TO_REVIEW, 0, "", None)


def apply(edit: Edit, before: Decision, default_gl: str, who: str, when: datetime) -> Decision:
    """The decision after an edit.

    Choosing a vendor fills an empty GL code with the vendor's default. Choosing a GL code by hand
    is a judgement and marks the row reviewed; clearing it takes that back. A vendor alone, or a
    default GL that came with it, stays to review: nobody has looked at the code yet.
    """
    vendor_id = before.vendor_id if edit.vendor_id is None else edit.vendor_id
    gl_code = before.gl_code if edit.gl_code is None else edit.gl_code
    if edit.vendor_id and edit.gl_code is None and not gl_code:
        gl_code = default_gl
    standing = before.standing
    if edit.gl_code is not None and standing is not Standing.EXCLUDED:
        standing = Standing.REVIEWED if edit.gl_code else Standing.TO_REVIEW
    if edit.standing is not None:
        standing = edit.standing
    return Decision(
        edit.transaction_id, vendor_id, gl_code, standing, before.version + 1, who, when
    )


def differs(edit: Edit, stored: Decision) -> bool:
    """Whether the edit asks for anything that is not stored already."""
    return (
        (edit.vendor_id is not None and edit.vendor_id != stored.vendor_id)
        or (edit.gl_code is not None and edit.gl_code != stored.gl_code)
        or (edit.standing is not None and edit.standing != stored.standing)
    )
