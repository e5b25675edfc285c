"""Addresses of databases: read once, and shown only as far as everybody may see them."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from ledgersync.errors import SettingsInvalid

# Options of the driver, not of PostgreSQL; as texts they break it, or its transactions.
_DRIVERS = ("autocommit", "context", "cursor_factory", "prepare_threshold", "row_factory")


def read(text: str) -> URL:
    """The address in its parts, with the password where nothing that is printed has it.

    Raises:
        SettingsInvalid: when it can't be read, or sets what is not for an address to set.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # a port that is no number is the latter
        raise _unreadable() from None
    return url if url.get_backend_name() == "sqlite" else _server(url)


def _server(url: URL) -> URL:
    asked = url.normalized_query
    ports = ",".join(asked.get("port", ())).split(",")
    # After an @ that stands in a password, the rest of it would be taken for the server's name.
    if "@" in f"{url.host}{url.database}" or not all(port.isdigit() for port in ports if port):
        raise _unreadable()
    if found := [name for name in _DRIVERS if name in asked]:
        raise SettingsInvalid(
            f"The address of the database sets {', '.join(found)}, which is not PostgreSQL's.",
            "Leave it out of the address.",
        )
    told = asked.get("password", ())
    url = url.set(password=told[-1]) if told else url
    return url.difference_update_query(["password"])


def _unreadable() -> SettingsInvalid:
    return SettingsInvalid(
        "The address of the database can't be read.",
        "It is postgresql+psycopg://user:password@server:5432/database; in the password, write @ "
        "as %40, : as %3A, / as %2F and % as %25.",
    )


def place(url: URL) -> str:
    """Where a database is: its name and server, and nothing of whoever signs in there."""
    asked = url.normalized_query
    name = url.database or ", ".join(asked.get("dbname", ())) or "the user's own database"
    return f"{name} at {url.host or ', '.join(asked.get('host', ())) or 'this machine'}"
