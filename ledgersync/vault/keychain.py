"""The desktop's keychain as a place for keys: one entry a key, and one that lists the key ids."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked

from ledgersync.errors import KeyMismatch, KeyMissing, VaultError
from ledgersync.vault.masterkey import KEY_ID, MasterKey, read_written, written

SERVICE: Final = "LedgerSync for Accounting CS"
_LIST_OF_IDS: Final = "key ids"
# Backends that encrypt under the person's log-in; all others write in the clear, or nothing.
_REAL_BACKENDS = frozenset(
    f"keyring.backends.{name}"
    for name in ("SecretService", "Windows", "kwallet", "libsecret", "macOS")
)
Answer = TypeVar("Answer")
_UNLOCK = "Unlock the keychain, then try again."


class _Silent(Exception):  # noqa: N818  never leaves this module
    """The keychain did not answer; `locked` when a person can change that."""

    def __init__(self, *, locked: bool) -> None:
        super().__init__()
        self.locked = locked


@dataclass(frozen=True)
class Keychain:
    """Keys in the keychain of the person who runs the app."""

    backend: KeyringBackend = field(repr=False)
    name: str = "keychain"

    def find(self, key_id: str) -> MasterKey | None:
        """The key of that id, None when the keychain has none.

        Raises:
            KeyMissing: when the keychain is locked or does not answer.
            VaultError: when the entry holds something else.
        """
        try:
            return self._read(key_id)
        except _Silent as silent:
            state = "is locked" if silent.locked else "does not answer"
            raise KeyMissing(
                key_id,
                f"The encryption key {key_id} was not found, and the keychain {state}.",
                f"{_UNLOCK} Or restore the key from its recovery kit.",
            ) from None

    def ids(self) -> tuple[str, ...]:
        """The ids of the keys that the app put there; none when the keychain does not answer."""
        try:
            listed = (self._get(_LIST_OF_IDS) or "").split()
        except _Silent:
            return ()
        return tuple(key_id for key_id in listed if KEY_ID.fullmatch(key_id))

    def add(self, key: MasterKey) -> bool:
        """Add a key and read it back; False when this keychain can't hold keys.

        Raises:
            KeyMismatch: when it holds another key of that id.
            VaultError: when it is locked: what is in there must be known before a key is made.
        """
        try:
            return self._add(key)
        except _Silent as silent:
            if silent.locked:
                raise VaultError("The keychain is locked.", _UNLOCK) from None
            return False

    def remove(self, key_id: str) -> bool:
        """Take a key out; False when it is not there, or the keychain does not answer.

        Raises:
            VaultError: when it is locked.
        """
        try:
            if self._get(key_id) is None:
                return False
            self._set(_LIST_OF_IDS, " ".join(id_ for id_ in self.ids() if id_ != key_id))
            _ask(lambda: self.backend.delete_password(SERVICE, key_id))
        except _Silent as silent:
            if silent.locked:
                raise VaultError("The keychain is locked.", _UNLOCK) from None
            return False
        return True

    def _add(self, key: MasterKey) -> bool:
        if self._get(key.id) is None:
            self._set(key.id, written(key))
        kept = self._read(key.id)
        if kept is None:
            return False
        if kept != key:
            raise KeyMismatch(
                f"The keychain holds another key named {key.id}.",
                "Check which of the two is the right one before you change either.",
            )
        listed = self.ids()
        if key.id not in listed:
            self._set(_LIST_OF_IDS, " ".join([*listed, key.id]))
        return True

    def _read(self, key_id: str) -> MasterKey | None:
        text = self._get(key_id)
        if text is None:
            return None
        try:
            return read_written(key_id, text)
        except ValueError:
            raise VaultError(
                f'The keychain entry {key_id} of "{SERVICE}" is not a key.',
                "Restore the key from its recovery kit.",
            ) from None

    def _get(self, entry: str) -> str | None:
        return _ask(lambda: self.backend.get_password(SERVICE, entry))

    def _set(self, entry: str, text: str) -> None:
        _ask(lambda: self.backend.set_password(SERVICE, entry, text))


def _ask(question: Callable[[], Answer]) -> Answer:
    try:
        return question()
    except KeyringLocked:
        raise _Silent(locked=True) from None
    except Exception:  # noqa: BLE001  backends raise whatever their desktop's bus raises
        raise _Silent(locked=False) from None


def open_keychain() -> Keychain | None:
    """The keychain of this desktop, None where there is none that encrypts.

    It only looks which keychain there is: it asks nothing of a person and never raises.
    """
    try:
        chosen = keyring.get_keyring()
        candidates = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
        real = [backend for backend in candidates if type(backend).__module__ in _REAL_BACKENDS]
    except Exception:  # noqa: BLE001  no keychain is an answer, whatever the reason
        return None
    return Keychain(real[0]) if real else None
