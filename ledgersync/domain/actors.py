"""Who is acting."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a call. Role and permission are re-read from storage, never kept here."""

    user_id: str
    name: str
