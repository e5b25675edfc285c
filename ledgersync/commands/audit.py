"""audit show, audit verify: who did what, and whether anybody changed the record of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from ledgersync.commands.opening import opened
from ledgersync.commands.options import JsonOption
from ledgersync.commands.output import complain, say, say_json, table
from ledgersync.domain.people import address_key
from ledgersync.errors import InvalidInput
from ledgersync.services import audit_trail
from ledgersync.services.audit_trail import AuditEntry, TrailFilter, TrailPerson, Verdict

app = typer.Typer(rich_markup_mode=None)
audit = typer.Typer(rich_markup_mode=None, help="Show the audit trail, or check it.")
app.add_typer(audit, name="audit")

_ALL = 2_000_000_000


@audit.callback()
def _audit() -> None:
    """Show the audit trail, or check it."""


@audit.command()
def show(
    *,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=_ALL, help="How many of the newest entries.")
    ] = 50,
    action: Annotated[
        str, typer.Option("--action", metavar="WORD", help="One action only, such as export.")
    ] = "",
    user: Annotated[
        str,
        typer.Option("--user", metavar="NAME|EMAIL|ID", help="One person only."),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Show who did what, the newest first.

    The keys of --json, a list: seq, at, user_id, user, action, subject, subject_id, detail (a JSON
    text), link, key, signature.
    """
    with opened() as (actor, workspace):
        people = audit_trail.trail_choices(actor, workspace).people if user else ()
        wanted = replace(_by(user, people), action=action)
        found = audit_trail.trail(actor, workspace, wanted, limit)
    if as_json:
        say_json([_as_json(entry) for entry in found.entries])
        return
    say(table(("entry", "at", "who", "what", "id", "detail"), [_row(e) for e in found.entries]))
    if found.total > len(found.entries):
        complain(f"{found.total:,} entries fit; --limit shows more.")


def _by(user: str, people: Sequence[TrailPerson]) -> TrailFilter:
    """One person's entries, whatever they were called at the time, or those of a name."""
    for one in people:
        if user == one.user_id or address_key(user) == one.email != "":
            return TrailFilter(user_id=one.user_id)
    namesakes = {one.user_id: one for one in people if one.name == user}
    if len(namesakes) > 1:
        known = " or ".join(one.email or one.user_id for one in namesakes.values())
        raise InvalidInput(f"{len(namesakes)} people are called {user}.", f"Give {known}.")
    return TrailFilter(person=user)


@audit.command()
def verify(*, as_json: JsonOption = False) -> None:
    """Check the whole trail: that no entry was changed, removed, added or moved.

    Names the first entry that is wrong and exits 1. Entries that were written while the encryption
    key was missing are no error, and told. The keys of --json: intact, problem, entry (the first
    bad one's number or null), entries, signed, covered (by a later signature), unsure, unsigned,
    before_the_chain, warnings.
    """
    with opened() as (actor, workspace):
        verdict = audit_trail.verify_trail(actor, workspace)
    if as_json:
        say_json(_verdict_as_json(verdict))
    else:
        _tell(verdict)
    for warning in verdict.warnings:
        complain(f"warning: {warning}")
    if not verdict.intact:
        complain(f"{verdict.bad} The {verdict.entries:,} entries before it are as they were.")
        raise typer.Exit(1)


def _tell(verdict: Verdict) -> None:
    if verdict.intact:
        say(f"The audit trail is intact. entries: {verdict.entries:,}")
    say(f"signed: {verdict.signed + verdict.covered:,}")
    if verdict.covered:
        say(f"of these by a key that is not here, with a later signature: {verdict.covered:,}")
    say(f"not signed: {verdict.unsigned:,}")
    if verdict.older:
        say(f"from before the chain: {verdict.older:,}")


def _row(entry: AuditEntry) -> tuple[str, ...]:
    what = f"{entry.action} {entry.subject}"
    when = f"{entry.at:%Y-%m-%d %H:%M:%S}"
    return (str(entry.seq), when, entry.user_name, what, entry.subject_id, entry.detail)


def _as_json(entry: AuditEntry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "user_id": entry.user_id,
        "user": entry.user_name,
        "action": entry.action,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "detail": entry.detail,
        "link": entry.chain,
        "key": entry.key_id,
        "signature": entry.mac,
    }


def _verdict_as_json(verdict: Verdict) -> dict[str, object]:
    return {
        "intact": verdict.intact,
        "problem": verdict.bad,
        "entry": verdict.bad_seq,
        "entries": verdict.entries,
        "signed": verdict.signed,
        "covered": verdict.covered,
        "unsure": verdict.unsure,
        "unsigned": verdict.unsigned,
        "before_the_chain": verdict.older,
        "warnings": list(verdict.warnings),
    }
