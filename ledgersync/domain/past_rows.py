"""The past rows that speak for a suggestion: how its reason names them, and reading that again.

A suggestion is kept with the sentence that people read, and nothing beside it. So the sentence is
written here, and read here when somebody wants to see the rows.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Whose(StrEnum):
    """Which past rows a reason speaks of, in its own words. ALIKE ones read like another text."""

    ACCOUNT = "of this account"
    CLIENT = "of this client"
    AMOUNT = "of this client with this amount"
    WORDING = "of this client with these words"
    HEAD = "of this client that begin alike"
    FIRM = "of all clients"
    ACCOUNT_ANY = "of this account, whatever they say"
    CLIENT_ANY = "of this client, whatever they say"
    ALIKE = "that look alike"


_DAY = "%m/%d/%Y"
_LAST = r", last on (?P<last>\d\d/\d\d/\d{4})$"
_COUNTED = re.compile(
    rf"coded (?P<code>.*) in [\d,]+ of [\d,]+ past rows? (?P<whose>{'|'.join(Whose)}){_LAST}"
)
_OF_WHOM = re.compile(
    r"(?<= in )([\d,]+ of [\d,]+ past rows?) of (this account|this client|all clients)"
)
_LOOKS_LIKE = re.compile(rf"looks like (?P<text>.*?), coded (?P<code>.*){_LAST}")


@dataclass(frozen=True, slots=True)
class NamedRows:
    """The rows that a reason names, coded to a GL code or vendor; the newest is of `last`.

    `text` is the normalised descriptor of rows that look ALIKE; others have the row's own.
    """

    whose: Whose
    code: str
    last: date
    text: str = ""


def counted(code: str, agreed: int, rows: int, whose: Whose, last: date) -> str:
    """Such as "coded 6250 in 12 of 13 past rows of this account, last on 03/02/2026"."""
    noun = "row" if rows == 1 else "rows"
    return f"coded {code} in {agreed} of {rows} past {noun} {whose}, last on {last:{_DAY}}"


def looks_like(text: str, code: str, last: date) -> str:
    """Such as "looks like SHELL OIL, coded 6250, last on 03/02/2026"."""
    return f"looks like {text}, coded {code}, last on {last:{_DAY}}"


def told_without(why: str, *, clients: bool, accounts: bool) -> str:
    """A reason of rows that are not told apart by client, or by account, naming none of these.

    So "coded 6250 in 12 of 13 past rows of this account" becomes "... of this client" without
    accounts, and "... past rows" without either.
    """

    def told(found: re.Match[str]) -> str:
        whose = "this client" if found[2] == "this account" and not accounts else found[2]
        named = clients or whose == "this account"
        return f"{found[1]} of {whose}" if named else found[1]

    return why if clients and accounts else _OF_WHOM.sub(told, why)


def named_rows(why: str) -> NamedRows | None:
    """The past rows that a reason names at its end; None where it names none."""
    found = _LOOKS_LIKE.search(why) or _COUNTED.search(why)
    if found is None:
        return None
    said = found.groupdict()
    last = datetime.strptime(said["last"], _DAY).date()  # noqa: DTZ007  a plain day
    return NamedRows(
        Whose(said.get("whose", Whose.ALIKE)), said["code"], last, said.get("text", "")
    )
