"""Rules: what the firm wants done with every transaction whose description reads a certain way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FIRST_PRIORITY, USUAL_PRIORITY, LAST_PRIORITY = 10, 5, 1


class MatchType(StrEnum):
    """How a pattern must lie in the description."""

    CONTAINS = "contains"
    EXACT = "exact"
    STARTS_WITH = "starts with"
    ENDS_WITH = "ends with"


class Direction(StrEnum):
    """Which way the money must have gone."""

    ANY = "any"
    IN = "money in"
    OUT = "money out"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. People call it by its number, which is never given twice.

    `patterns` match case-insensitively, `*` stands for anything. `client_id` "" means the whole
    firm, `account_id` "" any bank account. `lowest` and `highest` bound the amount without its
    sign, in cents, both included; None is open. `vendor_id` or `gl_code` "" sets nothing; a vendor
    without a GL code brings its default GL.
    """

    id: str
    number: int
    patterns: tuple[str, ...]
    match_type: MatchType = MatchType.CONTAINS
    client_id: str = ""
    account_id: str = ""
    direction: Direction = Direction.ANY
    lowest: int | None = None
    highest: int | None = None
    priority: int = USUAL_PRIORITY
    enabled: bool = True
    vendor_id: str = ""
    gl_code: str = ""
    created_at: datetime | None = None
