"""The files of deploy/ and the words about them belong together; their lines do what they say."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
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
    assert "(deploy/README.md)" in README.read_text()
    for name in ("WorkingDirectory", "EnvironmentFile"):
        assert f"`{said[name]}`" in words
    command = (DEPLOY / "ledgersync").read_text()
    assert f". {said['EnvironmentFile']}\n" in command
    program = f"{said['WorkingDirectory']}/.venv/bin/ledgersync"
    assert f'exec runuser -u {said["User"]} -- {program} "$@"' in command
    assert said["ExecStart"].startswith(f"{said['WorkingDirectory']}/.venv/bin/ledgersync run ")
    # All else is read-only to the process.
    assert said["ProtectSystem"] == "strict"
    assert told["LEDGERSYNC_DATA_DIR"] == f"/var/lib/{said['StateDirectory']}"
    started = re.findall(r"ledgersync@(\d+)", block(WORDS, "systemctl enable"))
    proxy = block(WORDS, "caddy.service.d")
    assert f'"LEDGERSYNC_APPS={" ".join(f"127.0.0.1:{port}" for port in started)}"' in proxy
    asked = set(re.findall(r"\{\$(\w+)\}", (DEPLOY / "Caddyfile").read_text()))
    assert set(re.findall(r'^Environment="(\w+)=', proxy, re.MULTILINE)) == asked


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


# The same on a server without containers, whose users and services are not here.
_SERVER_STAND_INS = {
    "nano": 'cat "$TYPED/$1" > "$1"',
    "useradd": "",
    "chown": "",
    "systemctl": "",
    "install": '[ "$4" != -g ] || set -- "${@:1:3}" "${@:6}"; /usr/bin/install "$@"',
    "runuser": 'printf "%s: " "$2"; [ "$2" = ledgersync ] || exit 0; exec "${@:4}"',
}


def _stand_ins(folder: Path, stand_ins: Mapping[str, str]) -> str:
    folder.mkdir()
    for name, does in stand_ins.items():
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
            "PATH": _stand_ins(tmp_path / "bin", _STAND_INS),
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
            block(WORDS, "--no-deps app1 ledgersync restore"),
            {"/home/ledgersync/data/backups/FILE": f"{made}"},
        )
    )
    assert "you@firm.com" in run("ledgersync users list")


@pytest.mark.skipif(os.name != "posix", reason="the lines are for a server with systemd")
@pytest.mark.long
def test_the_lines_for_a_server_found_a_firm_and_bring_a_backup_back(tmp_path: Path) -> None:
    opt, etc, sbin, var = (tmp_path / name for name in ("opt", "etc", "sbin", "var"))
    for folder in (opt / "deploy", etc / "systemd/system", etc / "caddy", sbin, tmp_path / "typed"):
        folder.mkdir(parents=True)
    places = {
        "/opt/ledgersync": str(opt), "/etc/": f"{etc}/", "/usr/local/sbin": str(sbin),
        "/var/lib/ledgersync": str(var),
    }  # fmt: skip

    def here(text: str) -> str:
        for written, place in places.items():
            text = text.replace(written, place)
        return text

    for file in DEPLOY.iterdir():
        if file.is_file():
            text = file.read_text().replace("/opt/ledgersync/.venv/bin", str(PROGRAMS))
            (opt / "deploy" / file.name).write_text(here(text))
    typed = replaced(
        here(block(WORDS, "LEDGERSYNC_MODE=hosted")),
        {"postgresql+psycopg://ledgersync:PASSWORD@127.0.0.1/": f"sqlite:///{var}/"},
    )
    (tmp_path / "typed" / "environment").write_text(typed)
    (tmp_path / "typed" / "sign-in.toml").write_text(block(README, "[auth]"))
    stand_ins = _stand_ins(tmp_path / "bin", _SERVER_STAND_INS)
    environment = {"PATH": f"{sbin}{os.pathsep}{stand_ins}", "TYPED": str(tmp_path / "typed")}

    def run(text: str) -> str:
        # The command in sbin goes before the one that tests would find first.
        return run_lines(f"PATH={environment['PATH']}\n{here(text)}", tmp_path, environment)

    lines = block(WORDS, "useradd")
    [install] = [line for line in lines.splitlines() if "pip install" in line]
    assert f"{install} && .venv/bin/ledgersync demo" in README.read_text()
    assert run(lines.replace(install, "")).count("postgres: ") == 2
    run(block(WORDS, "nano environment"))
    firm = etc / "ledgersync"
    kept = {file.name: file.stat().st_mode & 0o777 for file in (firm, *firm.iterdir())}
    assert kept == {
        "ledgersync": 0o750, "firm.key": 0o400, "sign-in.toml": 0o400, "environment": 0o600,
    }  # fmt: skip
    said = run(block(WORDS, "systemctl enable"))
    assert said.count("ledgersync: ") == 2
    assert (etc / "systemd/system/ledgersync@.service").is_file()

    made = run("ledgersync backup").split()[-1]
    assert Path(made).parent == var / "backups"
    run("ledgersync users invite dana@firm.com")
    run(replaced(block(WORDS, "start ledgersync@8501"), {"/var/lib/ledgersync/backups/FILE": made}))
    listed = run("ledgersync users list")
    assert "you@firm.com" in listed
    assert "dana@firm.com" not in listed
