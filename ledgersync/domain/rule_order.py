"""Moving a rule past its neighbour by the nearest priority that does it."""

from collections.abc import Iterable
from dataclasses import replace

from ledgersync.domain.rules import FIRST_PRIORITY, LAST_PRIORITY, Rule, precedence
from ledgersync.errors import InvalidInput


def moved(rule: Rule, everyone: Iterable[Rule], *, up: bool) -> Rule:
    """The rule with the priority that puts it before, or behind, its neighbour of the same scope.

    Raises:
        InvalidInput: when it is first or last already, or no priority from 1 to 10 can do it.
    """
    group = sorted((r for r in everyone if r.client_id == rule.client_id), key=precedence)
    place = [r.id for r in group].index(rule.id)
    beyond = place - 1 if up else place + 1
    if not 0 <= beyond < len(group):
        raise InvalidInput(
            f"Rule {rule.number} is the {'first' if up else 'last'} of its list already.",
            "There is nothing to move it past.",
        )
    return _past(rule, group[beyond], up=up)


def _past(rule: Rule, neighbour: Rule, *, up: bool) -> Rule:
    nearest = neighbour.priority
    for priority in (nearest, nearest + (1 if up else -1)):
        placed = replace(rule, priority=priority)
        if (precedence(placed) < precedence(neighbour)) == up:
            if LAST_PRIORITY <= priority <= FIRST_PRIORITY:
                return placed
            break
    other = "lower" if up else "higher"
    raise InvalidInput(
        f"Rule {neighbour.number} has priority {nearest} and goes "
        f"{'before' if up else 'after'} others of that priority.",
        f"Give rule {neighbour.number} a {other} priority.",
    )
