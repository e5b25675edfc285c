"""The key file: read only when nobody else can read it, and written so that no key is ever lost.

One key a line, `K1 <base64 of 32 bytes>`; `#` starts a comment.
"""

import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledgersync.errors import KeyMissing, KeyUnsafe, VaultError
from ledgersync.vault.masterkey import MasterKey, read_written, written

MAX_FILE_BYTES = 64 * 1024
PRIVATE_MODES = frozenset({0o400, 0o600})
_EXTRA_FLAGS = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe in the key file's place must not hold us up
    | getattr(os, "O_BINARY", 0)
)
_ONLY_YOU = "Make it a plain file that only its owner can read (chmod 600), then start again."
_EDIT = "Correct the line or restore the file, then start again."


@dataclass(frozen=True)
class KeyFile:
    """A file of keys. `required` when a setting names it: then it has to be there."""

    name: str
    path: Path
    required: bool

    def find(self, key_id: str) -> MasterKey | None:
        """The key of that id, None when the file has none.

        Raises:
            KeyMissing: when the file has to exist and doesn't.
            KeyUnsafe: when others could read or change it.
            VaultError: when it can't be read or holds something else.
        """
        if self.required and not os.path.lexists(self.path):
            raise KeyMissing(
                key_id,
                f"The encryption key {key_id} was not found: the key file {self.path} named by "
                "LEDGERSYNC_KEY_FILE does not exist.",
                "Put the key file back or correct the setting, then start again.",
            )
        return self._keys().get(key_id)

    def ids(self) -> tuple[str, ...]:
        return tuple(self._keys())

    def add(self, key: MasterKey) -> None:
        """Add a key on stable storage; call it under `alone_with` this file.

        Raises:
            VaultError: when the file can't be written; what it held is still there then.
        """
        try:
            before = _read_private(self.path)
            if before is None:
                _create(self.path, _line(key))
            else:
                # What can't be read back must not be rewritten either.
                _parse(self.path, before)
                gap = b"" if not before or before.endswith(b"\n") else b"\n"
                _replace(self.path, before + gap + _line(key))
        except OSError as error:
            raise _not_written(self.path, error) from None

    def remove(self, key_id: str) -> bool:
        """Take a key out, leaving every other line as it is; call it under `alone_with` this file.

        Returns:
            Whether it was there.

        Raises:
            VaultError: when the file can't be read or written; what it held is still there then.
        """
        before = _read_private(self.path)
        if before is None or key_id not in _parse(self.path, before):
            return False
        lines = before.splitlines(keepends=True)
        rest = [line for line in lines if line.split()[:1] != [key_id.encode("ascii")]]
        try:
            _replace(self.path, b"".join(rest))
        except OSError as error:
            raise _not_written(self.path, error) from None
        return True

    def _keys(self) -> dict[str, MasterKey]:
        content = _read_private(self.path)
        return {} if content is None else _parse(self.path, content)


@contextmanager
def alone_with(path: Path) -> Iterator[None]:
    """Hold other processes and threads back that want to write the same key file.

    Makes the folder, readable by its owner alone, when it isn't there yet.
    """
    try:
        descriptor = _locked(path)
    except OSError as error:
        raise _not_written(path, error) from None
    try:
        yield
    finally:
        os.close(descriptor)  # gives the lock back


def _locked(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_RDWR | os.O_CREAT | _EXTRA_FLAGS
    descriptor = os.open(path.with_name(path.name + ".lock"), flags, 0o600)
    try:
        _wait_for_lock(descriptor)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _wait_for_lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  exists on Windows only

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl  # noqa: PLC0415  exists on the other systems only

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _read_private(path: Path) -> bytes | None:
    """The file's bytes, None when there is no file.

    The checks are made on the open file, so that nothing can be exchanged between check and read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | _EXTRA_FLAGS)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _not_opened(path, error) from None
    try:
        _require_private(path, os.fstat(descriptor))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise _not_opened(path, error) from None
    finally:
        os.close(descriptor)
    if len(content) > MAX_FILE_BYTES:
        raise VaultError(f"The key file {path} is too large to be a key file.", _EDIT)
    return content


def _require_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyUnsafe(f"The key file {path} is not a plain file.", _ONLY_YOU)
    if sys.platform == "win32":
        return  # mode bits say nothing there: the folder's access list protects the file
    mode = stat.S_IMODE(status.st_mode)
    if mode not in PRIVATE_MODES:
        raise KeyUnsafe(
            f"The key file {path} has permissions {mode:04o}; only 0400 and 0600 are safe.",
            _ONLY_YOU,
        )
    if status.st_uid not in {os.geteuid(), 0}:
        raise KeyUnsafe(
            f"The key file {path} belongs to another user.",
            "Run the command as the user that the app runs as; the file has to belong to it.",
        )


def _parse(path: Path, content: bytes) -> dict[str, MasterKey]:
    """The keys by id, in the file's order."""
    keys: dict[str, MasterKey] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        words = line.partition(b"#")[0].split()
        if not words:
            continue
        key = _parse_line(path, number, words)
        if key.id in keys:
            raise VaultError(f"Line {number} of the key file {path} names {key.id} again.", _EDIT)
        keys[key.id] = key
    return keys


def _parse_line(path: Path, number: int, words: list[bytes]) -> MasterKey:
    try:
        key_id, material = (word.decode("ascii") for word in words)
        return read_written(key_id, material)
    except ValueError:
        raise VaultError(
            f"Line {number} of the key file {path} is not a key id and a key.", _EDIT
        ) from None


def _line(key: MasterKey) -> bytes:
    return f"{key.id} {written(key)}\n".encode("ascii")


def _create(path: Path, content: bytes) -> None:
    """Write a new file; with O_EXCL, so that a file that is there already is never touched."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _EXTRA_FLAGS, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()
        raise
    _sync_folder(path.parent)


def _replace(path: Path, content: bytes) -> None:
    """Put another file in the place of the old one: at every moment one of the two is there."""
    owner = path.lstat()
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}.new")
    _create(fresh, content)
    try:
        if sys.platform != "win32" and owner.st_uid != os.geteuid():
            os.chown(fresh, owner.st_uid, owner.st_gid)  # an administrator adds for the service
        fresh.replace(path)
    except OSError:
        fresh.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # folders can't be opened there, and NTFS journals their entries
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_opened(path: Path, error: OSError) -> VaultError:
    if error.errno == errno.ELOOP:
        return KeyUnsafe(f"The key file {path} is a link to another file.", _ONLY_YOU)
    return VaultError(
        f"The key file {path} can't be read: {error.strerror}.",
        "Give the account that runs LedgerSync access to it, then start again.",
    )


def _not_written(path: Path, error: OSError) -> VaultError:
    return VaultError(
        f"The key file {path} can't be written: {error.strerror}.",
        "Give the account that runs LedgerSync access to its folder, or add the key by hand.",
    )
