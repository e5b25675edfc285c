"""Tables about people: their clients, their sign-ins, and who may use whose connection."""

from datetime import datetime

from sqlalchemy import Table
from sqlmodel import Field, SQLModel

from ledgersync.storage.columns import UtcDateTime
from ledgersync.storage.workspace_tables import METADATA

__all__ = ["METADATA"]


class ClientAssignmentRow(SQLModel, table=True):
    """A client that a member of staff works on; of no consequence for who sees all clients."""

    __tablename__ = "client_assignments"

    user_id: str = Field(primary_key=True, foreign_key="users.id")
    client_id: str = Field(primary_key=True, foreign_key="clients.id", index=True)


class SignInRow(SQLModel, table=True):
    """One sign-in with the company's account: `id` is a hash of what only its token says."""

    __tablename__ = "sign_ins"

    id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="users.id", index=True)
    began_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ConnectionShareRow(SQLModel, table=True):
    """A person who may load with somebody else's connection."""

    __tablename__ = "connection_shares"

    connection_id: str = Field(primary_key=True, foreign_key="connections.id")
    user_id: str = Field(primary_key=True, foreign_key="users.id")


CLIENT_ASSIGNMENTS: Table = METADATA.tables["client_assignments"]
SIGN_INS: Table = METADATA.tables["sign_ins"]
CONNECTION_SHARES: Table = METADATA.tables["connection_shares"]
