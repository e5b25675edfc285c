"""The demo firm's rules, written through the service that people's rules take."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import Client
from ledgersync.domain.rules import USUAL_PRIORITY, Direction, MatchType, Rule, parse_patterns
from ledgersync.services import rule_lists, rule_writing
from ledgersync.services.workspace import Workspace


def write_rules(actor: Actor, workspace: Workspace, everyone: Sequence[Client]) -> None:
    """Write the rules of rules.toml; their clients have their vendors and charts already.

    A firm made to a scale has other clients and codes: rules for what it lacks are left out.
    """
    by_code = {client.acs_code: client.id for client in everyone} | {"": ""}
    text = files(__package__).joinpath("rules.toml").read_text("utf-8")
    for given in tomllib.loads(text)["rules"]:
        client_id = by_code.get(given.get("client", ""))
        if client_id is None:
            continue
        choices = rule_lists.rule_choices(actor, workspace, client_id)
        vendors = {vendor.name: vendor.id for vendor in choices.vendors} | {"": ""}
        templates = {one.name: one.id for one in choices.templates} | {"": ""}
        vendor_id = vendors.get(given.get("vendor", ""))
        template_id = templates.get(given.get("template", ""))
        codes = {gl.code for gl in choices.chart} | {""}
        if None not in {vendor_id, template_id} and given.get("gl", "") in codes:
            rule = _rule(given, client_id, vendor_id or "", template_id or "")
            rule_writing.save_rule(actor, workspace, rule)


def _rule(given: dict[str, Any], client_id: str, vendor_id: str, template_id: str) -> Rule:
    return Rule(
        id="",
        number=0,
        patterns=parse_patterns(given["patterns"]),
        match_type=MatchType(given.get("match_type", MatchType.CONTAINS)),
        client_id=client_id,
        direction=Direction(given.get("direction", Direction.ANY)),
        highest=given["highest"] * 100 if "highest" in given else None,
        priority=given.get("priority", USUAL_PRIORITY),
        vendor_id=vendor_id,
        gl_code=given.get("gl", ""),
        template_id=template_id,
    )
