"""import: take in a bank statement file for a bank that is not on the feed."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ledgersync import money
from ledgersync.commands.choosing import chosen_account
from ledgersync.commands.opening import opened
from ledgersync.commands.options import AccountOption, ClientOption, JsonOption
from ledgersync.commands.output import complain, say, say_json
from ledgersync.commands.saving import read_whole
from ledgersync.domain.actors import Actor
from ledgersync.errors import InvalidInput, ListChanged
from ledgersync.services import statement_files, suggesting
from ledgersync.services.statement_files import (
    ColumnChoice,
    FileLine,
    FilePreview,
    LineFate,
    Question,
    Reading,
)
from ledgersync.services.workspace import Workspace

app = typer.Typer(rich_markup_mode=None)


def _column(what: str) -> Any:  # noqa: ANN401  what typer calls an option has no type of its own
    return typer.Option(metavar="TITLE", help=f"The column of a table that holds {what}.")


_WHICH_WAY = (
    "The file does not tell whether {example} is money in or money out.",
    "Say it with --positive-is-in or --positive-is-out.",
)
_ASKED = {
    Question.DAY_FIRST: (
        "The dates of the file, such as {example}, can be meant with the month or the day first.",
        "Say it with --month-first or --day-first.",
    ),
    Question.POSITIVE_IS_OUT: _WHICH_WAY,
    Question.NEGATIVE_IS_IN: _WHICH_WAY,
}

_NAME_COLUMNS = (
    "Name them with --date-column, --description-column, and --amount-column, or --debit-column "
    "and --credit-column."
)


@app.command("import")
def import_(  # noqa: PLR0913  each is an option
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=f"The file: {statement_files.FORMATS}.", show_default=False
        ),
    ],
    client: ClientOption,
    account: AccountOption,
    *,
    file_account: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER", help="Which account of the file is meant, where it has several."
        ),
    ] = None,
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="How the file writes its dates."),
    ] = None,
    positive_is_out: Annotated[
        bool | None,
        typer.Option(
            "--positive-is-out/--positive-is-in", help="What the amounts without a minus are."
        ),
    ] = None,
    date_column: Annotated[str, _column("the dates")] = "",
    description_column: Annotated[str, _column("what the bank says of each row")] = "",
    amount_column: Annotated[str, _column("money in and money out")] = "",
    debit_column: Annotated[str, _column("money out, where money in has another")] = "",
    credit_column: Annotated[str, _column("money in")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would come in, and change nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take in a bank statement file.

    Prints how many rows are new, already there and rejected. Rejected lines go to stderr, each with
    its number and the reason; the others are taken in all the same, in one step. The same file a
    second time changes nothing. A row that LedgerSync or an earlier file may have brought already
    comes in, too: Review asks about the two. Changes on Review lists every import and can undo it.

    Exit 0 when the new rows are in (or with --dry-run could be) or none is new, 1 when all are
    rejected, the file as a whole is refused, or leaves open what only a person can say.

    The keys of --json: client, account, file, format, from, to, new, already_there, rejected,
    may_be_twice, money_in, money_out, closing_balance, closing_date, applied, notes (a list), lines
    (a list of line, result, date, description, amount, words).
    """
    data = read_whole(file)
    named = ColumnChoice(
        date_column, description_column, amount_column, debit_column, credit_column
    )
    reading = Reading(day_first, positive_is_out, file_account, _whole(named))
    with opened() as (actor, workspace):
        _, found = chosen_account(actor, workspace, client, account)
        preview = statement_files.preview_file(actor, workspace, found.id, file.name, data, reading)
        _require_understood(preview, file_account)
        applied = preview.changes and not dry_run
        if applied:
            _take_in(actor, workspace, preview)
    _tell(preview, applied=applied, as_json=as_json)
    if preview.lines and preview.count(LineFate.REJECTED) == len(preview.lines):
        kept = applied and preview.statement
        but = f"; only the balance of {kept.end:%m/%d/%Y} was kept" if kept else ""
        complain(f"No row came in, as every line was rejected{but}.")
        raise typer.Exit(1)


