"""The hosted set-up as README.md and deploy/ write it: their own blocks and lines, to be run."""

import configparser
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ledgersync.config import PROJECT_ROOT

README = PROJECT_ROOT / "README.md"
DEPLOY = PROJECT_ROOT / "deploy"
UNIT = DEPLOY / "ledgersync@.service"
# What a server has in /opt/ledgersync/.venv/bin, and its path to it.
PROGRAMS = Path(sys.executable).parent
_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def block(document: Path, sign: str) -> str:
    """The one block of a document that holds these words."""
    [found] = [text for text in _BLOCK.findall(document.read_text()) if sign in text]
    return str(found)


def replaced(text: str, table: Mapping[str, str]) -> str:
    """The text with each part that only a real server has replaced; all of them must occur."""
    for written, here in table.items():
        assert written in text, f"{written!r} is not in the documented text any more"
        text = text.replace(written, here)
    return text


def variables(text: str) -> dict[str, str]:
    """The lines of an environment file; quotes around a value are not part of it."""
    return dict(part.split("=", 1) for part in shlex.split(text))


def run_lines(text: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Run shell lines in a folder, as somebody would who pastes them, and return what they say."""
    path = f"{PROGRAMS}{os.pathsep}{environment.get('PATH', os.defpath)}"
    done = subprocess.run(  # noqa: S603  the documents' own lines
        ["/bin/bash", "-euo", "pipefail", "-c", text],
        cwd=folder, env={**environment, "PATH": path}, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{text}\n{done.stderr}"
    return done.stdout


def unit() -> dict[str, str]:
    """What the systemd unit says of its process."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(UNIT)
    return dict(parser["Service"])


def unit_line(name: str, port: int) -> list[str]:
    """The unit's ExecStartPre or ExecStart for a port, with the programs of this machine."""
    here = {"/opt/ledgersync/.venv/bin": str(PROGRAMS)}
    line = replaced(unit()[name], here | ({"%i": str(port)} if name == "ExecStart" else {}))
    return shlex.split(line)
