"""connect, status, disconnect: the way to LedgerSync."""

import getpass
import sys
from datetime import datetime
from typing import Annotated

import typer
from pydantic import SecretStr

from ledgersync import clock
from ledgersync.commands.opening import opened
from ledgersync.commands.options import JsonOption
from ledgersync.commands.output import complain, complain_of, say, say_json
from ledgersync.domain.actors import Actor
from ledgersync.domain.connections import Connection, ConnectionState
from ledgersync.domain.periods import this_month
from ledgersync.errors import FeedError, InvalidInput
from ledgersync.services import connecting, key_care, overview, syncing
from ledgersync.services.workspace import Workspace

app = typer.Typer(rich_markup_mode=None)

_LONGEST_LINE = 4096
_WORDS = {
    ConnectionState.NOT_CONNECTED: "LedgerSync is not connected.",
    ConnectionState.CHECKING: "The connection is being checked.",
    ConnectionState.CONNECTED: "LedgerSync is connected.",
    ConnectionState.FAILED: "The connection failed.",
    ConnectionState.LOCKED: "The stored log-in can't be opened.",
    ConnectionState.NEEDS_ATTENTION: "The connection needs attention.",
}
_HOW_TO_CONNECT = "Run `ledgersync connect --email E --password-stdin`."

EmailOption = Annotated[
    str, typer.Option("--email", metavar="E", help="The e-mail of the LedgerSync account.")
]
PasswordOption = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password, one line, from standard input."),
]


@app.command()
def connect(email: EmailOption, *, password_stdin: PasswordOption = False) -> None:
    """Verify a LedgerSync log-in and keep it encrypted.

    One log-in at LedgerSync, then the first sync of clients and bank accounts. A log-in that was
    stored before stays until the new one has worked. The password is never an argument:

      ledgersync connect --email you@firm.com --password-stdin < password-file

    Exit 0 only when connected.
    """
    password = read_password(password_stdin=password_stdin)
    with opened() as (actor, workspace):
        connecting.save_integration(actor, workspace, SecretStr(email), password)
        found = connecting.connection_state(actor, workspace)
        if not _worked(found):
            complain(found.attempt_sentence or _failure(found))
            if found.attempt_sentence and found.state is ConnectionState.CONNECTED:
                complain("The log-in that was stored before is still in place.")
            raise typer.Exit(1)
        say(f"Connected to LedgerSync as {found.masked_email}.")
        if key_id := key_care.kit_to_print(actor, workspace):
            say(f"Print the recovery kit of key {key_id}: ledgersync keys show --recovery-kit")
        _first_sync(actor, workspace)
        found = connecting.connection_state(actor, workspace)  # the sync may know better
        if found.state is not ConnectionState.CONNECTED:
            complain(_failure(found))
            raise typer.Exit(1)


@app.command()
def status(*, as_json: JsonOption = False) -> None:
    """Show the connection, its age, and what is loaded.

    Exit 0 when connected, else 1. The keys of --json: state (not_connected, checking, connected,
    failed, locked, needs_attention), failure (which thing failed, or null), sentence, next_step,
    checked_at (UTC) and checked_by, age (seconds since then, or null), client_count (clients that
    LedgerSync listed at the last check), clients, accounts and transactions (what is stored here).
    """
    with opened() as (actor, workspace):
        found = connecting.connection_state(actor, workspace)
        firm = overview.firm_standing(actor, workspace, this_month(clock.today()))
    document = {
        **_as_json(found),
        "clients": len(firm.clients),
        "accounts": firm.total("accounts"),
        "transactions": firm.transactions_ever,
    }
    if as_json:
        say_json(document)
    else:
        say(_in_words(found))
        counts = (f"{document[name]:,} {name}" for name in ("clients", "accounts", "transactions"))
        say(f"Stored here: {', '.join(counts)}.")
    if found.state is not ConnectionState.CONNECTED:
        raise typer.Exit(1)


@app.command()
def disconnect() -> None:
    """Forget the LedgerSync log-in; data and decisions stay.

    Clients, transactions, decisions and exports are kept, and are there after connecting again.
    """
    with opened() as (actor, workspace):
        connecting.disconnect(actor, workspace)
    say("Disconnected. The stored log-in was removed; clients and transactions stay.")


def read_password(*, password_stdin: bool) -> SecretStr:
    """The password: one line from standard input, asked for without echo at a terminal.

    Raises:
        BadParameter: without --password-stdin, the only way to give one.
        InvalidInput: when the line is no text.
    """
    if not password_stdin:
        raise typer.BadParameter(
            "The password is read from standard input: add --password-stdin and pipe it in.",
            param_hint="--password-stdin",
        )
    if sys.stdin.isatty():
        return SecretStr(getpass.getpass("LedgerSync password: "))
    line = sys.stdin.buffer.readline(_LONGEST_LINE)
    try:
        return SecretStr(line.decode("utf-8-sig").rstrip("\r\n"))
    except UnicodeDecodeError:
        raise InvalidInput(
            "The password on standard input is not UTF-8 text.", "Save or pipe it as UTF-8."
        ) from None


def _worked(found: Connection) -> bool:
    return found.state is ConnectionState.CONNECTED and not found.attempt_sentence


def _first_sync(actor: Actor, workspace: Workspace) -> None:
    """Bring clients and accounts; the log-in stays connected even if this has to wait."""
    try:
        report = syncing.sync_clients(actor, workspace)
    except FeedError as error:
        complain_of(error)
        complain("Clients and bank accounts come with the next `ledgersync sync`.")
        return
    say(f"{report.clients:,} clients, {report.accounts:,} bank accounts.")
    for problem in report.problems:
        complain(problem)


def _failure(found: Connection) -> str:
    sentence = found.sentence or _WORDS[found.state]
    return f"{sentence} {found.next_step or _HOW_TO_CONNECT}"


def _in_words(found: Connection) -> str:
    if found.state is not ConnectionState.CONNECTED:
        return _failure(found)
    lines = [f"{_WORDS[found.state]} Log-in {found.masked_email}."]
    if found.checked_at:
        when = f"{found.checked_at.astimezone():%m/%d/%Y %H:%M}"
        lines.append(f"Checked {when} by {found.checked_by}, {_ago(found.checked_at)} ago.")
    if found.attempt_sentence:
        lines.append(f"The newest attempt to replace it failed: {found.attempt_sentence}")
    return "\n".join(lines)


def _as_json(found: Connection) -> dict[str, object]:
    return {
        "state": found.state.value,
        "failure": found.failure.value if found.failure else None,
        "sentence": found.sentence or _WORDS[found.state],
        "next_step": found.next_step,
        "checked_at": found.checked_at.isoformat() if found.checked_at else None,
        "checked_by": found.checked_by,
        "age": _seconds(found.checked_at) if found.checked_at else None,
        "client_count": found.client_count,
    }


def _seconds(moment: datetime) -> int:
    return max(int((clock.now() - moment).total_seconds()), 0)


def _ago(moment: datetime) -> str:
    seconds = _seconds(moment)
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count = seconds // size
        if count:
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "a moment"
