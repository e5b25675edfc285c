"""Probing: LedgerSync's API beside the feed profile, with the stored log-in or another."""

from dataclasses import dataclass

from pydantic import SecretStr

from ledgersync.bankfeed import probe
from ledgersync.bankfeed.census import Verdict
from ledgersync.bankfeed.client import Credentials
from ledgersync.bankfeed.probe import Operation, ProbeReport
from ledgersync.domain.actors import Actor
from ledgersync.errors import InvalidInput, StoredPasswordRefused
from ledgersync.services import access, connecting, connection_choice, credentials
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The report in lines of text, without values; `fits` when nothing that is needed misses."""

    lines: tuple[str, ...]
    fits: bool


def probe_feed(
    actor: Actor, workspace: Workspace, given: tuple[SecretStr, SecretStr] | None = None
) -> ProbeResult:
    """Ask each operation that only reads once, with one log-in.

    Args:
        given: e-mail and password of another log-in than the stored one; it is not kept.

    Raises:
        InvalidInput: when no log-in is given or stored.
        StoredPasswordRefused: when LedgerSync refused the stored one before.
        VaultError: when the stored one can't be opened.
    """
    access.require(workspace, actor, Permission.ADMINISTER)
    log_in = Credentials(*given) if given else _stored(actor, workspace)
    report = probe.probe(workspace.feed, lambda: log_in)
    if report.refusal and not given:
        refused = StoredPasswordRefused(report.refusal.sentence, report.refusal.next_step)
        connecting.note_refusal(actor, workspace, refused)
    return ProbeResult(tuple(probe.lines(report)), _fits(report))


def _stored(actor: Actor, workspace: Workspace) -> Credentials:
    with access.reading(workspace, actor, Permission.CONNECT) as tx:
        stored = connection_choice.in_use(tx, actor)
        if stored is None or not stored.has_credentials:
            raise InvalidInput(
                "No LedgerSync log-in is stored.", "Connect first, or give an e-mail and password."
            )
        return credentials.opener(workspace, tx, stored).credentials_unless_refused()


def _fits(report: ProbeReport) -> bool:
    return all(_works(operation) for operation in report.operations)


def _works(operation: Operation) -> bool:
    if operation.optional:
        return True
    return not operation.problem and not any(
        check.verdict is Verdict.OTHER_TYPE
        or (check.verdict is Verdict.MISSING and not check.expected.optional)
        for check in (*operation.around, *operation.fields)
    )
