"""categorise: vendors and GL codes for a file of transactions, before anything is connected."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from ledgersync.commands.output import complain, say, table
from ledgersync.commands.saving import ready_folder, write_whole
from ledgersync.errors import InvalidInput
from ledgersync.services import categorising
from ledgersync.services.categorising import Categorised, Outcome
from ledgersync.services.file_knowledge import SourceFile

app = typer.Typer(rich_markup_mode=None)

TransactionsArgument = Annotated[
    Path,
    typer.Argument(
        metavar="TRANSACTIONS.csv", help="The rows to code: date, description, amount; also .xlsx."
    ),
]
OutOption = Annotated[
    Path, typer.Option("--out", metavar="OUT.csv", help="The file to write; replaced if there.")
]
HistoryOption = Annotated[
    Path | None,
    typer.Option(
        "--history",
        metavar="HISTORY.csv",
        help="Rows that people coded: the same columns, and vendor or gl_code or both.",
    ),
]
RulesOption = Annotated[
    Path | None,
    typer.Option("--rules", metavar="RULES.csv", help="Rules, as the page Rules exports them."),
]
VendorsOption = Annotated[
    Path | None,
    typer.Option(
        "--vendors", metavar="VENDORS.csv", help="Vendors: vendor_code, vendor_name, default_gl."
    ),
]
AllOption = Annotated[
    bool, typer.Option("--all-suggestions", help="Also fill in codes that are likelier wrong.")
]


@app.command()
def categorise(
    transactions: TransactionsArgument,
    out: OutOption,
    history: HistoryOption = None,
    rules: RulesOption = None,
    vendors: VendorsOption = None,
    *,
    all_suggestions: AllOption = False,
) -> None:
    """Propose a vendor and a GL code for every row of a file of transactions.

    Works from the files alone: no database, no network. At least one of --history, --rules and
    --vendors is needed. Columns are told by their headers, in any order and case; client and
    account help where they are given, and other columns are kept. A debit and a credit may stand
    for the amount; lines above the header are left out. Amounts may be written -1,234.50,
    (1,234.50), 1,234.50- or, in a whole file, -1.234,50, with CR or DR or a currency beside
    them; dates 2026-10-31 or 10/31/2026. All clients of the history teach, each its own rows most
    of all. A code in TRANSACTIONS itself teaches nothing.

    OUT has every row and column, in order, then vendor (its code, or else its name), gl_code,
    method (rule, ai, semantic, none), confidence (the probability of being right, the vendor's
    where only a vendor is given), why, status, and the next best codes gl_code_2 and gl_code_3,
    blank where a rule gives the code. The status is matched from .9 on where the row has its GL
    code, review from .5 on, and else unmatched: then vendor and gl_code stay blank, unless
    --all-suggestions is given. A column of TRANSACTIONS with one of these names becomes
    input_gl_code and so on. A row that can't be read is told with its line and kept, unmatched.

    OUT is UTF-8 for further programs, its cells exactly as they came: a text that begins with = is
    not guarded against spreadsheets.
    """
    start = time.perf_counter()
    sources = [path for path in (transactions, history, rules, vendors) if path]
    _require_something(history, rules, vendors)
    _require_another(out, sources)
    folder = ready_folder(out.parent)
    done = categorising.categorise(
        _source(transactions),
        _source(history) if history else None,
        _source(rules) if rules else None,
        _source(vendors) if vendors else None,
        all_suggestions=all_suggestions,
    )
    _write(folder / out.name, done.data)
    _tell(done, time.perf_counter() - start)


def _require_something(*files: Path | None) -> None:
    if not any(files):
        raise typer.BadParameter(
            "There is nothing to go by: give at least one of them.",
            param_hint="--history, --rules and --vendors",
        )


def _require_another(out: Path, sources: Iterable[Path]) -> None:
    """A file that is read is never written over."""
    if out.is_dir():
        raise typer.BadParameter(f"{out} is a folder; name a file in it.", param_hint="--out")
    for source in sources:
        if out.exists() and source.exists() and out.samefile(source):
            raise typer.BadParameter(f"{out} is a file to be read.", param_hint="--out")


def _source(path: Path) -> SourceFile:
    try:
        return SourceFile(path.name, path.read_bytes())
    except OSError as error:
        raise InvalidInput(
            f"The file {path} can't be read: {_why(error)}.", "Check its name and place."
        ) from None


def _write(path: Path, data: bytes) -> None:
    try:
        write_whole(path, data)
    except OSError as error:
        raise InvalidInput(
            f"The file {path} could not be written: {_why(error)}.", "Choose another with --out."
        ) from None


def _why(error: OSError) -> str:
    return (error.strerror or "no reason given").lower()


def _tell(done: Categorised, seconds: float) -> None:
    for remark in done.remarks:
        complain(remark)
    rows = [(method.value, f"{count:,}") for method, count in done.methods.items()]
    say(table(("method", "rows"), rows, numbers=("rows",)))
    outcomes = {outcome: f"{count:,}" for outcome, count in done.outcomes.items()}
    say(
        f"{done.rows:,} rows in {seconds:.1f} s: {outcomes[Outcome.MATCHED]} matched, "
        f"{outcomes[Outcome.REVIEW]} to review, {outcomes[Outcome.UNMATCHED]} unmatched."
    )
