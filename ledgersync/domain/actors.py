"""Who is acting."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    ADMIN = "admin"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a call. Role and permission are re-read from storage, never kept here.

    `sign_in_id` is the sign-in that they came with; "" at this machine's own screen and terminal.
    """

    user_id: str
    name: str
    sign_in_id: str = ""


ANONYMOUS = Actor("", "")
