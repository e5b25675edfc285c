"""Opening the demo: its own server, its own database, and a firm that is in the middle of a month.

Everything comes through the ways that a firm's own data takes: the feed client, the services.
"""

import atexit
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from pydantic import SecretStr

from ledgersync import clock
from ledgersync.config import Settings
from ledgersync.demo.days import first_of, last_of
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.papers import bring_statements
from ledgersync.demo.records import DemoAccount, DemoCoding
from ledgersync.demo.rules import write_rules
from ledgersync.demo.server import DemoServer
from ledgersync.demo.splits import write_split_templates
from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.decisions import Edit
from ledgersync.domain.gl_masks import mask_of
from ledgersync.domain.periods import Period, last_month
from ledgersync.domain.splits import divide
from ledgersync.domain.transactions import Status, Transaction
from ledgersync.errors import ExportRefused, NothingToExport
from ledgersync.services import (
    acs_settings,
    client_records,
    connecting,
    exporting,
    loading,
    pairing,
    reviewing,
    split_templates,
    suggesting,
    syncing,
)
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.split_templates import TemplateList
from ledgersync.services.workspace import Workspace, local_actor, open_workspace
from ledgersync.storage import charts, clients, installation, users
from ledgersync.storage.users import User

SEED = 7
_READY = "demo_ready"
_BOOKKEEPER = User("demo-bookkeeper", "Dana Whitfield", Role.STAFF, disabled=False)
# Of each three clients.
_ENDS_IN_JUNE = 1
# How far along last month is: the first clients are exported, the next reviewed, and so on.
_EXPORTED, _REVIEWED, _HALF_REVIEWED, _LOADED = 2, 4, 6, 8

Say = Callable[[str], None]


def _silent(_words: str) -> None:
    """For those who don't wait for the demo to be made."""


def open_demo(settings: Settings, say: Say = _silent) -> Workspace:
    """Start the demo server in this process and open the demo on it, making the firm if needed.

    Args:
        settings: with mode demo.
        say: is told each step of making the firm, which takes some seconds the first time.
    """
    firm = DemoFirm(SEED, clock.today())
    server = DemoServer(firm)
    server.start()
    atexit.register(server.stop)
    workspace = open_workspace(settings, feed_address=server.url)
    try:
        if not _is_ready(workspace):
            workspace = _start_over(workspace, settings, server.url)
            _make(firm, workspace, say)
    except BaseException:
        workspace.close()
        server.stop()
        raise
    return workspace


def _is_ready(workspace: Workspace) -> bool:
    with workspace.database.reading() as tx:
        return installation.read(tx, _READY) is not None


def _start_over(workspace: Workspace, settings: Settings, address: str) -> Workspace:
    """Forget a demo that was left half made; its database is its own, and nobody's work."""
    file = workspace.database.file
    workspace.close()
    if file:
        for side in ("", "-wal", "-shm"):
            file.with_name(file.name + side).unlink(missing_ok=True)
    return open_workspace(settings, feed_address=address)


def _make(firm: DemoFirm, workspace: Workspace, say: Say) -> None:
    admin = local_actor(workspace)
    say("Connecting to the demo LedgerSync")
    email, password = SecretStr(DemoServer.email), SecretStr(DemoServer.password)
    connecting.save_integration(admin, workspace, email, password)
    syncing.sync_clients(admin, workspace)
    everyone = reviewing.list_clients(admin, workspace)
    say("Setting up vendors and charts of accounts")
    bookkeeper = _hire(workspace)
    for client in everyone:
        _set_up(firm, workspace, admin, client)
    everyone = reviewing.list_clients(admin, workspace)
    write_split_templates(admin, workspace, everyone)
    write_rules(admin, workspace, everyone)
    say("Loading 18 months of transactions")
    before = _before_last_month(firm)
    accounts = [a for c in everyone for a in reviewing.list_accounts(admin, workspace, c.id)]
    loading.load_transactions(admin, workspace, [a.id for a in accounts], before)
    say("Coding them as the firm's people did")
    for account in accounts:
        _code(firm, workspace, bookkeeper, account, before)
    say("Loading last month")
    _work_through_last_month(firm, workspace, admin, bookkeeper, everyone, say)
    say("Bringing the bank's statements")
    bring_statements(admin, workspace, bookkeeper, last_month(firm.today))
    with workspace.database.writing() as tx:
        installation.write_once(tx, _READY, clock.now().isoformat())


def _hire(workspace: Workspace) -> Actor:
    with workspace.database.writing() as tx:
        users.add_user(tx, _BOOKKEEPER)
    return Actor(_BOOKKEEPER.id, _BOOKKEEPER.name)


def _before_last_month(firm: DemoFirm) -> Period:
    return Period(firm.start, last_month(firm.today).start - timedelta(days=1))


