"""Split templates: how a vendor's payments are split, of a client or of the whole firm.

What a person saw travels with each change as its version: a colleague's change is never written
over.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ledgersync import clock
from ledgersync.domain.actors import Actor
from ledgersync.domain.rules import Rule
from ledgersync.domain.split_templates import SplitTemplate, require_template, shares_words
from ledgersync.domain.splits import MEMO_LENGTH, Share
from ledgersync.errors import InvalidInput, ListChanged, NotFound
from ledgersync.services import access, suggesting
from ledgersync.services.access import Permission
from ledgersync.services.typed_texts import NAME_LENGTH, one_line, required
from ledgersync.services.workspace import Workspace
from ledgersync.storage import audit, charts, rules, split_templates
from ledgersync.storage.engine import Tx
from ledgersync.storage.turns import Turn, take_turn

__all__ = ["SplitTemplate"]


@dataclass(frozen=True, slots=True)
class TemplateList:
    """What a client's rows can be split by, or the firm's own templates where `client_id` is "".

    `own` are those to edit there; `firm` those of the firm that a client uses beside its own.
    `lacking` are GL codes of the firm's that the client's chart does not have, by template id.
    """

    client_id: str
    own: tuple[SplitTemplate, ...]
    firm: tuple[SplitTemplate, ...]
    lacking: dict[str, tuple[str, ...]]

    @property
    def usable(self) -> tuple[SplitTemplate, ...]:
        """The templates whose codes are all there, the client's own first."""
        return tuple(one for one in (*self.own, *self.firm) if one.id not in self.lacking)

    def for_vendor(self, vendor_id: str) -> tuple[SplitTemplate, ...]:
        """The usable templates of one vendor, the client's own first."""
        return tuple(one for one in self.usable if vendor_id and one.vendor_id == vendor_id)


