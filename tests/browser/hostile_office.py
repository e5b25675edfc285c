"""A hosted office in which every text that a person can write tries to be more than a text."""

from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from ledgersync import clock
from ledgersync.domain.actors import Actor, Role
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.firm_lists import ListKind
from ledgersync.domain.periods import Period, last_month
from ledgersync.domain.rules import Rule
from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.domain.splits import Share
from ledgersync.services import (
    client_records,
    connecting,
    exporting,
    firm_lists,
    learned,
    loading,
    people,
    presence,
    reviewing,
    rule_writing,
    saved_views,
    signing_in,
    split_templates,
    syncing,
)
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, users
from ledgersync.storage.columns import new_id
from ledgersync.storage.users import User
from tests.attacks.hosted_office import HostedOffice
from tests.browser.hostile_feed import EMAIL, HOST, MORE, PASSWORD, TEXTS

# Everybody's name, as their company's sign-in says it.
NAME = f"Mallory {TEXTS[0]} {TEXTS[2]}"
FILE = f"{TEXTS[0]} {TEXTS[2]}.csv".replace("/", ":")


def fill(made: HostedOffice) -> Period:
    """Connect, load, and have people with hostile names write into every list; returns the days."""
    admin, workspace = made.office.admin, made.office.workspace
    connecting.save_integration(admin, workspace, SecretStr(EMAIL), SecretStr(PASSWORD))
    syncing.sync_clients(admin, workspace)
    period = last_month(clock.today())
    accounts = [made.office.account(name).id for name in ("a0", "a2")]
    loading.load_transactions(admin, workspace, accounts, period)
    mallory = _mallory(made)
    _write_lists(mallory, workspace, made.office.clients()[0].id)
    _decide(mallory, workspace, made.office.account("a0").id, period)
    presence.note(mallory, workspace, made.office.account("a0").id)
    _leave_views(made)
    return period


def _mallory(made: HostedOffice) -> Actor:
    """A colleague who may do everything, and two of an address that earlier versions took."""
    admin, workspace = made.office.admin, made.office.workspace
    for number, address in enumerate((f"<img/src=x>@{HOST}", f"[x](//{HOST})@{HOST}")):
        user = User(new_id(), MORE[number][:150], Role.STAFF, disabled=False, email=address)
        with workspace.database.writing() as tx:
            users.add_user(tx, user)
            audit.record(tx, audit.entry(admin, "invite", "user", user.id, email=address))
    people.invite(admin, workspace, "mallory@firm.com", all_clients=True)
    return signing_in.welcome(workspace, made.claims_of("mallory", name=NAME))


def _write_lists(actor: Actor, workspace: Workspace, client: str) -> None:
    for number, text in enumerate((*TEXTS, *MORE[:3])):
        name = text[:100]
        client_records.add_gl_account(actor, workspace, client, f"61{number:02}", name)
        client_records.add_vendor(actor, workspace, client, name, f"V{number}", f"61{number:02}")
    shares = (Share("6100"), Share("6101", amount=1))
    for text in (TEXTS[0], TEXTS[2], TEXTS[4]):
        template = SplitTemplate("", client, "", text[:60], shares)
        split_templates.save_template(actor, workspace, template)
        rule = Rule("", 0, (text[:80].replace("*", ""),), client_id=client, gl_code="6102")
        rule_writing.save_rule(actor, workspace, rule)
    rows = "".join(f'N{n},"{text[:90].replace(chr(34), "")}"\n' for n, text in enumerate(TEXTS))
    data = f'Vendor Code,Vendor Name,"{TEXTS[2]}"\n{rows}'.encode()
    preview = firm_lists.preview_list(actor, workspace, ListKind.VENDORS, client, FILE, data)
    firm_lists.confirm_list(actor, workspace, preview)


def _decide(actor: Actor, workspace: Workspace, account: str, period: Period) -> None:
    sheet = reviewing.review_sheet(actor, workspace, account, period)
    known = client_records.client_record(actor, workspace, _client_of(actor, workspace))
    vendors: list[Any] = list(known.vendors)
    edits = [
        Edit(row.id, row.version, vendors[n].id, "6100", Standing.REVIEWED)
        for n, row in enumerate(list(sheet.rows)[:4])
    ]
    reviewing.save_edits(actor, workspace, account, edits)
    request = ExportRequest(
        account, period, override_reason=f"{TEXTS[0]} {TEXTS[2]}", include_unreviewed=True
    )
    warned = exporting.check_export(actor, workspace, request).warned_of
    exporting.export(actor, workspace, replace(request, confirmed=warned))
    learned.forget(actor, workspace, _client_of(actor, workspace), TEXTS[2], "", "6100")


def _client_of(actor: Actor, workspace: Workspace) -> str:
    return reviewing.list_clients(actor, workspace)[0].id


def _leave_views(made: HostedOffice) -> None:
    ann = signing_in.welcome(made.office.workspace, made.claims_of("ann", name=NAME))
    for text in (TEXTS[0][:40], TEXTS[2][:40], TEXTS[4][:40], MORE[2][:40]):
        saved_views.save_view(ann, made.office.workspace, text, "search=rent")
