"""What the audit trail costs: writing 1,000 entries in one transaction, and checking 100,000.

    python -m tests.benchmarks.bench_audit

On SQLite, signed. Prints the processor's time, which other work on the machine does not change.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ledgersync.domain.actors import Actor
from ledgersync.services.audit_signing import sign_with
from ledgersync.services.audit_trail import verdict_on
from ledgersync.storage import audit
from ledgersync.storage.engine import Database
from ledgersync.storage.upgrading import upgrade
from ledgersync.vault.keys import KeyStore

ROBIN = Actor("robin", "Robin")
AT_ONCE, ROUNDS = 1_000, 100


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        keys = KeyStore(key_file=None, config_folder=place / "config", keychain=None)
        database = Database(f"sqlite:///{place / 'data' / 'ledgersync.db'}")
        upgrade(database)
        sign_with(database, keys)
        each = _timed(lambda: _write_all(database)) / ROUNDS
        print(f"{AT_ONCE:,} entries in one transaction: {each * 1000:.0f} ms")
        checked = _timed(lambda: _check(database, keys))
        print(f"{AT_ONCE * ROUNDS:,} entries checked: {checked:.1f} s")
        database.close()


def _write_all(database: Database) -> None:
    for _ in range(ROUNDS):
        _write(database)


def _write(database: Database) -> None:
    with database.writing() as tx:
        entries = (
            audit.entry(ROBIN, "edit", "transaction", f"{n:032x}", gl_code=["", "6250"])
            for n in range(AT_ONCE)
        )
        audit.record(tx, *entries)


def _check(database: Database, keys: KeyStore) -> None:
    with database.reading() as tx:
        verdict = verdict_on(tx, keys)
    assert verdict.intact
    assert verdict.signed == AT_ONCE * ROUNDS


def _timed(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


if __name__ == "__main__":
    main()
