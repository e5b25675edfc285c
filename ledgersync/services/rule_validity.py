"""Whether a rule can work: by itself, and with what its clients have."""

from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.rules import NOTHING_SET, Rule, validate
from ledgersync.errors import InvalidInput
from ledgersync.services import access
from ledgersync.storage.engine import Tx


def require_valid(tx: Tx, rule: Rule, codes: FirmCodes, *, finished: bool = True) -> None:
    """Refuse a rule that can't work; unless it is `finished`, it may set nothing yet.

    Raises:
        InvalidInput: in one sentence for the first thing that is wrong.
        NotFound: when its client or bank account is not in scope.
    """
    require_possible(rule, finished=finished)
    if rule.client_id:
        access.client_in_scope(tx, rule.client_id)
    _require_account(tx, rule)
    _require_codes(rule, codes)


def require_possible(rule: Rule, *, finished: bool = True) -> None:
    """Refuse a rule that can't work whatever its clients have; raises like `require_valid`."""
    if wrong := [fault for fault in validate(rule) if finished or fault != NOTHING_SET]:
        raise InvalidInput(wrong[0], "Correct the rule, then save again.")


def _require_account(tx: Tx, rule: Rule) -> None:
    if not rule.account_id:
        return
    if not rule.client_id:
        raise InvalidInput(
            "A firm-wide rule can't be for one bank account, which belongs to one client.",
            "Choose that client, or any bank account.",
        )
    if access.account_in_scope(tx, rule.account_id).client_id != rule.client_id:
        raise InvalidInput(
            "This bank account belongs to another client.", "Choose one of the rule's client."
        )


def _require_codes(rule: Rule, codes: FirmCodes) -> None:
    """A firm-wide rule may name a GL code that only some charts have; elsewhere it is silent."""
    if rule.vendor_id and not codes.has_vendor(rule.client_id, rule.vendor_id):
        raise InvalidInput(
            "This vendor is not one of the client's."
            if rule.client_id
            else "This vendor belongs to one client, and the rule is firm-wide.",
            "Choose a vendor from the list, or add it on Clients first.",
        )
    known, chart = codes.anybody_has(rule.gl_code), "any chart of accounts"
    if rule.client_id:
        known = codes.has_code(rule.client_id, rule.gl_code)
        chart = "this client's chart of accounts"
    if rule.gl_code and not known:
        raise InvalidInput(
            f"GL code {rule.gl_code[:40]!r} is not in {chart}.",
            "Choose a code from the list, or add it on Clients first.",
        )
    _require_template(rule, codes)


def _require_template(rule: Rule, codes: FirmCodes) -> None:
    if not rule.template_id:
        return
    template = codes.templates.get(rule.template_id)
    if template is None or template.client_id not in {"", rule.client_id}:
        raise InvalidInput(
            "This split template is not one of the client's."
            if rule.client_id
            else "This split template belongs to one client, and the rule is firm-wide.",
            "Choose one from the list, or add it on Clients first.",
        )
    lacking = [code for code in template.gl_codes if not codes.has_code(rule.client_id, code)]
    if rule.client_id and lacking:
        raise InvalidInput(
            f"Split template {template.name!r} has GL code {min(lacking)[:40]!r}, which is not in "
            "this client's chart of accounts.",
            "Choose another template, or add the code on Clients first.",
        )
