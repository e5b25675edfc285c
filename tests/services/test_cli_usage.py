"""The command itself: what it lists, how each kind of ending looks, and how quickly it starts."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ledgersync import __version__, cli
from ledgersync.commands import opening
from ledgersync.commands.output import table

ROOT = Path(cli.__file__).parent.parent


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDGERSYNC_MODE", "local")
    monkeypatch.setenv("LEDGERSYNC_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LEDGERSYNC_CONFIG_DIR", str(tmp_path / "config"))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"ledgersync {__version__}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    shown = capsys.readouterr().out
    for name in cli.COMMANDS:
        assert f"\n  {name} " in shown


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_listed_command_exists_and_says_of_itself_what_the_list_says(name: str) -> None:
    command = cli.load_command(name)
    first_line = (command.help or "").partition("\n")[0]
    listed = cli.COMMANDS[name][1]
    assert first_line == listed


def test_help_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys; from ledgersync import cli; cli.main(['--help']);"
        "print([m for m in ('sqlalchemy', 'httpx', 'streamlit', 'xlsxwriter') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.splitlines()[-1] == b"[]"


def test_a_load_starts_without_what_only_matching_needs() -> None:
    code = (
        "import sys; from ledgersync.commands import loading;"
        "print([m for m in ('numpy', 'scipy', 'pandas', 'streamlit') if m in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.splitlines()[-1] == b"[]"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["exprt"], "Did you mean 'export'?"),
        (["clients", "--nope"], "No such option: --nope."),
        (["accounts"], "Missing option '--client'."),
        (["sync", "--from", "2026-13-01"], "'2026-13-01' is not a day such as"),
        (["sync", "--from", "0001-01-01"], "'0001-01-01' is not a day such as"),
        (["sync", "--to", "12/31/9999"], "'12/31/9999' is not a day such as"),
        (["sync", "--from", "2026-10-02", "--to", "10/01/2026"], "ends on 10/01/2026, before"),
        (["run", "--port", "99999"], "65535"),
        (["connect", "--email", "a@firm.example"], "--password-stdin"),
        (["api", "probe", "--password-stdin"], "It goes with --email."),
    ],
)
def test_wrong_usage_is_one_line_with_the_next_step(
    args: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(args) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert "--help` to see what it takes." in err
    assert err.count("\n") == 1


def test_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LEDGERSYNC_API_URL", "http://feed.example/api")
    for args in (["clients"], ["run"]):
        assert cli.main(args) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert "LEDGERSYNC_API_URL" in err
        assert err.count("\n") == 1


@pytest.mark.parametrize("level", ["", "DEBUG"])
def test_unexpected_error_is_a_sentence_and_its_trace_only_in_the_debug_log(
    level: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fall(*_args: object) -> None:
        raise RuntimeError("a bug with password=hunter2-secret")

    monkeypatch.setattr(opening, "read_settings", fall)
    monkeypatch.setenv("LEDGERSYNC_LOG_LEVEL", level)
    assert cli.main(["clients"]) == 1
    err = capsys.readouterr().err
    assert "(reference " in err
    assert ("RuntimeError" in err) == (level == "DEBUG")
    assert "hunter2-secret" not in err


def test_ctrl_c_says_that_it_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(opening, "read_settings", interrupt)
    assert cli.main(["clients"]) == 130
    assert "Stopped." in capsys.readouterr().err


def test_reader_that_leaves_a_pipe_is_no_error() -> None:
    command = [sys.executable, "-m", "ledgersync", "--help"]
    process = subprocess.Popen(  # noqa: S603  our own command
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(30)


def test_terminal_without_unicode_gets_escapes(tmp_path: Path) -> None:
    environment = {
        "PYTHONIOENCODING": "cp1252",
        "LEDGERSYNC_DATA_DIR": str(tmp_path / "data"),
        "LEDGERSYNC_CONFIG_DIR": str(tmp_path / "config"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "ledgersync", "accounts", "--client", "Caf\u00e9 \u65e5"],
        cwd=ROOT, env=environment, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"Caf\xe9 \\u65e5" in done.stderr
    assert b"ledgersync sync" in done.stderr


def test_table_takes_out_what_a_terminal_would_obey() -> None:
    shown = table(("name", "sum"), [("a\x1b[2Jb\nc\u202e", "5"), ("long name", "-10.00")], ("sum",))
    assert shown == "name          sum\na [2Jb c        5\nlong name  -10.00"


def test_lists_of_an_empty_database_are_empty_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["clients", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


@pytest.mark.parametrize(
    ("group", "words"),
    [("firmadmin", "Rejected lines go to stderr"), ("rules", "Columns, in any order")],
)
def test_a_group_of_commands_says_how_its_files_are_read(
    group: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([group, "--help"]) == 0
    assert words in " ".join(capsys.readouterr().out.split())
