"""Presence: colleagues who work on the same bank account at the same time."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else at the same bank account, and when they were seen there last."""

    name: str
    seen_at: datetime
