"""Where the master keys are kept, in which order they are looked for, and how a new one is made."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ledgersync.errors import KeyMismatch, KeyMissing, VaultError
from ledgersync.vault.keychain import Keychain, open_keychain
from ledgersync.vault.keyfile import KeyFile, alone_with
from ledgersync.vault.masterkey import MasterKey, new_key, require_key_id

__all__ = ["KeyPlace", "KeyStore", "Keychain", "MasterKey", "open_keychain"]

DEFAULT_FILE_NAME = "ledgersync.key"


@dataclass(frozen=True)
class KeyPlace:
    """What `keys show` tells of a place for keys; `note` says what is wrong with it."""

    source: str
    path: Path | None
    key_ids: tuple[str, ...]
    note: str


class KeyStore:
    """The keys of this installation: named key file, then keychain, then file in the config folder.

    A key file that a setting names takes every new key: where somebody chose the place, a key
    that silently went elsewhere would be missing from their backups.
    """

    def __init__(
        self,
        *,
        key_file: Path | None,
        config_folder: Path,
        keychain: Keychain | None,
        may_create_key_file: bool = True,
    ) -> None:
        self._named = KeyFile("key file", key_file, required=True) if key_file else None
        self._keychain = keychain
        self._default = KeyFile("config folder", config_folder / DEFAULT_FILE_NAME, required=False)
        self._may_create_key_file = may_create_key_file

    def find(self, key_id: str) -> MasterKey:
        """The key of that id, from the first place that has it.

        Raises:
            KeyMissing: when no place has it; says so if a place could not be asked.
            KeyUnsafe: when a key file on the way could be read or changed by others.
            VaultError: when a place on the way can't be read or holds something else.
            ValueError: for what is no key id.
        """
        require_key_id(key_id)
        unasked: KeyMissing | None = None
        for source in self._sources():
            try:
                key = source.find(key_id)
            except KeyMissing as error:
                unasked = unasked or error
            else:
                if key:
                    return key
        raise unasked or KeyMissing(key_id)

    def ids(self) -> tuple[str, ...]:
        """The ids of all keys found, in the order of the places.

        Raises:
            VaultError: as `find` does.
        """
        return tuple(dict.fromkeys(key_id for source in self._sources() for key_id in source.ids()))

    def create(self, key_id: str) -> MasterKey:
        """Make and keep the key of that id, or return it if a place has it already.

        Two that create at once get the same key. The caller sees to it that no row is sealed with
        a lost key of that id.

        Raises:
            KeyMissing: when the named key file is missing and may not be created.
            VaultError: when no place can take the key, or one can't be read.
            ValueError: for what is no key id.
        """
        return self._keep(key_id, None)

    def restore(self, key: MasterKey) -> None:
        """Keep a key that comes from its recovery kit.

        Raises:
            KeyMismatch: when a place has another key of that id; nothing is changed then.
            KeyMissing, VaultError: as `create` does.
        """
        if self._keep(key.id, key) != key:
            raise KeyMismatch(
                f"There is another key named {key.id} already.",
                "Check that this is the right recovery kit; the key in place was left as it is.",
            )

    def remove(self, key_id: str) -> tuple[str, ...]:
        """Take a key out of every place; the caller sees to it that nothing needs it any more.

        Returns:
            The names of the places that had it.

        Raises:
            VaultError: when a place can't be read or written.
            ValueError: for what is no key id.
        """
        require_key_id(key_id)
        with alone_with((self._named or self._default).path):
            return tuple(source.name for source in self._sources() if source.remove(key_id))

    def places(self) -> tuple[KeyPlace, ...]:
        """Every place in order, with the ids found there and never a key."""
        found = [_look(source) for source in self._sources()]
        if self._keychain is None:
            place = KeyPlace("keychain", None, (), "This machine has no keychain that can be used.")
            found.insert(len(found) - 1, place)
        return tuple(found)

    def _sources(self) -> tuple[KeyFile | Keychain, ...]:
        places = (self._named, self._keychain, self._default)
        return tuple(place for place in places if place)

    def _keep(self, key_id: str, given: MasterKey | None) -> MasterKey:
        require_key_id(key_id)
        if self._named and not self._may_create_key_file:
            self._named.find(key_id)  # raises when the file is missing
        with suppress(KeyMissing):  # where a key is given and its place can only be read, too
            return self.find(key_id)
        with alone_with((self._named or self._default).path):
            try:
                return self.find(key_id)
            except KeyMissing:
                key = given or new_key(key_id)
                self._add(key)
                return key

    def _add(self, key: MasterKey) -> None:
        if self._named:
            self._named.add(key)
        elif not (self._keychain and self._keychain.add(key)):
            self._default.add(key)


def _look(source: KeyFile | Keychain) -> KeyPlace:
    path = source.path if isinstance(source, KeyFile) else None
    try:
        ids = source.ids()
    except VaultError as error:
        return KeyPlace(source.name, path, (), str(error))
    note = "" if path is None or path.exists() else "The file does not exist."
    return KeyPlace(source.name, path, ids, note)
