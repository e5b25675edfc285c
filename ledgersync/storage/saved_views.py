"""Saved views: people's own names for what they filter and search on Review."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from ledgersync.domain.saved_views import SavedView
from ledgersync.storage.columns import new_id
from ledgersync.storage.workspace_tables import SAVED_VIEWS


def list_views(tx: Connection, user_id: str) -> list[SavedView]:
    """A person's views by name."""
    v = SAVED_VIEWS.c
    query = select(v.id, v.name, v.query).where(v.user_id == user_id)
    return [SavedView(*row) for row in tx.execute(query.order_by(func.lower(v.name), v.id))]


def add_view(tx: Connection, user_id: str, name: str, query: str, when: datetime) -> SavedView:
    view = SavedView(new_id(), name, query)
    values = {"id": view.id, "user_id": user_id, "name": name, "query": query, "at": when}
    tx.execute(insert(SAVED_VIEWS), [values])
    return view


def change_view(tx: Connection, view: SavedView, when: datetime) -> None:
    query = update(SAVED_VIEWS).where(SAVED_VIEWS.c.id == view.id)
    tx.execute(query.values(name=view.name, query=view.query, at=when))


def remove_view(tx: Connection, user_id: str, view_id: str) -> bool:
    """Whether the person had such a view."""
    mine = (SAVED_VIEWS.c.id == view_id) & (SAVED_VIEWS.c.user_id == user_id)
    return tx.execute(delete(SAVED_VIEWS).where(mine)).rowcount > 0
