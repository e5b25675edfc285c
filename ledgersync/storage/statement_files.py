"""Statement files that people imported, and the rows that came from them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, insert, select

from ledgersync.domain.statement_files import KnownRow
from ledgersync.storage.columns import in_parts
from ledgersync.storage.statement_file_tables import STATEMENT_FILES
from ledgersync.storage.tables import ACCOUNT_LOADS, SYNC_RUNS, TRANSACTIONS, USERS

_F = STATEMENT_FILES.c


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was taken in; its run is recorded like a load."""

    run_id: str
    account_id: str
    file_name: str
    sha256: str
    format: str
    statement_id: str


def add_file(tx: Connection, file: StoredFile) -> None:
    tx.execute(insert(STATEMENT_FILES), [asdict(file)])


def files_of(tx: Connection, account_id: str) -> dict[str, StoredFile]:
    """The files of an account, by run."""
    rows = tx.execute(select(STATEMENT_FILES).where(_F.account_id == account_id))
    return {row.run_id: StoredFile(*row) for row in rows}


def file_runs() -> ScalarSelect[str]:
    """The runs that took in a file, for queries that look at loads from LedgerSync alone."""
    return select(_F.run_id).scalar_subquery()


def imported_before(tx: Connection, account_id: str, sha256: str) -> tuple[datetime, str] | None:
    """When and by whom these very bytes were taken in last, where that still stands."""
    loads = ACCOUNT_LOADS.c
    query = (
        select(loads.at, USERS.c.name)
        .join(STATEMENT_FILES, _F.run_id == loads.run_id)
        .join(SYNC_RUNS, SYNC_RUNS.c.id == loads.run_id)
        .join(USERS, USERS.c.id == SYNC_RUNS.c.user_id)
        .where(_F.account_id == account_id, _F.sha256 == sha256, loads.undone_at.is_(None))
        .order_by(loads.at.desc())
        .limit(1)
    )
    row = tx.execute(query).one_or_none()
    return (row.at, row.name) if row else None


def known_rows(tx: Connection, account_id: str, keys: Iterable[str]) -> dict[str, KnownRow]:
    """Those of an account's rows that are stored under these keys."""
    t = TRANSACTIONS.c
    values = (t.date, t.amount, t.description, t.check_number)
    query = select(t.source_key, *values).where(t.account_id == account_id)
    return {
        row.source_key: KnownRow(*row[1:])
        for some in in_parts(keys)
        for row in tx.execute(query.where(t.source_key.in_(some)))
    }
