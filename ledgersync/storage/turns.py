"""Turns: work that only one transaction at a time may do, whatever rows it touches."""

from enum import IntEnum

from sqlalchemy import Connection, func, select


class Turn(IntEnum):
    """Any fixed numbers; PostgreSQL keeps them apart for the whole database."""

    UPGRADE = 7_212_026
    SET_UP = 7_212_027
    CONNECTION = 7_212_028
    KEY = 7_212_029
    EXPORT_NUMBER = 7_212_030
    RULE_NUMBER = 7_212_031
    FIRM_LISTS = 7_212_032
    SAVED_VIEWS = 7_212_033
    PEOPLE = 7_212_034
    AUDIT = 7_212_035


def take_turn(tx: Connection, turn: Turn) -> None:
    """Wait for one's turn and keep it until the transaction ends.

    On SQLite every writer has waited already when its transaction began.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(turn.value)))
