"""The demo firm's split templates, written through the service that people's take."""

import tomllib
from collections.abc import Sequence
from importlib.resources import files

from ledgersync.domain.actors import Actor
from ledgersync.domain.clients import Client
from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.domain.splits import Share
from ledgersync.money import parse_cents
from ledgersync.services import coding_lists, split_templates
from ledgersync.services.workspace import Workspace


def write_split_templates(actor: Actor, workspace: Workspace, everyone: Sequence[Client]) -> None:
    """Write the templates of splits.toml; their clients have their vendors and charts already.

    A firm made to a scale has other clients: what it lacks is left out.
    """
    by_code = {client.acs_code: client.id for client in everyone}
    text = files(__package__).joinpath("splits.toml").read_text("utf-8")
    for given in tomllib.loads(text)["templates"]:
        client_id = by_code.get(given["client"])
        if client_id is None:
            continue
        lists = coding_lists.coding_list(actor, workspace, client_id)
        vendors = {vendor.name: vendor.id for vendor in lists.vendors}
        shares = tuple(_share(*line) for line in given["lines"])
        draft = SplitTemplate("", client_id, vendors[given["vendor"]], given["name"], shares)
        split_templates.save_template(actor, workspace, draft)


def _share(gl_code: str, part: str, memo: str) -> Share:
    if part == "rest":
        return Share(gl_code, memo=memo)
    number = parse_cents(part.removesuffix("%"))
    if part.endswith("%"):
        return Share(gl_code, percent=number, memo=memo)
    return Share(gl_code, amount=number, memo=memo)
