"""A rule as the texts of one line of a file, and back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ledgersync.domain.rules import (
    USUAL_PRIORITY,
    Direction,
    MatchType,
    Rule,
    parse_patterns,
    patterns_text,
    validate,
)
from ledgersync.errors import InvalidInput
from ledgersync.money import parse_cents, plain

HEADERS: Mapping[str, str] = {
    "number": "Number",
    "enabled": "Enabled",
    "priority": "Priority",
    "scope": "Scope",
    "client": "Client",
    "account": "Account",
    "match_type": "Match Type",
    "patterns": "Patterns",
    "direction": "Direction",
    "lowest_amount": "Lowest Amount",
    "highest_amount": "Highest Amount",
    "vendor_code": "Vendor Code",
    "vendor_name": "Vendor Name",
    "gl_code": "GL Code",
    "split_template": "Split Template",
}

_WHOLE_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
# What people write for each value, without case, blanks and marks.
_MATCH_TYPES: Mapping[str, tuple[str, ...]] = {
    MatchType.CONTAINS: ("", "contains", "contain", "includes"),
    MatchType.EXACT: ("exact", "exactly", "isexactly", "is", "equals"),
    MatchType.STARTS_WITH: ("startswith", "starts", "beginswith", "begins"),
    MatchType.ENDS_WITH: ("endswith", "ends"),
}
_DIRECTIONS: Mapping[str, tuple[str, ...]] = {
    Direction.ANY: ("", "any", "both", "either"),
    Direction.IN: ("moneyin", "in"),
    Direction.OUT: ("moneyout", "out"),
}
_ENABLED: Mapping[str, tuple[str, ...]] = {
    "yes": ("", "yes", "y", "true", "t", "1", "on", "x", "enabled", "active"),
    "no": ("no", "n", "false", "f", "0", "off", "disabled", "inactive"),
}


class Scope(StrEnum):
    FIRM = "firm"
    CLIENT = "client"


_SCOPES: Mapping[str, tuple[str, ...]] = {
    "": ("",),
    Scope.FIRM: ("firm", "firmwide", "all"),
    Scope.CLIENT: ("client",),
}


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """One line of the file. Client, account and vendor are written as people name them.

    What was read stands here as the Rules page itself writes it: "yes", "starts with", "1250.00".
    `line` is the line of the file that the record begins on, 0 where it comes from none.
    """

    number: str = ""
    enabled: str = "yes"
    priority: str = str(USUAL_PRIORITY)
    scope: str = Scope.FIRM.value
    client: str = ""
    account: str = ""
    match_type: str = MatchType.CONTAINS.value
    patterns: str = ""
    direction: str = Direction.ANY.value
    lowest_amount: str = ""
    highest_amount: str = ""
    vendor_code: str = ""
    vendor_name: str = ""
    gl_code: str = ""
    split_template: str = ""
    line: int = field(default=0, compare=False)


def record_of(
    rule: Rule,
    *,
    client: str = "",
    account: str = "",
    vendor_code: str = "",
    vendor_name: str = "",
    split_template: str = "",
) -> RuleRecord:
    """The rule as a record, with the names that people know for its ids."""
    return RuleRecord(
        number=str(rule.number or ""),
        enabled="yes" if rule.enabled else "no",
        priority=str(rule.priority),
        scope=Scope.CLIENT.value if rule.client_id else Scope.FIRM.value,
        client=client,
        account=account,
        match_type=rule.match_type.value,
        patterns=patterns_text(rule.patterns),
        direction=rule.direction.value,
        lowest_amount="" if rule.lowest is None else plain(rule.lowest),
        highest_amount="" if rule.highest is None else plain(rule.highest),
        vendor_code=vendor_code,
        vendor_name=vendor_name,
        gl_code=rule.gl_code,
        split_template=split_template,
    )


def rule_of(
    record: RuleRecord,
    rule_id: str = "",
    *,
    client_id: str = "",
    account_id: str = "",
    vendor_id: str = "",
    template_id: str = "",
) -> Rule:
    """The rule of a record that was read, with the ids of whom and what it names."""
    return Rule(
        id=rule_id,
        number=int(record.number or 0),
        patterns=parse_patterns(record.patterns),
        match_type=MatchType(record.match_type),
        client_id=client_id,
        account_id=account_id,
        direction=Direction(record.direction),
        lowest=parse_cents(record.lowest_amount) if record.lowest_amount else None,
        highest=parse_cents(record.highest_amount) if record.highest_amount else None,
        priority=int(record.priority),
        enabled=record.enabled == "yes",
        vendor_id=vendor_id,
        gl_code=record.gl_code,
        template_id=template_id,
    )


def squeezed(text: str) -> str:
    """A word as headers and values are compared: without case, blanks and marks."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def read_record(cells: Mapping[str, str], line: int) -> tuple[RuleRecord | None, list[str]]:
    """A record from texts as people write them, by field; or sentences on what is wrong.

    A blank value, or one that is not there, is the usual one: enabled, priority 5, contains, any
    direction; and firm, unless a client is named.
    """
    texts: dict[str, str] = {}
    faults: list[str] = []
    for name, text in ({"patterns": ""} | dict(cells)).items():
        try:
            texts[name] = _READ[name](text.strip(), HEADERS[name])
        except ValueError as wrong:
            faults.append(str(wrong))
    texts["scope"] = texts.get("scope") or (Scope.CLIENT if texts.get("client") else Scope.FIRM)
    record = RuleRecord(**texts, line=line)
    faults = faults or _faults(record)
    return (None if faults else record), faults


