"""A client's settings in Accounting CS, which stand with the client."""

from sqlalchemy import Connection, select, update

from ledgersync.domain.acs_settings import AcsSettings
from ledgersync.storage.tables import CLIENTS


def find(tx: Connection, client_id: str) -> AcsSettings:
    c = CLIENTS.c
    columns = (c.fiscal_year_end, c.open_from, c.open_to, c.gl_mask, c.undistributed_gl)
    return AcsSettings(*tx.execute(select(*columns).where(c.id == client_id)).one())


def save(tx: Connection, client_id: str, settings: AcsSettings) -> None:
    values = {
        "fiscal_year_end": settings.fiscal_year_end,
        "open_from": settings.open_from,
        "open_to": settings.open_to,
        "gl_mask": settings.gl_mask,
        "undistributed_gl": settings.undistributed_gl,
    }
    tx.execute(update(CLIENTS).where(CLIENTS.c.id == client_id).values(**values))
