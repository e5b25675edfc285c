"""An office with two clients that are alike, and everything of theirs that has an id."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import text

from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.decisions import Edit, Standing
from ledgersync.domain.firm_lists import ListKind
from ledgersync.domain.pairs import DuplicatePair, Movement
from ledgersync.domain.periods import Period
from ledgersync.domain.rules import Rule
from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.domain.splits import Share
from ledgersync.services import (
    client_matching,
    client_records,
    closing,
    exporting,
    firm_lists,
    loading,
    reviewing,
    rule_undoing,
    rule_writing,
    split_templates,
    statements,
    syncing,
    undoing,
)
from ledgersync.services.client_matching import Link
from ledgersync.services.exporting import ExportRequest
from ledgersync.services.statements import TypedStatement
from ledgersync.storage import acs_clients
from ledgersync.storage.rules import StoredRule
from tests.services.conftest import OCTOBER, Office
from tests.services.scripted_ledgersync import ScriptedLedgerSync, row

WORDS = {"C1": "HARBOR COFFEE", "C2": "CEDAR PRINTING"}
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))


@dataclass(frozen=True)
class Things:
    """What a client has, as a page or a link would name it; `marks` are what only it has."""

    client: str
    account: str
    rows: tuple[str, ...]
    run: str
    batch: str
    export: str
    statement: str
    closing: str
    rule: StoredRule
    rule_change: str
    list_import: str
    vendor: Vendor
    gl: GlAccount
    template: SplitTemplate
    link: Link
    marks: tuple[str, ...]

    @property
    def twins(self) -> DuplicatePair:
        pair = [
            Movement(id_, self.account, OCTOBER.start, -1, "USD", "", "", "", open=True)
            for id_ in self.rows[:2]
        ]
        return DuplicatePair(pair[0], pair[1], one_load=False)

    def missing(self) -> "Things":
        """The same with ids that nobody ever had."""
        link = replace(
            self.link,
            acs=replace(self.link.acs, id="no acs"),
            client=replace(self.link.client, id="no client"),
        )
        rule = replace(self.rule, rule=replace(self.rule.rule, id="no rule", client_id="no client"))
        return Things(
            client="no client",
            account="no account",
            rows=("no row", "nor this", "nor that"),
            run="no run",
            batch="no batch",
            export="no export",
            statement="no statement",
            closing="no closing",
            rule=rule,
            rule_change="no change",
            list_import="no import",
            vendor=replace(self.vendor, id="no vendor", client_id="no client"),
            gl=replace(self.gl, id="no gl", client_id="no client"),
            template=replace(self.template, id="no template", client_id="no client"),
            link=link,
            marks=(),
        )


def script() -> ScriptedLedgerSync:
    return ScriptedLedgerSync(
        clients={"C1": ["A1"], "C2": ["A2"]},
        rows={
            account: [
                row(f"t{number}{account}", f"2026-10-0{number}", description=WORDS[client])
                for number in (1, 2, 3)
            ]
            + [f"no row of {client}"]
            for client, account in (("C1", "A1"), ("C2", "A2"))
        },
    )


def set_up(office: Office) -> dict[str, Things]:
    """Both clients with codes, rules, decisions, an export, papers; by LedgerSync's client id."""
    office.connect()
    syncing.sync_clients(office.admin, office.workspace)
    return {name: _of_client(office, name) for name in ("C1", "C2")}


def _of_client(office: Office, name: str) -> Things:
    admin, workspace = office.admin, office.workspace
    client = next(one for one in office.clients() if one.source_id == name)
    account = office.account(name.replace("C", "A"))
    gl = client_records.add_gl_account(admin, workspace, client.id, "6100", f"Meals of {name}")
    client_records.add_gl_account(admin, workspace, client.id, "6200", f"Fuel of {name}")
    vendor = client_records.add_vendor(admin, workspace, client.id, f"Vendor of {name}", name)
    client_records.set_acs_description(admin, workspace, account.id, f"Pine of {name}")
    rule = Rule("", 0, (WORDS[name],), client_id=client.id, gl_code="6100")
    stored = rule_writing.save_rule(admin, workspace, rule)
    written = rule_undoing.last_rule_change(admin, workspace)
    assert written
    shares = (Share("6100"), Share("6200", amount=1))
    template = split_templates.save_template(
        admin, workspace, SplitTemplate("", client.id, "", f"Split of {name}", shares)
    )
    loaded = loading.load_transactions(admin, workspace, [account.id], OCTOBER)
    rows = tuple(reviewing.review_sheet(admin, workspace, account.id, OCTOBER).rows)
    edits = [Edit(one.id, one.version, vendor.id, "6100", Standing.REVIEWED) for one in rows[:2]]
    reviewing.save_edits(admin, workspace, account.id, edits)
    batch = undoing.last_change(admin, workspace, account.id)
    assert batch
    request = ExportRequest(account.id, OCTOBER, override_reason="A test")
    warned = exporting.check_export(admin, workspace, request).warned_of
    exported = exporting.export(admin, workspace, replace(request, confirmed=warned))
    loading.load_transactions(admin, workspace, [account.id], SEPTEMBER)
    for day in (SEPTEMBER.start - timedelta(days=1), SEPTEMBER.end):
        paper = TypedStatement(day, day, "0")
        statements.add_statement(admin, workspace, account.id, paper)
    closing_id = _closed(office, account.id)
    link = _linked(office, client.id, name)
    return Things(
        client=client.id,
        account=account.id,
        rows=tuple(one.id for one in rows),
        run=loaded.run_id,
        batch=batch.id,
        export=exported.id,
        statement=_paper(office, account.id),
        closing=closing_id,
        rule=stored,
        rule_change=written.id,
        list_import=_imported(office, client.id, name),
        vendor=vendor,
        gl=gl,
        template=template,
        link=link,
        marks=(client.id, account.id, WORDS[name], f"of {name}", f"Client {name}", exported.id),
    )


def _imported(office: Office, client_id: str, name: str) -> str:
    data = f"Vendor Code,Vendor Name\nNEW{name},New vendor of {name}\n".encode()
    admin, workspace = office.admin, office.workspace
    preview = firm_lists.preview_list(
        admin, workspace, ListKind.VENDORS, client_id, f"list of {name}.csv", data
    )
    return firm_lists.confirm_list(admin, workspace, preview).change_id


def _closed(office: Office, account_id: str) -> str:
    closing.close_period(office.admin, office.workspace, account_id, SEPTEMBER)
    with office.workspace.database.reading() as tx:
        query = text("SELECT id FROM closings WHERE account_id = :account")
        return str(tx.execute(query, {"account": account_id}).scalar_one())


def _paper(office: Office, account_id: str) -> str:
    with office.workspace.database.reading() as tx:
        query = text("SELECT id FROM statements WHERE account_id = :account ORDER BY id LIMIT 1")
        return str(tx.execute(query, {"account": account_id}).scalar_one())


def _linked(office: Office, client_id: str, name: str) -> Link:
    with office.workspace.database.writing() as tx:
        entry = {"code": f"ACS-{name}", "name": f"Books of {name}"}
        [acs_id] = acs_clients.add_acs_clients(tx, [entry])
    [link] = client_matching.link_clients(office.admin, office.workspace, [(acs_id, client_id)])
    return link
