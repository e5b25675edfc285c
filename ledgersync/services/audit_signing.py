"""Who signs the audit trail: the newest encryption key that is here, by its audit subkey.

Where no key is here the app works on: entries are chained but not signed, and log and check say so.
"""

import hmac
import logging
import time
from collections.abc import Callable

from ledgersync.domain.audit_trails import Check
from ledgersync.errors import VaultError
from ledgersync.services.master_keys import newest_first, sealing_key
from ledgersync.storage import connections
from ledgersync.storage.audit import Signature
from ledgersync.storage.engine import Database, Tx
from ledgersync.vault.keys import KeyStore
from ledgersync.vault.sealing import audit_signing, confirm

_log = logging.getLogger(__name__)

Sign = Callable[[str], str]

# A key that is missing is not looked for with every change: a keychain may take long to say no.
_LOOK_AGAIN_SECONDS = 30.0


class AuditSigner:
    """Keeps audit subkeys, never a master key; a change of keys is seen with the next entry."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._found: dict[tuple[str, str], Sign] = {}
        self._missing: dict[tuple[str, str], float] = {}
        self._warn_again = 0.0

    def __call__(self, tx: Tx) -> Signature | None:
        """What signs now: the newest key that is here; None when none is."""
        for key_id, check in newest_first(connections.live_key_checks(tx)):
            if sign := self._sign(key_id, check):
                return Signature(key_id, sign, self._fits(tx))
        self._warn()
        return None

    def _warn(self) -> None:
        if time.monotonic() >= self._warn_again:
            self._warn_again = time.monotonic() + _LOOK_AGAIN_SECONDS
            _log.warning(
                "The audit trail is written without a signature: no encryption key of this "
                "database is here. Restore the key from its recovery kit."
            )

    def _fits(self, tx: Tx) -> Check:
        """Like `check`, asking the database only when there is something to check."""

        def fits(key_id: str, message: str, mac: str) -> bool | None:
            return self.check(tx)(key_id, message, mac)

        return fits

    def check(self, tx: Tx) -> Check:
        """Tells whether a signature fits its message; None where its key is not here."""
        checks = connections.key_checks(tx)
        keys = {key_id: self._sign(key_id, check) for key_id, check in checks.items()}

        def fits(key_id: str, message: str, mac: str) -> bool | None:
            if key_id not in checks:
                return False  # no entry of ours names a key that the database never knew
            sign = keys[key_id]
            return hmac.compare_digest(sign(message).encode(), mac.encode()) if sign else None

        return fits

    def _sign(self, key_id: str, check: str) -> Sign | None:
        known = (key_id, check)
        if known not in self._found and time.monotonic() >= self._missing.get(known, 0.0):
            self._look(key_id, check)
        return self._found.get(known)

    def _look(self, key_id: str, check: str) -> None:
        try:
            key = self._keys.find(key_id)
            confirm(key, check)
        except VaultError:
            self._missing[key_id, check] = time.monotonic() + _LOOK_AGAIN_SECONDS
        else:
            self._found[key_id, check] = audit_signing(key)


def sign_with(database: Database, keys: KeyStore, *, required: bool = False) -> None:
    """Have a database's audit trail signed; a fresh installation makes its first key here.

    A key is only made where the database never knew one: a lost key is never replaced in silence.

    Raises:
        VaultError: when a signature is `required`, and no place can take the first key or a key
            file that is there can't be used by this account.
    """
    with database.reading() as tx:
        known = connections.key_checks(tx)
    if not known:
        _make_first_key(database, keys, required=required)
    elif required:
        keys.ids()  # a lost key is gone on without, one that is unsafe is not passed over
    database.signing = AuditSigner(keys)


def _make_first_key(database: Database, keys: KeyStore, *, required: bool) -> None:
    try:
        with database.writing() as tx:
            sealing_key(keys, tx)
    except VaultError:
        if required:
            raise
        # The signer says with each change that entries lack a signature, and so does a check.
