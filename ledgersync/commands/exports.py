"""export: pre-flight, then the file, with its figures."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ledgersync import money
from ledgersync.commands.choosing import chosen_account
from ledgersync.commands.opening import opened
from ledgersync.commands.options import AccountOption, ClientOption, JsonOption, day, period
from ledgersync.commands.output import complain, say, say_json
from ledgersync.commands.saving import ready_folder, save
from ledgersync.domain.actors import Actor
from ledgersync.errors import ExportRefused
from ledgersync.services import exporting
from ledgersync.services.exporting import ExportRequest, Finding, Guard, Preflight
from ledgersync.services.workspace import Workspace

app = typer.Typer(rich_markup_mode=None)

_LAYOUTS = tuple(layout.name for layout in exporting.layouts())


@app.command()
def export(  # noqa: PLR0913, PLR0917  the options of a file
    client: ClientOption,
    account: AccountOption,
    start: Annotated[date, typer.Option("--from", parser=day, metavar="DATE", help="First day.")],
    end: Annotated[date, typer.Option("--to", parser=day, metavar="DATE", help="Last day.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder for the file; made if missing.")
    ],
    layout: Annotated[
        str, typer.Option("--layout", metavar="L", help=f"One of {', '.join(_LAYOUTS)}.")
    ] = _LAYOUTS[0],
    profile: Annotated[
        Guard, typer.Option("--profile", help="Guard texts against spreadsheets, or don't.")
    ] = Guard.EXCEL_SAFE,
    override: Annotated[
        str | None,
        typer.Option(
            "--override",
            metavar="REASON",
            help="Export in spite of blocking findings; the reason is recorded.",
        ),
    ] = None,
    *,
    include_unreviewed: Annotated[
        bool, typer.Option("--include-unreviewed", help="Take in rows still to review.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Take in rows that were exported before.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check a bank account's rows and write the file to import.

    Findings of the pre-flight go to stderr. Errors among them block the file; warnings count as
    confirmed by running this command, and are recorded with the export. Prints the file's path,
    its rows, their sum and the sha256 of its bytes. Exit 1 without a file when it is blocked or
    nothing is left to export.

    The keys of --json: path, rows, sum (a string), sha256, number, layout, audit_head (the newest
    entry of the audit trail when the file left: its number and its link), findings (a list of kind,
    severity, sentence).
    """
    _require_layout(layout)
    _require_reason(override)
    days = period(start, end)
    folder = ready_folder(out)
    with opened() as (actor, workspace):
        _, found = chosen_account(actor, workspace, client, account)
        request = ExportRequest(
            account_id=found.id,
            period=days,
            layout=layout,
            guard=profile,
            include_unreviewed=include_unreviewed,
            again=again,
            override_reason=override or "",
        )
        found_before = _pre_flight(actor, workspace, request)
        confirmed = replace(request, confirmed=found_before.warned_of)
        batch = exporting.export(actor, workspace, confirmed)
        file = exporting.download(actor, workspace, batch.id)
        path = save(folder, file.name, file.data)
    for sentence in exporting.changed_texts(batch):
        complain(f"info: {sentence}")
    figures = {
        "path": str(path),
        "rows": batch.rows,
        "sum": money.plain(batch.total),
        "sha256": batch.sha256,
    }
    if as_json:
        head = {"entry": batch.audit_seq, "link": batch.audit_chain}
        more = {"number": batch.number, "layout": batch.layout, "audit_head": head}
        say_json(figures | more | {"findings": [_as_json(f) for f in found_before.findings]})
    else:
        for name, value in figures.items():
            say(f"{name}: {value}")


def _pre_flight(actor: Actor, workspace: Workspace, request: ExportRequest) -> Preflight:
    """Print the findings.

    Raises:
        ExportRefused: when some block the file and no reason was given to override them.
    """
    found = exporting.check_export(actor, workspace, request)
    if not found.rows:
        return found  # what is left out is told with the refusal
    for finding in found.findings:
        complain(f"{finding.severity.value}: {finding.sentence} {finding.next_step}")
    if found.final:
        raise ExportRefused(
            "The file was not written, because the errors above block it.", found.final[0].next_step
        )
    if found.blocking and not request.override_reason:
        raise ExportRefused(
            "The file was not written, because the errors above block it.",
            "Correct these rows, or give a reason with --override REASON.",
        )
    return found


def _require_layout(name: str) -> None:
    if name not in _LAYOUTS:
        raise typer.BadParameter(
            f"{name[:40]!r} is none of {', '.join(_LAYOUTS)}.", param_hint="--layout"
        )


def _require_reason(override: str | None) -> None:
    if override is not None and not override.strip():
        raise typer.BadParameter(
            "A reason in words is needed: it is recorded.", param_hint="--override"
        )


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "sentence": finding.sentence,
    }
