"""The files of deploy/ and the words about them belong together; their lines do what they say."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ledgersync.config import PROJECT_ROOT
from tests.browser.documented import (
    DEPLOY,
    PROGRAMS,
    README,
    UNIT,
    block,
    replaced,
    run_lines,
    unit,
    variables,
)
from tests.browser.servers import Home

WORDS = DEPLOY / "README.md"


def test_the_unit_and_the_words_about_it_name_the_same_places() -> None:
    said, told = unit(), variables(block(WORDS, "LEDGERSYNC_MODE=hosted"))
    words = WORDS.read_text()
    for name in ("WorkingDirectory", "EnvironmentFile"):
        assert f"`{said[name]}`" in words
    assert said["ExecStart"].startswith(f"{said['WorkingDirectory']}/.venv/bin/ledgersync run ")
    # All else is read-only to the process.
    assert said["ProtectSystem"] == "strict"
    assert told["LEDGERSYNC_DATA_DIR"] == f"/var/lib/{said['StateDirectory']}"
    started = re.findall(r"ledgersync@(\d+)", block(WORDS, "systemctl enable"))
    assert f'LEDGERSYNC_APPS="{" ".join(f"127.0.0.1:{port}" for port in started)}"' in words


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd is not installed on this machine"
)
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    file = tmp_path / "ledgersync@8501.service"
    here = {"/opt/ledgersync/.venv/bin": str(PROGRAMS), "=/opt/ledgersync\n": f"={PROJECT_ROOT}\n"}
    file.write_text(replaced(UNIT.read_text(), here))
    done = subprocess.run(  # noqa: S603  systemd's own check
        ["systemd-analyze", "verify", str(file)],  # noqa: S607
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert [line for line in done.stderr.splitlines() if "ledgersync" in line] == []
    assert done.returncode == 0


# Stand-ins for what is not on a machine that tests: an editor with somebody at it, another user's
# rights, and containers, whose commands run here instead.
_STAND_INS = {
    "nano": 'cat "$SIGN_IN" > "$1"',
    "sudo": '[ "$1" = chown ] || { chmod u+w secrets/*; "$@"; chmod u-w secrets/*; }',
    "docker": """case "$*" in
    "compose up --detach --build") ledgersync db upgrade ;;
    "compose run --rm app1 "*) "${@:5}" ;;
    "compose run --rm --no-deps app1 "*) "${@:6}" ;;
    "compose exec app1 "*) "${@:4}" ;;
    "compose stop app1 app2" | "compose start app1 app2" | "compose restart app1 app2") ;;
    *) echo "docker $*: not known here" >&2; exit 2 ;;
esac""",
}


def _stand_ins(folder: Path) -> str:
    folder.mkdir()
    for name, does in _STAND_INS.items():
        file = folder / name
        file.write_text(f"#!/bin/bash\nset -e\n{does}\n")
        file.chmod(0o700)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.long
def test_the_lines_for_containers_found_a_firm_change_its_key_and_bring_a_backup_back(
    tmp_path: Path,
) -> None:
    sign_in = tmp_path / "typed"
    sign_in.write_text(block(README, "[auth]"))
    home = Home(
        tmp_path,
        "hosted",
        more={
            "LEDGERSYNC_KEY_FILE": str(tmp_path / "secrets" / "ledgersync.key"),
            "LEDGERSYNC_SECRETS_FILE": str(tmp_path / "secrets" / "sign-in.toml"),
            "PATH": _stand_ins(tmp_path / "bin"),
            "SIGN_IN": str(sign_in),
        },
    )

    def run(lines: str) -> str:
        return run_lines(lines, tmp_path, home.environment)

    run(block(WORDS, "docker compose up"))
    compose = (DEPLOY / "compose.yaml").read_text()
    kept = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "secrets").iterdir()}
    assert kept == {"ledgersync.key": 0o400, "sign-in.toml": 0o400}
    assert all(f"file: secrets/{name}" in compose for name in kept)
    needed = set(re.findall(r"\$\{(\w+):\?\}", compose))
    assert set(variables((tmp_path / ".env").read_text())) == needed

    assert "K2" in run(block(WORDS, "keys rotate"))
    backup = "docker compose exec app1 ledgersync backup"
    assert f"`{backup}`" in WORDS.read_text()
    run(backup)
    [made] = (tmp_path / "data" / "backups").glob("*.db")
    run(
        replaced(
            block(WORDS, "ledgersync restore"), {"/home/ledgersync/data/backups/FILE": f"{made}"}
        )
    )
    assert "you@firm.com" in run("ledgersync users list")
