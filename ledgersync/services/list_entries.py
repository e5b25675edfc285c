"""The entries of a list of Accounting CS as they are stored now."""

from collections.abc import Sequence

from ledgersync.domain.acs_clients import AcsClient
from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.firm_lists import FIELDS, ListKind, Stored
from ledgersync.storage import acs_clients, charts
from ledgersync.storage.engine import Tx


def list_entries(tx: Tx, kind: ListKind, client_id: str) -> list[Stored]:
    """A client's own entries, or the firm's where `client_id` is "", with the values of FIELDS."""
    found = _found(tx, kind, client_id)
    return [Stored(one.id, {name: getattr(one, name) for name in FIELDS[kind]}) for one in found]


def _found(
    tx: Tx, kind: ListKind, client_id: str
) -> Sequence[AcsClient] | Sequence[Vendor] | Sequence[GlAccount]:
    match kind:
        case ListKind.CLIENTS:
            return acs_clients.list_acs_clients(tx)
        case ListKind.VENDORS:
            return charts.own_vendors(tx, client_id)
        case ListKind.CHART:
            return charts.own_chart(tx, client_id)
