"""Closing the record of a load, however it ended; at once, or when the database is back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from ledgersync.errors import DatabaseUnavailable, LedgerSyncError
from ledgersync.services.workspace import Workspace
from ledgersync.storage import loads
from ledgersync.storage.engine import Tx
from ledgersync.storage.loads import AccountLoad


class Run(Protocol):
    """A load as far as its end is concerned."""

    workspace: Workspace
    run_id: str
    loads: list[AccountLoad]

    @property
    def state(self) -> str: ...


@contextmanager
def ended(run: Run) -> Iterator[None]:
    """Close the record of a run: done, failed, or left by the person.

    Raises:
        DatabaseUnavailable: as it came, saying how much was stored before.
    """
    state, sentence = "interrupted", ""
    try:
        yield
        state = run.state
    except DatabaseUnavailable as error:
        state, sentence = "failed", error.sentence
        raise _with_what_is_stored(error, run.loads) from None
    except LedgerSyncError as error:
        state, sentence = "failed", error.sentence
        raise
    finally:
        _close(run, state, sentence)


def close_those_left(tx: Tx, workspace: Workspace) -> list[str]:
    """Close the records that could not be; `forget` them when this transaction is kept."""
    left = dict(workspace.unclosed_loads)
    for run_id, (state, sentence) in left.items():
        loads.end_run(tx, run_id, state, sentence)
    return list(left)


def forget(workspace: Workspace, run_ids: Sequence[str]) -> None:
    for run_id in run_ids:
        workspace.unclosed_loads.pop(run_id, None)


def _close(run: Run, state: str, sentence: str) -> None:
    """Close it now or with the next load: what ended a load counts more than its record."""
    try:
        with run.workspace.database.writing() as tx:
            loads.end_run(tx, run.run_id, state, sentence)
    except DatabaseUnavailable:
        run.workspace.unclosed_loads[run.run_id] = (state, sentence)


def _with_what_is_stored(
    error: DatabaseUnavailable, stored: Sequence[AccountLoad]
) -> DatabaseUnavailable:
    there = sum(load.state != "failed" for load in stored)
    if not there:
        return error
    accounts = "bank account was" if there == 1 else "bank accounts were"
    return DatabaseUnavailable(
        error.sentence, f"{there} {accounts} loaded before that. Load again for the others."
    )
