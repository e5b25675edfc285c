"""Saved views: a person's own name for what is filtered and searched on Review."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view of one person; `query` is its part of Review's URL."""

    id: str
    name: str
    query: str