def _faults(record: RuleRecord) -> list[str]:
    vendor = record.vendor_code or record.vendor_name
    faults = validate(rule_of(record, vendor_id=vendor, template_id=record.split_template))
    if record.scope == Scope.CLIENT and not record.client:
        faults.append("The scope is client, but no client is named.")
    if record.scope == Scope.FIRM and record.client:
        faults.append("The scope is firm, but a client is named.")
    return faults


Reader = Callable[[str, str], str]


def _one_of(choices: Mapping[str, tuple[str, ...]]) -> Reader:
    def read(text: str, header: str) -> str:
        for value, spellings in choices.items():
            if squeezed(text) in spellings:
                return str(value)
        allowed = ", ".join(filter(None, choices))
        raise ValueError(f"{header} {text[:40]!r} is not one of {allowed}.")

    return read


def _text(text: str, _header: str) -> str:
    return text


def _number(text: str, header: str) -> str:
    if text and not (_WHOLE_NUMBER.fullmatch(text) and int(text)):
        raise ValueError(f"{header} {text[:40]!r} is not a whole number such as 14.")
    return str(int(text)) if text else ""


def _priority(text: str, header: str) -> str:
    if text and not _WHOLE_NUMBER.fullmatch(text):
        raise ValueError(f"{header} {text[:40]!r} is not a whole number such as {USUAL_PRIORITY}.")
    return str(int(text or USUAL_PRIORITY))


def _amount(text: str, header: str) -> str:
    number = text.replace("$", "", 1).strip()
    if _GROUPED.fullmatch(number):
        number = number.replace(",", "")
    try:
        return plain(parse_cents(number)) if number else ""
    except ValueError as wrong:
        raise ValueError(f"{header}: {wrong}.") from None


def _patterns(text: str, _header: str) -> str:
    try:
        return patterns_text(parse_patterns(text))
    except InvalidInput as wrong:
        raise ValueError(wrong.sentence) from None


_READ: Mapping[str, Reader] = dict.fromkeys(HEADERS, _text) | {
    "number": _number,
    "enabled": _one_of(_ENABLED),
    "priority": _priority,
    "scope": _one_of(_SCOPES),
    "match_type": _one_of(_MATCH_TYPES),
    "patterns": _patterns,
    "direction": _one_of(_DIRECTIONS),
    "lowest_amount": _amount,
    "highest_amount": _amount,
}
