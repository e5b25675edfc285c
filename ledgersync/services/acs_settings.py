"""What Accounting CS is set to for a client: its periods and codes, and each bank's GL account."""

import re
from calendar import monthrange
from dataclasses import asdict, replace

from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.domain.actors import Actor
from ledgersync.domain.gl_masks import require_mask
from ledgersync.errors import InvalidInput
from ledgersync.services import access
from ledgersync.services.access import Permission
from ledgersync.services.typed_texts import CODE_LENGTH, one_line
from ledgersync.services.workspace import Workspace
from ledgersync.storage import acs_settings, audit, charts, clients
from ledgersync.storage.engine import Tx

_LEAP_YEAR = 2000
_MONTHS = 12
_MONTH_AND_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)


def acs_settings_of(actor: Actor, workspace: Workspace, client_id: str) -> AcsSettings:
    """A client's settings in Accounting CS, as far as somebody has entered them.

    Raises:
        NotFound: when there is no such client in the actor's scope.
    """
    with access.reading(workspace, actor, Permission.SEE_CLIENTS) as tx:
        return acs_settings.find(tx, access.client_in_scope(tx, client_id).id)


def save_acs_settings(
    actor: Actor, workspace: Workspace, client_id: str, settings: AcsSettings
) -> AcsSettings:
    """Keep a client's settings; returns them as they are stored.

    Raises:
        InvalidInput: for a day that no month has, an open period that ends before it starts, a mask
            without a place, or an undistributed account that is not in the client's chart.
    """
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        client = access.client_in_scope(tx, client_id)
        before = acs_settings.find(tx, client.id)
        settings = _checked(tx, client.id, settings, before)
        acs_settings.save(tx, client.id, settings)
        _record(tx, actor, client.id, before, settings)
        return settings


def set_bank_gl(actor: Actor, workspace: Workspace, account_id: str, gl_code: str) -> None:
    """Keep which account of the client's chart a bank account is; "" for none.

    Raises:
        InvalidInput: when the code is not in the client's chart.
    """
    with access.writing(workspace, actor, Permission.CHANGE_CLIENT) as tx:
        account = access.account_in_scope(tx, account_id)
        gl_code = one_line(gl_code, "GL code", CODE_LENGTH)
        if gl_code != account.gl_code:
            _require_in_chart(tx, account.client_id, gl_code)
        clients.change_account(tx, account.id, gl_code=gl_code)
        change = [account.gl_code, gl_code]
        audit.record(tx, audit.entry(actor, "set", "bank account", account.id, gl_code=change))


def _checked(tx: Tx, client_id: str, settings: AcsSettings, before: AcsSettings) -> AcsSettings:
    _require_day(settings.fiscal_year_end)
    if settings.open_from and settings.open_to and settings.open_to < settings.open_from:
        raise InvalidInput(
            f"The open period ends on {settings.open_to:%m/%d/%Y}, before it starts on "
            f"{settings.open_from:%m/%d/%Y}.",
            "Choose an end on or after the start.",
        )
    mask = require_mask(one_line(settings.gl_mask, "GL mask", CODE_LENGTH))
    undistributed = one_line(settings.undistributed_gl, "GL code", CODE_LENGTH)
    if undistributed != before.undistributed_gl:
        _require_in_chart(tx, client_id, undistributed)
    return replace(settings, gl_mask=mask, undistributed_gl=undistributed)


def _require_day(fiscal_year_end: str) -> None:
    if not fiscal_year_end:
        return
    found = _MONTH_AND_DAY.fullmatch(fiscal_year_end)
    month, day = (int(found[1]), int(found[2])) if found else (0, 0)
    # February 29 is a fiscal year's end too: the last day of February in every year.
    if not (1 <= month <= _MONTHS and 1 <= day <= monthrange(_LEAP_YEAR, month)[1]):
        raise InvalidInput(
            f"The fiscal year can't end on {fiscal_year_end[:20]!r}: no month has such a day.",
            "Choose a month and a day that it has, such as December 31.",
        )


def _require_in_chart(tx: Tx, client_id: str, code: str) -> None:
    if code and code not in {gl.code for gl in charts.chart_for(tx, client_id)}:
        raise InvalidInput(
            f"The GL code {code!r} is not in the client's chart of accounts.",
            "Choose one of the chart, or add it there first.",
        )


def _record(
    tx: Tx, actor: Actor, client_id: str, before: AcsSettings, settings: AcsSettings
) -> None:
    was, now = asdict(before), asdict(settings)
    changes = {name: [was[name], now[name]] for name in now if was[name] != now[name]}
    if changes:
        audit.record(tx, audit.entry(actor, "set", "client", client_id, **changes))