def _whole(named: ColumnChoice) -> ColumnChoice | None:
    if not (named.whole or named == ColumnChoice()):
        raise InvalidInput("These columns are not enough to read a statement by.", _NAME_COLUMNS)
    return named if named.whole else None


def _require_understood(preview: FilePreview, number: str | None) -> None:
    for question, example in preview.file.questions:
        if question is Question.COLUMNS:
            listed = ", ".join(repr(column.title) for column in preview.file.columns)
            raise InvalidInput(
                f"The file does not tell what its columns hold; they are: {listed}.", _NAME_COLUMNS
            )
        sentence, next_step = _ASKED[question]
        raise InvalidInput(sentence.format(example=repr(example)), next_step)
    if preview.chosen is None:
        listed = "; ".join(f"{a.id!r} ({a.label()})" for a in preview.file.accounts)
        sentence = (
            "The file holds several accounts."
            if number is None
            else f"The file has no account {number[:60]!r}."
        )
        raise InvalidInput(sentence, f"Name one with --file-account: {listed}.")
    if preview.blocked:
        raise InvalidInput(preview.blocked)


def _take_in(actor: Actor, workspace: Workspace, preview: FilePreview) -> None:
    if not statement_files.confirm_file(actor, workspace, preview).applied:
        raise ListChanged(
            "The bank account was changed by somebody else at this very moment; nothing was taken "
            "in.",
            "Run the same command again.",
        )
    suggesting.suggest(actor, workspace, [preview.account.id])


def _tell(preview: FilePreview, *, applied: bool, as_json: bool) -> None:
    if as_json:
        say_json(_as_json(preview, applied=applied))
        return
    for note in preview.notes:
        complain(note)
    for line in preview.lines:
        if line.fate is LineFate.REJECTED:
            complain(f"Line {line.line}: {line.words}")
    for line in preview.new if not applied else ():
        say(f"Line {line.line}: {_words(line, preview.account.currency)}")
    say(f"{preview.words()}.")
    if preview.asked:
        complain(_asked_words(preview.asked))


def _asked_words(count: int) -> str:
    rows, them = ("row may be one", "it") if count == 1 else ("rows may be some", "them")
    return (
        f"{count:,} new {rows} that LedgerSync or an earlier file brought already; Review asks "
        f"about {them}."
    )


def _words(line: FileLine, currency: str) -> str:
    if line.given is None:
        return line.words
    amount = money.dollars(line.given.amount, currency)
    return f"{line.given.date:%m/%d/%Y} {amount} {line.given.description}"


def _as_json(preview: FilePreview, *, applied: bool) -> dict[str, object]:
    days, statement = preview.days, preview.statement
    return {
        "client": preview.account.client_id,
        "account": preview.account.id,
        "file": preview.file_name,
        "format": preview.file.format,
        "from": days.start.isoformat() if days else None,
        "to": days.end.isoformat() if days else None,
        "new": preview.count(LineFate.NEW),
        "already_there": preview.count(LineFate.KNOWN),
        "rejected": preview.count(LineFate.REJECTED),
        "may_be_twice": preview.asked,
        "money_in": money.plain(preview.money_in),
        "money_out": money.plain(preview.money_out),
        "closing_balance": money.plain(statement.closing or 0) if statement else None,
        "closing_date": statement.end.isoformat() if statement else None,
        "applied": applied,
        "notes": list(preview.notes),
        "lines": [_line(line) for line in preview.lines],
    }


def _line(line: FileLine) -> dict[str, object]:
    given = line.given
    return {
        "line": line.line,
        "result": line.fate.name.lower(),
        "date": given.date.isoformat() if given else None,
        "description": given.description if given else None,
        "amount": money.plain(given.amount) if given else None,
        "words": line.words,
    }
