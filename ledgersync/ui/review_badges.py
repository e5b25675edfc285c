"""How a row stands, in a sign, a word and a colour: the same on the filters and in the grid.

The sign and the word say it; the colour only repeats them. What is merely suggested is pale, what
a person has decided is filled, so that the one never looks like the other.
"""

from dataclasses import dataclass

from ledgersync.domain.transactions import Transaction
from ledgersync.ui.review_sheet import Show, proposal, standing


@dataclass(frozen=True, slots=True)
class Badge:
    """`colour` is for the grid's badges, `tint` for texts; `suggests` names a matcher's method."""

    sign: str
    word: str
    colour: str
    tint: str
    suggests: bool = False

    @property
    def words(self) -> str:
        """As a row shows it: a suggestion is called one."""
        return f"{self.sign} {'Suggested: ' if self.suggests else ''}{self.word}"

    @property
    def short(self) -> str:
        """As a choice among others shows it."""
        return f"{self.sign} {self.word}"


BADGES = {
    Show.TO_REVIEW: Badge("○", "To review", "orange", "orange"),
    Show.JUDGEMENT: Badge("▲", "Needs judgement", "orange", "orange"),
    Show.RULE: Badge("◆", "Rule", "green", "green", suggests=True),
    Show.AI: Badge("✦", "AI", "yellow", "yellow", suggests=True),
    Show.SEMANTIC: Badge("≈", "Semantic", "blue", "blue", suggests=True),
    Show.UNMATCHED: Badge("?", "Unmatched", "red", "red"),
    Show.REVIEWED: Badge("✓", "Reviewed", "#17663a", "green"),
    Show.EXCLUDED: Badge("⊘", "Excluded", "gray", "gray"),
    Show.EXPORTED: Badge("↗", "Exported (locked)", "#3d5166", "gray"),
    Show.PROBLEM: Badge("!", "Problem", "#a1260d", "red"),
}
PENDING = Badge("…", "Pending", "violet", "violet")
CHANGED = Badge("±", "Changed", "orange", "orange")
LOCKED = Badge("↗", "Locked", "#3d5166", "gray")
EVERY_BADGE = (*BADGES.values(), PENDING, CHANGED, LOCKED)


def badges(row: Transaction) -> list[str]:
    """The badges of a row; codes that are only suggested say so beside any other status too."""
    stands = standing(row)
    shown = [BADGES[stands]]
    if row.locked and stands is not Show.EXPORTED:
        shown.append(LOCKED)
    method = proposal(row)
    if method and method is not stands:
        shown.append(BADGES[method])
    if row.pending:
        shown.append(PENDING)
    if row.changed_since_export:
        shown.append(CHANGED)
    return [badge.words for badge in shown]


def percent(row: Transaction) -> int | None:
    """The confidence of a suggestion in whole percent; what a person decided is not a likelihood.

    Rounded down, so that a row shown at 90% is never below a threshold of 90%.
    """
    known = row.suggested and row.confidence is not None
    return round((row.confidence or 0.0) * 1000) // 10 if known else None


def reason(row: Transaction) -> str:
    """Why the row is coded as it is, as a sentence's beginning."""
    return row.why[:1].upper() + row.why[1:]
