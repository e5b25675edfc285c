"""The ledgersync command: which commands there are, and how each run ends.

A command's module is imported when the command runs: `ledgersync --help` needs no database.
"""

import logging
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from types import MappingProxyType
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Abort, TyperException
from typer.main import get_command, get_group

from ledgersync import __version__
from ledgersync.commands.output import complain, complain_of, say
from ledgersync.errors import LedgerSyncError

INTERRUPTED = 130

# Each command: the module in ledgersync/commands that has it, and what it does.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "run": ("running", "Start the app in the browser."),
        "demo": ("running", "Start the app with the demo firm, ready to click."),
        "demo-api": ("demo_api", "Start the demo LedgerSync server alone."),
        "connect": ("connection", "Verify a LedgerSync log-in and keep it encrypted."),
        "status": ("connection", "Show the connection, its age, and what is loaded."),
        "disconnect": ("connection", "Forget the LedgerSync log-in; data and decisions stay."),
        "sync": ("loading", "Load clients, accounts and transactions from LedgerSync."),
        "clients": ("books", "List the clients."),
        "accounts": ("books", "List a client's bank accounts."),
        "transactions": ("books", "List a bank account's transactions."),
        "import": ("statement_files", "Take in a bank statement file."),
        "export": ("exports", "Check a bank account's rows and write the file to import."),
        "rules": ("rules", "Import and export rules as a CSV file."),
        "categorise": (
            "categorise",
            "Propose a vendor and a GL code for every row of a file of transactions.",
        ),
        "api": ("feed_api", "Compare LedgerSync's API with the feed profile."),
        "firmadmin": (
            "firm_lists",
            "Take in lists of Accounting CS: clients, vendors, chart.",
        ),
        "keys": ("keys", "Show, change and retire encryption keys."),
        "users": ("users", "Invite and list people, turn their access off and on."),
        "audit": ("audit", "Show the audit trail, or check it."),
        "backup": ("backups", "Back the database up; the encryption key is not in it."),
        "restore": ("backups", "Put a backup in the place of the database."),
        "db": ("database", "Upgrade, check or move the database."),
        "doctor": ("doctor", "Check this installation, one line per check."),
    }
)

_log = logging.getLogger(__name__)


class Commands(TyperGroup):
    """Lists every command from COMMANDS and imports only the one that is asked for."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  handed through to typer
        super().__init__(**settings)
        for name, (_, summary) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=summary, rich_markup_mode=None))

    def resolve_command(
        self,
        ctx: Any,  # noqa: ANN401  typer's own context has no public type
        args: list[str],
    ) -> tuple[str | None, Any, list[str]]:
        if args[0] in COMMANDS:
            self.add_command(load_command(args[0]))
        return super().resolve_command(ctx, args)


def load_command(name: str) -> Any:  # noqa: ANN401  typer's command has no public type
    """The real command of that name."""
    module = import_module(f"ledgersync.commands.{COMMANDS[name][0]}")
    return get_group(module.app).commands[name]


app = typer.Typer(cls=Commands, rich_markup_mode=None, add_completion=False)


@app.callback(invoke_without_command=True)
def _ledgersync(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    """LedgerSync for Accounting CS: bank feeds in, files for Accounting CS out.

    Exit codes: 0 done, 1 failed, 2 wrong usage.
    """
    if version:
        say(f"ledgersync {__version__}")
    elif context.invoked_subcommand is None:
        say(context.get_help())


def main(args: Sequence[str] | None = None) -> int:
    """Run one command; everything that can be expected ends in one sentence on stderr.

    Returns:
        0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.
    """
    _take_any_terminal()
    try:
        code = get_command(app).main(args, prog_name="ledgersync", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _misused(error)
    except LedgerSyncError as error:
        complain_of(error)
        return 1
    except BrokenPipeError:
        return _nobody_reads()
    except Abort:
        code = INTERRUPTED
    except Exception:  # noqa: BLE001  a trace is for the log, not for people
        return _unexpected()
    if code == INTERRUPTED:
        complain("Stopped. What was finished is kept; run the same command again to go on.")
    return code if isinstance(code, int) else 0


def _take_any_terminal() -> None:
    """A sign that the terminal can't show becomes an escape instead of a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _misused(error: TyperException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "ledgersync"
    sentence = error.format_message()
    stop = "" if sentence.endswith((".", "?", "!")) else "."
    complain(f"{sentence}{stop} Run `{path} --help` to see what it takes.")
    return error.exit_code


def _nobody_reads() -> int:
    """The reader of a pipe has left, as `head` does: end quietly."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _unexpected() -> int:
    reference = secrets.token_hex(4)
    if os.environ.get("LEDGERSYNC_LOG_LEVEL", "").upper() == "DEBUG":
        from ledgersync.logs import configure_logging  # noqa: PLC0415  slow, rarely needed

        configure_logging("DEBUG", json=False)
    _log.debug("Unexpected error %s", reference, exc_info=True)
    complain(
        f"Something went wrong that should not have (reference {reference}). Run it again with "
        "LEDGERSYNC_LOG_LEVEL=DEBUG and send what it prints to support."
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