def _set_up(firm: DemoFirm, workspace: Workspace, admin: Actor, client: Client) -> None:
    """Give a client what Accounting CS knows of it: codes, vendors, chart, bank accounts."""
    source = client.source_id
    with workspace.database.writing() as tx:
        charts.add_vendors(
            tx,
            (Vendor("", client.id, v.code, v.name, v.default_gl) for v in firm.vendors(source)),
        )
        charts.add_gl_accounts(
            tx, (GlAccount("", client.id, gl.code, gl.name, gl.type) for gl in firm.chart(source))
        )
        known = {account.id: account for account in firm.accounts(source)}
        for account in clients.list_accounts(tx, client.id):
            clients.change_account(tx, account.id, **_acs_values(known[account.source_id]))
    [code] = [c.acs_code for c in firm.clients if c.id == source]
    client_records.set_acs_code(admin, workspace, client.id, code)
    acs_settings.save_acs_settings(admin, workspace, client.id, _settings(firm, source))


def _settings(firm: DemoFirm, source: str) -> AcsSettings:
    """Last month and this one are open; every third client's year ends in June."""
    month = last_month(firm.today)
    place = [client.id for client in firm.clients].index(source)
    return AcsSettings(
        fiscal_year_end="06-30" if place % 3 == _ENDS_IN_JUNE else "12-31",
        open_from=month.start,
        open_to=last_of(first_of(firm.today)),
        gl_mask=mask_of([gl.code for gl in firm.chart(source)]),
        undistributed_gl=firm.undistributed(source),
    )


def _acs_values(account: DemoAccount) -> dict[str, object]:
    return {"acs_description": account.acs_description, "gl_code": account.gl_code}


def _code(
    firm: DemoFirm,
    workspace: Workspace,
    bookkeeper: Actor,
    account: BankAccount,
    period: Period,
    every: int = 1,
) -> None:
    """Decide the account's rows as a person would; `every` 2 leaves each second one to review."""
    sheet = reviewing.review_sheet(bookkeeper, workspace, account.id, period)
    vendors = {vendor.name: vendor.id for vendor in sheet.vendors if vendor.client_id}
    codings = firm.codings(account.source_id)
    templates = split_templates.list_templates(bookkeeper, workspace, account.client_id)
    edits = [
        _decided(row, codings[row.source_id], vendors, templates)
        for row in sheet.rows[::every]
        if row.status is Status.TO_REVIEW and not row.pending
    ]
    reviewing.save_edits(bookkeeper, workspace, account.id, edits)


def _decided(
    row: Transaction, coding: DemoCoding, vendors: Mapping[str, str], templates: TemplateList
) -> Edit:
    """What a person decides for a row: its vendor's split, where it has one, else a GL code."""
    vendor_id = vendors.get(coding.vendor_name, "")
    edit = Edit(row.id, row.version, vendor_id=vendor_id)
    for template in templates.for_vendor(vendor_id):
        return replace(edit, split=divide(template.shares, row.amount).split)
    return replace(edit, gl_code=coding.confirmed_gl)


def _work_through_last_month(
    firm: DemoFirm,
    workspace: Workspace,
    admin: Actor,
    bookkeeper: Actor,
    everyone: Sequence[Client],
    say: Say,
) -> None:
    """Leave each client at another point of the month, so that every page has something to show."""
    month = last_month(firm.today)
    busy = [client for client in reversed(everyone) if client.accounts][:_LOADED]
    by_client = [reviewing.list_accounts(admin, workspace, client.id) for client in busy]
    loading.load_transactions(admin, workspace, _ids(by_client), month)
    say("Matching it with vendors and GL codes")
    # The others are reviewed to the last row: nothing would be left to suggest.
    suggesting.suggest(admin, workspace, _ids(by_client[_REVIEWED:]))
    say("Bringing it half-way")
    for place, accounts in enumerate(by_client):
        if place < _HALF_REVIEWED:
            for account in accounts:
                every = 1 if place < _REVIEWED else 2
                _code(firm, workspace, bookkeeper, account, month, every)
        if place < _REVIEWED:
            _confirm_transfers(workspace, bookkeeper, accounts, month)
        if place < _EXPORTED:
            for account in accounts:
                _export(workspace, bookkeeper, account, month)


def _confirm_transfers(
    workspace: Workspace, bookkeeper: Actor, accounts: Sequence[BankAccount], month: Period
) -> None:
    """Book the month's transfers between a client's accounts once each."""
    found = {
        pair.ids: pair
        for account in accounts
        for pair in pairing.proposals(bookkeeper, workspace, account.id, month).transfers
        if pair.said
    }
    if found:
        client_id = accounts[0].client_id
        pairing.confirm_transfers(bookkeeper, workspace, client_id, list(found.values()))


def _ids(by_client: Sequence[Sequence[BankAccount]]) -> list[str]:
    return [account.id for accounts in by_client for account in accounts]


def _export(workspace: Workspace, bookkeeper: Actor, account: BankAccount, month: Period) -> None:
    request = ExportRequest(account.id, month)
    found = exporting.check_export(bookkeeper, workspace, request)
    try:
        exporting.export(bookkeeper, workspace, replace(request, confirmed=found.warned_of))
    except (NothingToExport, ExportRefused):
        return  # an account at rest, or one whose rows wait for a decision: as in life
