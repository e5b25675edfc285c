"""Saved views: each person's own, by name; nobody sees or changes another's."""

from dataclasses import replace
from urllib.parse import parse_qsl

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.saved_views import SavedView
from ledgersync.errors import InvalidInput, NotFound
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.typed_texts import one_line, required
from ledgersync.services.workspace import Workspace
from ledgersync.storage import saved_views
from ledgersync.storage.turns import Turn, take_turn

__all__ = ["SavedView"]

NAME_LENGTH = 40
_QUERY_LENGTH = 1_000
_MOST = 50
_PARTS = {"show", "search", "order"}


def list_views(actor: Actor, workspace: Workspace) -> list[SavedView]:
    """The actor's views by name."""
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        return saved_views.list_views(tx, actor.user_id)


def save_view(actor: Actor, workspace: Workspace, name: str, query: str) -> SavedView:
    """Keep a view under a name; a name that the actor has already stands for the new view then.

    Args:
        actor: whose view it is.
        workspace: where it is kept.
        name: at most 40 characters; capital and small letters are one.
        query: the part of Review's URL that says show, search and order.

    Raises:
        InvalidInput: without a name, with one that is too long, for a query of anything else, or
            when there are too many views.
    """
    name = required(one_line(name, "name", NAME_LENGTH), "a name")
    if not _is_of_review(query):
        raise InvalidInput("This is not a view of Review.", "Choose filters on Review, then save.")
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        take_turn(tx, Turn.SAVED_VIEWS)
        mine = saved_views.list_views(tx, actor.user_id)
        same = next((one for one in mine if one.name.casefold() == name.casefold()), None)
        if same:
            view = replace(same, name=name, query=query)
            saved_views.change_view(tx, view, clock.now())
            return view
        if len(mine) >= _MOST:
            raise InvalidInput(f"You have {_MOST} views already.", "Delete one of them first.")
        return saved_views.add_view(tx, actor.user_id, name, query, clock.now())


def _is_of_review(query: str) -> bool:
    """Whether it is what a URL says of Review: its three parts, and signs that can be kept."""
    parts = {part for part, _ in parse_qsl(query)}
    return len(query) <= _QUERY_LENGTH and query.isprintable() and parts <= _PARTS


def delete_view(actor: Actor, workspace: Workspace, view_id: str) -> None:
    """Delete one of the actor's views.

    Raises:
        NotFound: when the actor has no such view.
    """
    with access.writing(workspace, actor, Permission.REVIEW) as tx:
        if not saved_views.remove_view(tx, actor.user_id, view_id):
            raise NotFound("There is no such view any more.", "Reload the page.")
