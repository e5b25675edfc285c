"""demo-api: the demo LedgerSync server alone, for trying the client and for benchmarks."""

from typing import Annotated

import typer

from ledgersync import clock
from ledgersync.commands.output import say
from ledgersync.commands.stopping import stop_on_signals
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import Scale
from ledgersync.demo.server import DEMO_EMAIL, DEMO_PASSWORD, run

app = typer.Typer(rich_markup_mode=None)

_CLIENTS, _ACCOUNTS, _TRANSACTIONS = 12, 3, 500


@app.command("demo-api")
def demo_api(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="0 takes any free port.")
    ] = 8600,
    seed: Annotated[int, typer.Option("--seed", help="Another seed is another history.")] = 7,
    clients: Annotated[
        int | None, typer.Option("--clients", min=0, help="How many clients, for benchmarks.")
    ] = None,
    accounts: Annotated[
        int | None, typer.Option("--accounts", min=0, help="Bank accounts of each client.")
    ] = None,
    transactions: Annotated[
        int | None, typer.Option("--transactions", min=0, help="Transactions of each account.")
    ] = None,
    latency_ms: Annotated[
        int, typer.Option("--latency-ms", min=0, help="How long each answer is held back.")
    ] = 0,
) -> None:
    """Start the demo LedgerSync server alone.

    It speaks the default feed profile on this machine only, over the demo firm; with --clients,
    --accounts or --transactions over a firm of that size. Ctrl-C ends it.
    """
    firm = DemoFirm(seed, clock.today(), _scale(clients, accounts, transactions))
    stop_on_signals()
    run(firm, port, latency_ms, _tell)


def _scale(clients: int | None, accounts: int | None, transactions: int | None) -> Scale | None:
    if clients is accounts is transactions is None:
        return None
    return Scale(
        clients=_CLIENTS if clients is None else clients,
        accounts=_ACCOUNTS if accounts is None else accounts,
        transactions=_TRANSACTIONS if transactions is None else transactions,
    )


def _tell(url: str) -> None:
    say(f"LEDGERSYNC_API_URL={url}")
    say(f"e-mail: {DEMO_EMAIL}")
    say(f"password: {DEMO_PASSWORD}")
    say("Ctrl-C stops the server.")
    typer.get_text_stream("stdout").flush()
