"""Grouping: the open rows of a list by what they read, for one decision a group."""

from collections.abc import Sequence

from ledgersync.domain.groups import Group, groups_of
from ledgersync.domain.transactions import Transaction
from ledgersync.services.suggesting import descriptor_of


def open_groups(rows: Sequence[Transaction]) -> list[Group]:
    """The rows still to review, grouped by normalised description, the largest group first."""
    return groups_of(rows, {row.id: descriptor_of(row.description) for row in rows})
