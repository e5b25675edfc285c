"""rules: import and export them as a CSV file, as the page Rules does."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from ledgersync.commands.choosing import chosen_client
from ledgersync.commands.opening import opened
from ledgersync.commands.options import JsonOption
from ledgersync.commands.output import complain, say, say_json
from ledgersync.commands.saving import read_whole, write_whole
from ledgersync.errors import ImportRejected, InvalidInput, RulesChanged
from ledgersync.services import rule_files
from ledgersync.services.rule_files import Fate, RuleLine, RulePreview

app = typer.Typer(rich_markup_mode=None)
rules = typer.Typer(rich_markup_mode=None)
app.add_typer(rules, name="rules")


@rules.callback()
def _rules() -> None:
    """Import and export rules as a CSV file.

    Columns, in any order: Number, Enabled, Priority, Scope (firm or client), Client, Account,
    Match Type, Patterns, Direction, Lowest Amount, Highest Amount, Vendor Code, Vendor Name,
    GL Code, Split Template. Only Patterns and what the rule sets must be there.
    """


@rules.command("import")
def import_rules(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The rules, .csv.", show_default=False)
    ],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
    ] = False,
    whole: Annotated[
        bool,
        typer.Option(
            "--all-or-nothing", help="Take in nothing when a line is rejected, and exit 1."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Take in rules from a CSV file.

    Prints how many rules are new, changed, unchanged and rejected. Rejected lines go to stderr,
    each with its number and the reason; the good ones are taken in all the same, in one step,
    unless --all-or-nothing is given. Rules that the file does not name stay, and the same file a
    second time changes nothing.

    Exit 0 when the good lines are in (or with --dry-run could be), 1 when none is good or the file
    as a whole is refused.

    The keys of --json: new, changed, unchanged, rejected, applied, remarks (a list), lines (a list
    of line, number (null for a new rule), result, words).
    """
    data = read_whole(file)
    with opened() as (actor, workspace):
        preview = rule_files.preview_rules(actor, workspace, file.name, data)
        rejected = preview.count(Fate.REJECTED)
        goes_in = len(preview.lines) > rejected and not (whole and rejected)
        applied = goes_in and not dry_run
        if applied and not rule_files.confirm_rules(actor, workspace, preview).applied:
            raise RulesChanged(
                "The rules were changed by somebody else at this very moment; nothing was taken "
                "in.",
                "Run the same command again.",
            )
    _tell(preview, applied=applied, as_json=as_json)
    if not goes_in:
        raise typer.Exit(_nothing_taken_in(preview))


@rules.command("export")
def export_rules(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write.", show_default=False)
    ],
    client: Annotated[
        str,
        typer.Option(
            "--client",
            metavar="NAME|ID",
            help="Only this client's own rules; all rules if left out.",
            show_default=False,
        ),
    ] = "",
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over a file of that name.")
    ] = False,
) -> None:
    """Write the rules to a CSV file, in the order in which they apply."""
    if file.exists() and not replace:
        raise InvalidInput(
            f"There is a file {file} already.", "Choose another name, or add --replace."
        )
    with opened() as (actor, workspace):
        client_id = chosen_client(actor, workspace, client).id if client else None
        data = rule_files.export_rules(actor, workspace, client_id)
    try:
        write_whole(file, data)
    except OSError as error:
        raise InvalidInput(
            f"The file {file} can't be written: {_why(error)}.", "Choose another place."
        ) from None
    count = _rules_in(data)
    say(f"{count:,} {'rule' if count == 1 else 'rules'} written to {file}.")


def _rules_in(data: bytes) -> int:
    """How many rules a file has; the name of a client may go over two of its lines."""
    _header, *records = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return len(records)


def _why(error: OSError) -> str:
    return (error.strerror or "no reason given").lower()


def _nothing_taken_in(preview: RulePreview) -> int:
    if preview.lines:
        complain("Nothing was taken in. Correct the lines above, then run it again.")
        return 1
    raise ImportRejected("The file has no rules below its header.", "Choose the file with rules.")


def _tell(preview: RulePreview, *, applied: bool, as_json: bool) -> None:
    if as_json:
        say_json(_as_json(preview, applied=applied))
        return
    for remark in preview.remarks:
        complain(remark)
    for line in preview.lines:
        if line.fate is Fate.REJECTED:
            complain(f"Line {line.line}: {line.words}")
    for line in preview.lines if not applied else ():
        if line.fate in {Fate.NEW, Fate.CHANGED}:
            say(f"Line {line.line}: {line.fate.value}: {line.words}")
    say(f"{preview.words()}.")


def _as_json(preview: RulePreview, *, applied: bool) -> dict[str, object]:
    return {
        **{fate.value: preview.count(fate) for fate in Fate},
        "applied": applied,
        "remarks": list(preview.remarks),
        "lines": [_line(line) for line in preview.lines],
    }


def _line(line: RuleLine) -> dict[str, object]:
    return {
        "line": line.line,
        "number": line.rule.number or None if line.rule else None,
        "result": line.fate.value,
        "words": line.words,
    }
