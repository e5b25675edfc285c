"""The outside model: its set-up, a try, and advice on rows that nothing else could match.

It is off until an administrator turns it on. Whatever goes wrong with it costs nobody anything: the
rows stay unmatched, and a sentence says why.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from pydantic import SecretStr

from ledgersync import clock
from ledgersync.config import LOOPBACK, Mode
from ledgersync.domain.actors import Actor
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.errors import InvalidInput, LedgerSyncError
from ledgersync.outside_ai.client import Endpoint, Patience
from ledgersync.outside_ai.consulting import Outcome, consult
from ledgersync.outside_ai.endpoints import checked_key, checked_model, checked_url, origin
from ledgersync.outside_ai.failures import Trouble
from ledgersync.outside_ai.prompt import Lists, estimated_tokens, listed
from ledgersync.outside_ai.questions import (
    Answer,
    Question,
    fit_to_send,
    names_to_hide,
    question_about,
)
from ledgersync.outside_ai.reporting import report
from ledgersync.outside_ai.trial import tried
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.outside_ai_key import open_key, store_key
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, clients
from ledgersync.storage import outside_ai as stored_ai
from ledgersync.storage.engine import Tx
from ledgersync.storage.outside_ai import StoredOutsideAi
from ledgersync.storage.turns import Turn, take_turn

__all__ = [
    "MOST_ROWS",
    "USUAL_ROWS",
    "Advice",
    "Answer",
    "OutsideAi",
    "Question",
    "Trial",
    "advise",
    "outside_ai",
    "question_about",
    "remove_outside_ai",
    "save_outside_ai",
    "try_outside_ai",
]

USUAL_ROWS, MOST_ROWS = 200, 2_000
PATIENCE = Patience()
_NOT_ASKED = "The outside model was not asked"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutsideAi:
    """The set-up as Settings shows it, never the key.

    `trouble` says what went wrong at the last use, or why the key can't be opened (`locked`); it is
    "" while all is well. `tokens_per_run` is an estimate for one client with the longest lists.
    """

    url: str
    model: str
    enabled: bool
    has_key: bool
    rows_per_run: int
    tokens_per_run: int
    changed_at: datetime
    last_used_on: date | None
    trouble: str
    locked: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """How a try went, in one sentence with the next step."""

    works: bool
    sentence: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """What came of asking: an answer or None for each line, and a sentence for the load's report.

    `asked` questions count against the run: the next call of that run is told so. Unless `working`,
    a run asks no more.
    """

    answers: tuple[Answer | None, ...]
    sentence: str = ""
    asked: int = 0
    working: bool = True


def outside_ai(actor: Actor, workspace: Workspace) -> OutsideAi | None:
    """The set-up, or None where there is none."""
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        stored = stored_ai.find(tx)
        return _shown(workspace, tx, stored) if stored else None


def save_outside_ai(
    actor: Actor,
    workspace: Workspace,
    url: str,
    model: str,
    key: SecretStr | None,
    rows_per_run: int,
    *,
    enabled: bool = False,
) -> None:
    """Keep the set-up, its key sealed. No key (None or empty) leaves a stored one in place.

    Raises:
        InvalidInput: for an address that would send the key in the clear or, in the demo, one that
            is not on this machine; a missing model, a number of rows out of bounds, or another
            server without its own key.
        VaultError: when the key can't be sealed.
    """
    url, model, key = checked_url(url), checked_model(model), checked_key(key)
    if trouble := _beyond_demo(workspace, url):
        raise InvalidInput(f"{trouble.sentence}.", trouble.next_step)
    values = {"url": url, "model": model, "rows_per_run": rows_per_run, "enabled": enabled}
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        take_turn(tx, Turn.KEY)
        before = stored_ai.find(tx)
        _require_fitting(before, url, key, rows_per_run)
        signed = {"changed_at": clock.now(), "changed_by": actor.name, "last_sentence": ""}
        stored_ai.save(tx, **values, **signed)
        mark = before.seal_mark if before else ""
        if key:
            mark = store_key(workspace, tx, url, key)
        _record(tx, actor, "set", **values, new_key=key is not None, seal=mark)


def _require_fitting(
    before: StoredOutsideAi | None, url: str, key: SecretStr | None, rows_per_run: int
) -> None:
    if not 1 <= rows_per_run <= MOST_ROWS:
        raise InvalidInput(
            f"A run can ask the outside model about 1 to {MOST_ROWS:,} rows.", "Choose a number."
        )
    if before and before.key_sealed and not key and origin(before.url) != origin(url):
        raise InvalidInput(
            "The address is another server's, and the stored key was given for the one before.",
            "Enter the new server's key too, or remove the outside model first.",
        )


def remove_outside_ai(actor: Actor, workspace: Workspace) -> None:
    """Forget address, model and key."""
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        if stored_ai.find(tx):
            stored_ai.remove(tx)
            _record(tx, actor, "remove", seal="")


def try_outside_ai(actor: Actor, workspace: Workspace) -> Trial:
    """Ask one made-up question, whether turned on or not, and say how that went.

    Raises:
        InvalidInput: when no outside model is set up.
        SettingsInvalid: when the CA bundle holds no usable certificates.
    """
    with access.reading(workspace, actor, Permission.ADMINISTER) as tx:
        stored = stored_ai.find(tx)
        if stored is None:
            raise InvalidInput("No outside model is set up.", "Save its address and name first.")
        endpoint = _endpoint(workspace, tx, stored)
    began = time.monotonic()
    trouble = endpoint if isinstance(endpoint, Trouble) else tried(endpoint, PATIENCE)
    seconds = time.monotonic() - began
    with access.writing(workspace, actor, Permission.ADMINISTER) as tx:
        stored_ai.note_use(tx, clock.today(), _told(trouble))
        _record(tx, actor, "try", works=trouble is None)
    if trouble:
        return Trial(works=False, sentence=f"{trouble.sentence}.", next_step=trouble.next_step)
    return Trial(works=True, sentence=f"The model answered as asked, in {seconds:.1f} s.")


def advise(
    workspace: Workspace,
    lines: Sequence[Question],
    vendors: Sequence[Vendor],
    chart: Sequence[GlAccount],
    already_asked: int,
    seconds: float | None = None,
) -> Advice:
    """Ask the outside model, where it is turned on, about lines of one client.

    Equal questions are asked once. Never raises, and is not to be called inside a transaction: it
    waits for another machine, and then writes down how that went.

    Args:
        workspace: whoever called for the load or the matching was authorised there.
        lines: in any number; what may not leave this machine is taken out here.
        vendors: those that an answer may name; with `chart`, the lists that are sent.
        chart: the client's GL accounts.
        already_asked: the sum of `asked` of the calls before in this run.
        seconds: how long this may take in all, a minute unless told.
    """
    patience = PATIENCE if seconds is None else replace(PATIENCE, all_answers=seconds)
    try:
        return _advise(workspace, lines, listed(vendors, chart), already_asked, patience)
    except LedgerSyncError as error:
        sentence = f"{_NOT_ASKED}. {error.sentence}"
    except Exception as error:  # noqa: BLE001  a load goes on without advice, whatever happens
        # Without its trace, which may hold what was asked.
        _log.error("Asking the outside model ended in %s", type(error).__name__)
        sentence = f"{_NOT_ASKED}, because something went wrong in this app."
    return Advice((None,) * len(lines), sentence, working=False)


def _advise(
    workspace: Workspace,
    lines: Sequence[Question],
    lists: Lists,
    already_asked: int,
    patience: Patience,
) -> Advice:
    nothing = (None,) * len(lines)
    with workspace.database.reading() as tx:
        stored = stored_ai.find(tx)
        if stored is None or not stored.enabled or not lines:
            return Advice(nothing)
        endpoint = _endpoint(workspace, tx, stored)
        hidden = names_to_hide(client.name for client in clients.list_clients(tx))
    if isinstance(endpoint, Trouble):
        return Advice(nothing, f"{endpoint.sentence}, so it was not asked.", working=False)
    sent = {line: fit_to_send(line, hidden) for line in dict.fromkeys(lines)}
    questions = list(dict.fromkeys(question for question in sent.values() if question))
    fitting = questions[: max(stored.rows_per_run - already_asked, 0)] if lists else []
    outcome = _consulted(workspace, endpoint, fitting, lists, patience)
    return Advice(
        tuple(_answer_to(sent[line], outcome) for line in lines),
        report(outcome, len(questions), stored.rows_per_run, lists),
        outcome.asked,
        working=outcome.trouble is None,
    )


def _consulted(
    workspace: Workspace,
    endpoint: Endpoint,
    questions: Sequence[Question],
    lists: Lists,
    patience: Patience,
) -> Outcome:
    if not questions:
        return Outcome({}, 0, 0, None)
    outcome = consult(endpoint, questions, lists, patience)
    with suppress(LedgerSyncError), workspace.database.writing() as tx:  # only a note
        stored_ai.note_use(tx, clock.today(), _told(outcome.trouble))
    return outcome


def _answer_to(question: Question | None, outcome: Outcome) -> Answer | None:
    return outcome.answers.get(question) if question else None


def _beyond_demo(workspace: Workspace, url: str) -> Trouble | None:
    """What keeps a model from being asked in the demo, from which nothing leaves this machine."""
    if workspace.settings.mode is not Mode.DEMO or urlsplit(url).hostname in LOOPBACK:
        return None
    return Trouble(
        "The demo sends nothing beyond this computer",
        "Give the address of a model that runs here, such as http://localhost:11434/v1.",
    )


def _endpoint(workspace: Workspace, tx: Tx, stored: StoredOutsideAi) -> Endpoint | Trouble:
    if trouble := _beyond_demo(workspace, stored.url):
        return trouble
    key = open_key(workspace, tx, stored)
    if isinstance(key, Trouble):
        return key
    return Endpoint(stored.url, stored.model, key, workspace.settings.ca_bundle)


def _shown(workspace: Workspace, tx: Tx, stored: StoredOutsideAi) -> OutsideAi:
    key = open_key(workspace, tx, stored)
    return OutsideAi(
        url=stored.url,
        model=stored.model,
        enabled=stored.enabled,
        has_key=stored.key_sealed is not None,
        rows_per_run=stored.rows_per_run,
        tokens_per_run=estimated_tokens(stored.rows_per_run, stored_ai.longest_lists(tx)),
        changed_at=stored.changed_at,
        last_used_on=stored.last_used_on,
        trouble=_told(key) if isinstance(key, Trouble) else stored.last_sentence,
        locked=isinstance(key, Trouble),
    )


def _told(trouble: Trouble | None) -> str:
    return f"{trouble.sentence}. {trouble.next_step}" if trouble else ""


def _record(tx: Tx, actor: Actor, action: str, **detail: object) -> None:
    audit.record(tx, audit.entry(actor, action, "outside model", stored_ai.ROW_ID, **detail))
