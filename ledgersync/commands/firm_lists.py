"""firmadmin: take in the lists of clients, vendors and GL accounts that Accounting CS exports."""

from pathlib import Path
from typing import Annotated

import typer

from ledgersync.commands.choosing import chosen_client
from ledgersync.commands.opening import opened
from ledgersync.commands.options import JsonOption
from ledgersync.commands.output import complain, say, say_json
from ledgersync.commands.saving import read_whole
from ledgersync.errors import ImportRejected, ListChanged
from ledgersync.services import client_matching, firm_lists
from ledgersync.services.firm_lists import Fate, ListKind, ListLine, ListPreview

app = typer.Typer(rich_markup_mode=None)
firmadmin = typer.Typer(rich_markup_mode=None)
app.add_typer(firmadmin, name="firmadmin")

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="The list, .csv or .xlsx.", show_default=False)
]
ScopeOption = Annotated[
    str,
    typer.Option(
        "--client",
        metavar="NAME|ID",
        help="Whose list it is, by exact name or id; the whole firm's if left out.",
        show_default=False,
    ),
]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")
]
WholeOption = Annotated[
    bool,
    typer.Option("--all-or-nothing", help="Take in nothing when a line is rejected, and exit 1."),
]


@firmadmin.callback()
def _firmadmin() -> None:
    """Take in lists of Accounting CS: clients, vendors, chart.

    Columns are told by their headers, in any order and case; other columns are left out, as are
    titles, totals and page numbers that a report prints around its list. Prints
    how many lines are new, changed, unchanged and rejected. Rejected lines go to stderr, each with
    its number and the reason; the good ones are taken in all the same, in one step, unless
    --all-or-nothing is given. What a file does not list stays, an empty cell leaves what is
    stored, and the same file a second time changes nothing. The page Clients lists every import
    and can undo it.

    Exit 0 when the good lines are in (or with --dry-run could be), 1 when none is good or the file
    as a whole is refused.
    """


@firmadmin.command()
def clients(
    file: FileArgument,
    *,
    dry_run: DryRunOption = False,
    all_or_nothing: WholeOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take in the list of clients.

    Columns: Client Name, Client Code; also Client ID, E-mail, Status. Which of LedgerSync's
    clients each of them is, a person confirms on the page Clients.

    The keys of --json: see `ledgersync firmadmin vendors --help`.
    """
    _take_in(ListKind.CLIENTS, "", file, dry_run=dry_run, whole=all_or_nothing, as_json=as_json)


@firmadmin.command()
def vendors(
    file: FileArgument,
    client: ScopeOption = "",
    *,
    dry_run: DryRunOption = False,
    all_or_nothing: WholeOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take in a list of vendors.

    Columns: Vendor Code, Vendor Name; also Default GL Code, which must be in the chart.

    The keys of --json: kind, client (null for the whole firm), new, changed, unchanged, rejected,
    applied, remarks (a list), lines (a list of line, code, name, result, words).
    """
    _take_in(ListKind.VENDORS, client, file, dry_run=dry_run, whole=all_or_nothing, as_json=as_json)


@firmadmin.command()
def chart(
    file: FileArgument,
    client: ScopeOption = "",
    *,
    dry_run: DryRunOption = False,
    all_or_nothing: WholeOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take in a chart of accounts.

    Columns: Account, Account Description; also Type Code.

    The keys of --json: see `ledgersync firmadmin vendors --help`.
    """
    _take_in(ListKind.CHART, client, file, dry_run=dry_run, whole=all_or_nothing, as_json=as_json)


def _take_in(
    kind: ListKind, client: str, file: Path, *, dry_run: bool, whole: bool, as_json: bool
) -> None:
    data = read_whole(file)
    with opened() as (actor, workspace):
        client_id = chosen_client(actor, workspace, client).id if client else ""
        preview = firm_lists.preview_list(actor, workspace, kind, client_id, file.name, data)
        good = len(preview.lines) - preview.count(Fate.REJECTED)
        goes_in = good > 0 and not (whole and preview.count(Fate.REJECTED))
        applied = goes_in and not dry_run
        if applied:
            _require_applied(firm_lists.confirm_list(actor, workspace, preview))
        proposed = (
            len(client_matching.matching_list(actor, workspace).matching.proposals)
            if applied and kind is ListKind.CLIENTS
            else 0
        )
    _tell(preview, applied=applied, as_json=as_json)
    if proposed:
        alike = "looks like a client" if proposed == 1 else "look like clients"
        complain(f"{proposed} of them {alike} of LedgerSync: confirm it on the page Clients.")
    if not goes_in:
        raise typer.Exit(_nothing_taken_in(preview))


def _require_applied(confirmed: firm_lists.Confirmed) -> None:
    if not confirmed.applied:
        raise ListChanged(
            "The list was changed by somebody else at this very moment; nothing was taken in.",
            "Run the same command again.",
        )


def _nothing_taken_in(preview: ListPreview) -> int:
    if preview.lines:
        complain("Nothing was taken in. Correct the lines above, then run it again.")
        return 1
    raise ImportRejected(
        "The file has no lines below its header.", "Choose the file with the list."
    )


def _tell(preview: ListPreview, *, applied: bool, as_json: bool) -> None:
    if as_json:
        say_json(_as_json(preview, applied=applied))
        return
    for remark in preview.parsed.remarks:
        complain(remark)
    for line in preview.lines:
        if line.fate is Fate.REJECTED:
            complain(f"Line {line.line}: {line.words}")
    for line in preview.lines if not applied else ():
        if line.fate in {Fate.NEW, Fate.CHANGED}:
            say(f"Line {line.line}: {line.code} {line.name}: {line.words or line.fate.value}")
    say(f"{preview.words()}.")


def _as_json(preview: ListPreview, *, applied: bool) -> dict[str, object]:
    return {
        "kind": preview.kind.value,
        "client": preview.client_id or None,
        **{fate.value: preview.count(fate) for fate in Fate},
        "applied": applied,
        "remarks": list(preview.parsed.remarks),
        "lines": [_line(line) for line in preview.lines],
    }


def _line(line: ListLine) -> dict[str, object]:
    return {
        "line": line.line,
        "code": line.code,
        "name": line.name,
        "result": line.fate.value,
        "words": line.words,
    }
