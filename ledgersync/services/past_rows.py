"""Past rows that the reason of a suggestion names: where what was learned from them is listed."""

from dataclasses import dataclass

from ledgersync.domain.actors import Actor
from ledgersync.domain.past_rows import NamedRows, Whose
from ledgersync.matching.normalise import normalise
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.workspace import Workspace
from ledgersync.storage import coded_lines

_ELSEWHERE = {Whose.FIRM, Whose.ALIKE}  # perhaps rows of another client
_BEGIN_ALIKE = {Whose.HEAD, Whose.AMOUNT}


@dataclass(frozen=True, slots=True)
class LearnedPlace:
    """What to choose among what was learned: a client, and a descriptor or a search for several."""

    client_id: str
    descriptor: str = ""
    search: str = ""


def learned_place(
    actor: Actor, workspace: Workspace, client_id: str, description: str, named: NamedRows
) -> LearnedPlace | None:
    """Where the rows are listed that the reason of a client's row names.

    None where only clients outside the actor's scope have them, or nobody any more.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    payee = normalise(description)
    descriptor = named.text or payee.text
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        access.client_in_scope(tx, client_id)
        if named.whose in _ELSEWHERE:
            having = coded_lines.clients_reading(tx, descriptor, named.code)
            owner = max(having, key=lambda one: (having[one], one == client_id), default="")
            return LearnedPlace(owner, descriptor) if owner else None
    if named.whose in _BEGIN_ALIKE:
        return LearnedPlace(client_id, search=payee.head)
    if named.whose is Whose.CLIENT_ANY:
        return LearnedPlace(client_id, search=named.code)
    return LearnedPlace(client_id, descriptor)
