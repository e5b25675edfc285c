"""Files of commands: read whole; saved whole or not at all, and never over another one."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from ledgersync.errors import InvalidInput

_STILL_THERE = "The export itself is kept: download it on the page Exports."


def read_whole(file: Path) -> bytes:
    """The bytes of a file that somebody named.

    Raises:
        InvalidInput: when there is none, or it can't be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"The file {file} can't be read: {_why(error)}.", "Check its name and place."
        ) from None


def ready_folder(folder: Path) -> Path:
    """The folder, made if missing and tried out, before anything is exported into it.

    Raises:
        InvalidInput: when no file can be written there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder.resolve()
    except OSError as error:
        raise InvalidInput(
            f"The folder {folder} can't take a file: {_why(error)}.", "Choose another with --out."
        ) from None


def save(folder: Path, name: str, data: bytes) -> Path:
    """Write the bytes under that name; a file of that name with the same bytes is left alone.

    Raises:
        InvalidInput: when another file has the name, or the disk does not take it.
    """
    path = folder / name
    try:
        if path.exists():
            _require_same(path, data)
        else:
            write_whole(path, data)
    except OSError as error:
        raise InvalidInput(
            f"The file {path} could not be written: {_why(error)}.", _STILL_THERE
        ) from None
    return path


def _require_same(path: Path, data: bytes) -> None:
    if path.read_bytes() != data:
        raise InvalidInput(f"Another file is at {path}, and was left as it is.", _STILL_THERE)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a passing name first: nobody ever sees half of it."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()


def _why(error: OSError) -> str:
    return (error.strerror or "it is not writable").lower()