def list_templates(actor: Actor, workspace: Workspace, client_id: str) -> TemplateList:
    """A client's split templates with the firm's, or the firm's alone where `client_id` is "".

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.REVIEW) as tx:
        if client_id:
            access.client_in_scope(tx, client_id)
        found = split_templates.live_templates(tx)
        chart = charts.codes_for(tx, client_id)
    own = [one for one in found if one.client_id == client_id]
    firm = [one for one in found if client_id and not one.client_id]
    lacking = {one.id: _lacking(one, chart) for one in (*own, *firm)}
    return TemplateList(
        client_id, tuple(own), tuple(firm), {id_: codes for id_, codes in lacking.items() if codes}
    )


def save_template(actor: Actor, workspace: Workspace, template: SplitTemplate) -> SplitTemplate:
    """Keep a new template, where its id is "", or the new values of one.

    Returns:
        The template as it is stored; asking for what is stored changes nothing.

    Raises:
        InvalidInput: for lines that could not add up, a name that is taken, or a vendor or GL code
            that its clients don't have.
        ListChanged: when a colleague changed it in between; nothing is saved.
        NotFound: when it was deleted, or its client is out of scope.
    """
    with _changing(actor, workspace, template) as tx:
        checked = _checked(tx, template)
        if not template.id:
            new_id = split_templates.add_template(tx, checked, actor.name, clock.now())
            stored = replace(checked, id=new_id, version=1)
            audit.record(tx, _entry(actor, "add", stored))
            return stored
        before = _found(tx, template)
        if replace(checked, version=before.version) == before:
            return before
        if not split_templates.change_template(tx, checked, actor.name, clock.now()):
            raise _too_late(before)
        _require_rules_can_use(tx, checked)
        audit.record(tx, _entry(actor, "edit", checked, was=_words(before)))
        return replace(checked, version=checked.version + 1)


def delete_template(actor: Actor, workspace: Workspace, template: SplitTemplate) -> SplitTemplate:
    """Delete a template; `restore_template` brings it back. Splits that were made stay.

    Raises:
        InvalidInput: when rules split by it; the sentence names them.
        ListChanged: when a colleague changed it in between.
        NotFound: when it is deleted already.
    """
    with _changing(actor, workspace, template) as tx:
        before = _found(tx, template)
        if numbers := split_templates.rules_with(tx, before.id):
            raise InvalidInput(
                f"{before.name} can't be deleted: {_rules_words(numbers)} by it.",
                "Change or delete these on Rules first.",
            )
        return _mark(tx, actor, replace(before, version=template.version), deleted=True)


def restore_template(actor: Actor, workspace: Workspace, template: SplitTemplate) -> SplitTemplate:
    """Bring back a template as it was when it was deleted.

    Raises:
        InvalidInput: when its name was given to another one, or its codes are gone by now.
        ListChanged: when a colleague was faster.
        NotFound: when it is not deleted.
    """
    with _changing(actor, workspace, template) as tx:
        before = _found(tx, template, deleted=True)
        _checked(tx, before)
        return _mark(tx, actor, replace(before, version=template.version), deleted=False)


@contextmanager
def _changing(actor: Actor, workspace: Workspace, template: SplitTemplate) -> Iterator[Tx]:
    """A transaction on the list of a client or the firm; rules that split by it then speak anew."""
    with access.writing(workspace, actor, access.to_change_list(template.client_id)) as tx:
        take_turn(tx, Turn.FIRM_LISTS)
        if template.client_id:
            access.client_in_scope(tx, template.client_id)
        yield tx
        users = _rules_with(tx, template.id)
    suggesting.note_rules(workspace, users)


def _rules_with(tx: Tx, template_id: str) -> list[Rule]:
    live = (stored.rule for stored in rules.live_rules(tx)) if template_id else ()
    return [rule for rule in live if rule.template_id == template_id]


def _found(tx: Tx, template: SplitTemplate, *, deleted: bool = False) -> SplitTemplate:
    """The stored template, of the very client that the permission was asked for."""
    stored = split_templates.find_template(tx, template.id, deleted=deleted)
    if stored is None or stored.client_id != template.client_id:
        raise NotFound("There is no such split template any more.", "Reload the page.")
    return stored


def _mark(tx: Tx, actor: Actor, template: SplitTemplate, *, deleted: bool) -> SplitTemplate:
    when = clock.now()
    if not split_templates.mark_template(tx, template, actor.name, when, deleted=deleted):
        raise _too_late(template)
    audit.record(tx, _entry(actor, "delete" if deleted else "restore", template))
    return replace(template, version=template.version + 1)


def _checked(tx: Tx, template: SplitTemplate) -> SplitTemplate:
    """The template with its texts on one line, and with nothing that its clients lack."""
    name = one_line(template.name, "template's name", NAME_LENGTH)
    required(name, "a name for the template")
    shares = tuple(_tidied(share) for share in template.shares)
    checked = replace(template, name=name, shares=shares)
    require_template(checked)
    _require_free_name(tx, checked)
    if lacking := _lacking(checked, charts.codes_for(tx, template.client_id)):
        whose = "this client's" if template.client_id else "any"
        raise InvalidInput(
            f"GL code {lacking[0][:40]!r} is not in {whose} chart of accounts.",
            "Choose a code from the list, or add it first.",
        )
    known = {vendor.id for vendor in charts.vendors_for(tx, template.client_id)}
    if template.vendor_id and template.vendor_id not in known:
        raise InvalidInput(
            "This vendor is not one of the client's."
            if template.client_id
            else "This vendor belongs to one client, and the template is the whole firm's.",
            "Choose one from the list, or add it first.",
        )
    return checked


def _tidied(share: Share) -> Share:
    return replace(share, memo=one_line(share.memo, "memo", MEMO_LENGTH))


def _require_free_name(tx: Tx, template: SplitTemplate) -> None:
    for other in split_templates.live_templates(tx):
        same = other.name.casefold() == template.name.casefold()
        if same and other.client_id == template.client_id and other.id != template.id:
            raise InvalidInput(
                f"There is a split template {other.name!r} already.", "Choose another name."
            )


def _require_rules_can_use(tx: Tx, template: SplitTemplate) -> None:
    """A client's rule that splits by a firm's template must find all of its codes."""
    for rule in _rules_with(tx, template.id):
        chart = charts.codes_for(tx, rule.client_id)
        if rule.client_id and (lacking := _lacking(template, chart)):
            raise InvalidInput(
                f"Rule {rule.number} splits by this template, and its client's chart does not have "
                f"GL code {lacking[0][:40]!r}.",
                "Choose another code, or change the rule first.",
            )


def _lacking(template: SplitTemplate, chart: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(template.gl_codes.difference(chart)))


def _too_late(before: SplitTemplate) -> ListChanged:
    return ListChanged(
        f"A colleague changed split template {before.name} in between; your change was not saved.",
        "Look at it again, then repeat your change if it is still right.",
    )


def _rules_words(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"rule {numbers[0]} splits"
    return f"rules {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} split"


def _entry(
    actor: Actor, action: str, template: SplitTemplate, **detail: object
) -> dict[str, object]:
    values = {"client": template.client_id, "vendor": template.vendor_id, **detail}
    return audit.entry(
        actor, action, "split template", template.id, lines=_words(template), **values
    )


def _words(template: SplitTemplate) -> str:
    return f"{template.name}: {shares_words(template.shares)}"
